package drillbook.demo.calendar;

import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.watch.WatchActivities;
import drillbook.watch.WatchEvidence;
import drillbook.watch.WatchFacts;
import drillbook.watch.WatchMemory;
import drillbook.watch.WatchRecord;
import drillbook.watch.WatchedSchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the demo's clock did, in place of schedules: which runs it began and which it missed. */
final class SimulatedCalendar implements WatchActivities {
  private static final int JOURNAL = 400;

  private final SimulatedStore store;
  private final SimulatedWork work;
  private final Map<Cadence, Integer> begun = new EnumMap<>(Cadence.class);
  private final Map<Cadence, Integer> missed = new EnumMap<>(Cadence.class);

  SimulatedCalendar(SimulatedStore store, SimulatedWork work) {
    this.store = store;
    this.work = work;
  }

  synchronized void begin(Cadence cadence) {
    begun.merge(cadence, 1, Integer::sum);
  }

  synchronized void miss(Cadence cadence) {
    missed.merge(cadence, 1, Integer::sum);
  }

  synchronized int begun(Cadence cadence) {
    return begun.getOrDefault(cadence, 0);
  }

  synchronized int missed(Cadence cadence) {
    return missed.getOrDefault(cadence, 0);
  }

  synchronized int begun() {
    return begun.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public WatchFacts look(Runbook runbook) {
    Instant now = work.now();
    WatchEvidence evidence = store.evidence(JOURNAL);
    List<WatchEvidence.Entry> drills = new ArrayList<>(store.journal("drill"));
    drills.addAll(store.journal("disaster"));
    WatchEvidence proofs = new WatchEvidence(drills.reversed());
    List<WatchedSchedule> schedules = new ArrayList<>();
    for (Cadence cadence : Cadence.values()) {
      schedules.add(
          new WatchedSchedule(
              cadence,
              true,
              false,
              "",
              QuarterStory.BEGIN,
              due(cadence, now).reversed().stream().findFirst().orElse(null),
              now.plus(cadence.period()),
              proofs.provenAt(runbook, cadence).orElse(null),
              missed(cadence),
              0));
    }
    return new WatchFacts(
        now, schedules, evidence.recoveryPoint().orElse(null), false, memory(runbook));
  }

  private static List<Instant> due(Cadence cadence, Instant now) {
    return cadence == Cadence.HOURLY || cadence == Cadence.DAILY
        ? QuarterStory.times(cadence, now.minus(cadence.period()), now)
        : List.of();
  }

  private WatchMemory memory(Runbook runbook) {
    return new WatchEvidence(store.journal(WatchRecord.KIND).reversed()).memory(runbook);
  }
}
