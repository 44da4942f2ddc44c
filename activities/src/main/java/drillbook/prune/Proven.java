package drillbook.prune;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.journal.Journal;
import drillbook.journal.JournalEntry;
import drillbook.prune.BackupFacts.Proof;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the journal says of each backup: the newest verification or drill of it counts. */
final class Proven {
  private final Map<String, JournalEntry> newest = new HashMap<>();
  private Optional<Finding> broken = Optional.empty();

  private Proven() {}

  /**
   * Reads a journal back to a time: nothing was proven of a backup before it was made.
   *
   * @param oldest when the oldest backup was made
   */
  static Proven read(Journal journal, Instant oldest)
      throws DrillbookException, InterruptedException {
    Proven proven = new Proven();
    try {
      for (String kind : List.of("verify", "drill")) {
        journal.readBackwards(kind, entry -> proven.take(entry, oldest));
      }
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CORRUPT) {
        throw e;
      }
      proven.broken =
          Optional.of(
              new Finding(
                  FindingCode.JOURNAL_BROKEN,
                  "which backups were verified is not wholly known: " + e.getMessage(),
                  "See: drillbook journal verify TARGET"));
    }
    return proven;
  }

  private boolean take(JournalEntry entry, Instant oldest) {
    newest.merge(entry.record().backupId(), entry, (a, b) -> a.number() > b.number() ? a : b);
    return !entry.at().isBefore(oldest);
  }

  Proof of(String backupId) {
    JournalEntry entry = newest.get(backupId);
    if (entry == null) {
      return Proof.NONE;
    }
    return switch (entry.record().verdict()) {
      case PASSED -> Proof.PASSED;
      case FAILED -> Proof.FAILED;
      case COULD_NOT_VERIFY -> Proof.NONE;
    };
  }

  /** Returns what kept the journal from being read to its end. */
  Optional<Finding> broken() {
    return broken;
  }
}
