package drillbook.demo.calendar;

import drillbook.check.Verdict;
import drillbook.journal.JournalRecord;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Cadence;
import drillbook.watch.WatchEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the quarter came to.
 *
 * @param simulated what of it was not real, one sentence
 * @param from its first instant
 * @param until the first instant behind it
 * @param cadences what became of the runs
 * @param notices what people were told
 * @param tickets what was filed
 * @param recoveries what drills needed
 * @param looks how often the watchdog's rule was asked
 * @param leftovers what a drill left behind
 */
record QuarterOutcome(
    String simulated,
    Instant from,
    Instant until,
    List<CadenceRow> cadences,
    List<NoticeRow> notices,
    List<TicketRow> tickets,
    List<RecoveryRow> recoveries,
    int looks,
    List<String> leftovers) {
  /** What is not real. */
  static final String SIMULATED =
      "Engine, store, region, people and clock are simulated; workflows, rules, notices, tickets"
          + " and figures are the product's own.";

  /** Copies the lists. */
  QuarterOutcome {
    cadences = List.copyOf(cadences);
    notices = List.copyOf(notices);
    tickets = List.copyOf(tickets);
    recoveries = List.copyOf(recoveries);
    leftovers = List.copyOf(leftovers);
  }

  /**
   * What became of the runs of a cadence.
   *
   * @param due how many
   * @param begun how many were begun
   * @param passed how many went as expected
   * @param warned how many were worth a look
   * @param covered how many found that another run did their work at that moment
   * @param failed how many did not pass
   * @param missed how many were not begun
   */
  record CadenceRow(
      String cadence,
      int due,
      int begun,
      int passed,
      int warned,
      int covered,
      int failed,
      int missed) {}

  /** What people were told, in the words of the notice's title and findings. */
  record NoticeRow(Instant at, Level level, String title, List<String> findings) {
    /** Copies the findings. */
    NoticeRow {
      findings = List.copyOf(findings);
    }
  }

  /** A ticket; {@code closed} is absent while it is open. */
  record TicketRow(
      String address, String key, String title, Instant opened, @Nullable Instant closed) {}

  /**
   * What a drill needed.
   *
   * @param what which drill
   * @param backup what was recovered
   * @param seconds the recovery time
   * @param slow whether that was too slow
   */
  record RecoveryRow(
      Instant at, String what, String backup, double seconds, Verdict verdict, boolean slow) {}

  static QuarterOutcome of(
      SimulatedStore store,
      SimulatedProcedures procedures,
      SimulatedRegion region,
      SimulatedPeople people,
      SimulatedCalendar calendar,
      int looks) {
    List<CadenceRow> cadences = new ArrayList<>();
    for (Cadence cadence : Cadence.values()) {
      cadences.add(row(cadence, store, calendar));
    }
    List<String> leftovers = new ArrayList<>();
    procedures.scratch().forEach(run -> leftovers.add("scratch collections of run " + run));
    region.up().forEach(run -> leftovers.add("an instance of run " + run));
    if (region.isFenced()) {
      leftovers.add("a fence around the primary");
    }
    if (!region.clients().equals(QuarterStory.TARGET)) {
      leftovers.add("clients that are led to " + region.clients());
    }
    return new QuarterOutcome(
        SIMULATED,
        QuarterStory.BEGIN,
        QuarterStory.END,
        cadences,
        people.told().stream()
            .map(told ->
                new NoticeRow(
                    told.at(),
                    told.notice().level(),
                    told.notice().title(),
                    told.notice().findings().stream().map(found -> found.message()).toList()))
            .toList(),
        people.tickets().stream()
            .map(filed ->
                new TicketRow(
                    filed.address(),
                    filed.ticket().key(),
                    filed.ticket().title(),
                    filed.opened(),
                    filed.closed().orElse(null)))
            .toList(),
        recoveries(store),
        looks,
        leftovers);
  }

  /** Returns how many runs were begun. */
  int begun() {
    return cadences.stream().mapToInt(CadenceRow::begun).sum();
  }

  /** Returns how many runs were due. */
  int due() {
    return cadences.stream().mapToInt(CadenceRow::due).sum();
  }

  /** Returns how many runs were missed. */
  int missed() {
    return cadences.stream().mapToInt(CadenceRow::missed).sum();
  }

  /** Returns the row of a cadence. */
  CadenceRow row(Cadence cadence) {
    return cadences.stream()
        .filter(row -> row.cadence().equals(cadence.word()))
        .findFirst()
        .orElseThrow();
  }

  private static CadenceRow row(Cadence cadence, SimulatedStore store, SimulatedCalendar calendar) {
    int passed = 0;
    int warned = 0;
    int covered = 0;
    int failed = 0;
    for (WatchEvidence.Entry entry : store.journal("run")) {
      JournalRecord run = entry.record();
      if (!cadence.word().equals(run.figures().get("cadence"))) {
        continue;
      }
      String steps = run.figures().getOrDefault("steps", "");
      if (run.verdict() != Verdict.PASSED) {
        failed++;
      } else if (steps.contains("WARNING")) {
        warned++;
      } else if (steps.contains("COVERED")) {
        covered++;
      } else {
        passed++;
      }
    }
    return new CadenceRow(
        cadence.word(),
        QuarterStory.times(cadence).size(),
        calendar.begun(cadence),
        passed,
        warned,
        covered,
        failed,
        calendar.missed(cadence));
  }

  private static List<RecoveryRow> recoveries(SimulatedStore store) {
    List<RecoveryRow> rows = new ArrayList<>();
    for (WatchEvidence.Entry entry : store.journal("drill")) {
      boolean abroad =
          entry.record().figures().getOrDefault("fingerprint", "").endsWith(QuarterStory.REGION);
      rows.add(recovery(entry, abroad ? "region drill" : "drill"));
    }
    store.journal("disaster").forEach(entry -> rows.add(recovery(entry, "disaster drill")));
    rows.sort(Comparator.comparing(RecoveryRow::at));
    return rows;
  }

  private static RecoveryRow recovery(WatchEvidence.Entry entry, String what) {
    JournalRecord record = entry.record();
    return new RecoveryRow(
        entry.at(),
        what,
        record.backupId(),
        record.seconds(),
        record.verdict(),
        "true".equals(record.figures().get("regressed")));
  }
}
