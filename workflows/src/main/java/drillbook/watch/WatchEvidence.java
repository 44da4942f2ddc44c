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
    List<Step> steps = runbook.occasion(cadence).map(Occasion::steps).orElse(List.of());
    return newestFirst.stream()
        .filter(entry -> steps.stream().anyMatch(step -> proves(entry.record(), step, runbook)))
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

  private static boolean proves(JournalRecord record, Step step, Runbook runbook) {
    if (step instanceof Step.Drill drill) {
      String into = drill.into().isEmpty() ? runbook.target() : drill.into();
      return provesDrill(record, into);
    }
    if (step instanceof Step.RegionDrill drill) {
      return provesDrill(record, drill.region());
    }
    return step instanceof Step.DisasterDrill drill
        && record.kind().equals("disaster")
        && record.verdict() == Verdict.PASSED
        && drill.region().equals(record.figures().get("region"));
  }

  /** Entries of older versions do not say where they drilled. */
  private static boolean provesDrill(JournalRecord record, String into) {
    return record.kind().equals("drill")
        && besideTime(record) == Verdict.PASSED
        && into.equals(record.figures().getOrDefault("into", into));
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
