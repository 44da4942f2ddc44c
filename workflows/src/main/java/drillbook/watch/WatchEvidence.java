package drillbook.watch;

import drillbook.check.Verdict;
import drillbook.journal.JournalRecord;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.Step;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What a target's journal tells a look. Asks nobody.
 *
 * @param newestFirst entries with the time at which they were written
 */
public record WatchEvidence(List<Entry> newestFirst) {
  /**
   * An entry.
   *
   * @param at when it was written
   * @param record what happened
   */
  public record Entry(Instant at, JournalRecord record) {}

  /** Copies the list. */
  public WatchEvidence {
    newestFirst = List.copyOf(newestFirst);
  }

  /** Returns the state of the newest backup that nothing speaks against. */
  public Optional<Instant> recoveryPoint() {
    return newestFirst.stream()
        .map(Entry::record)
        .filter(record -> record.kind().equals("backup"))
        .filter(backup -> !isKnownBad(backup.backupId()))
        .flatMap(backup -> asOf(backup).stream())
        .findFirst();
  }

  /**
   * Returns when a drill that a cadence asks for was done last, and its backup came back; one that
   * was only slow proves that too.
   */
  public Optional<Instant> provenAt(Runbook runbook, Cadence cadence) {
    boolean plain =
        runbook.occasion(cadence).map(Occasion::steps).orElse(List.of()).stream()
            .anyMatch(step -> step instanceof Step.Drill);
    return newestFirst.stream()
        .filter(entry -> plain ? provesDrill(entry.record()) : provesRun(entry, runbook, cadence))
        .map(Entry::at)
        .findFirst();
  }

  /** Returns what was remembered of a runbook. */
  public WatchMemory memory(Runbook runbook) {
    return newestFirst.stream()
        .map(Entry::record)
        .filter(record -> WatchRecord.isOf(record, runbook))
        .findFirst()
        .map(WatchRecord::memory)
        .orElse(WatchMemory.NONE);
  }

  private boolean isKnownBad(String backupId) {
    return newestFirst.stream()
        .map(Entry::record)
        .filter(record -> record.backupId().equals(backupId))
        .anyMatch(record ->
            (record.kind().equals("verify") && record.verdict() == Verdict.FAILED)
                || (record.kind().equals("drill") && besideTime(record) == Verdict.FAILED));
  }

  private static boolean provesDrill(JournalRecord record) {
    return record.kind().equals("drill") && besideTime(record) == Verdict.PASSED;
  }

  private static boolean provesRun(Entry entry, Runbook runbook, Cadence cadence) {
    JournalRecord record = entry.record();
    return record.kind().equals("run")
        && record.verdict() == Verdict.PASSED
        && runbook.name().equals(record.figures().get("runbook"))
        && cadence.word().equals(record.figures().get("cadence"));
  }

  private static Verdict besideTime(JournalRecord drill) {
    String word = drill.figures().getOrDefault("besideTime", drill.verdict().name());
    return word.equals(Verdict.PASSED.name())
        ? Verdict.PASSED
        : word.equals(Verdict.FAILED.name()) ? Verdict.FAILED : Verdict.COULD_NOT_VERIFY;
  }

  private static Optional<Instant> asOf(JournalRecord backup) {
    try {
      return Optional.of(Instant.parse(backup.figures().getOrDefault("asOf", "")));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
