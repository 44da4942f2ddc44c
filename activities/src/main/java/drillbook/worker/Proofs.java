package drillbook.worker;

import drillbook.check.Verdict;
import drillbook.failure.DrillbookException;
import drillbook.journal.Journal;
import drillbook.journal.JournalRecord;
import java.util.HashSet;
import java.util.Set;

/** Which backups were proven, as the journal tells it. */
final class Proofs {
  /** How many entries are looked at: older backups are chosen by id or time. */
  private static final int LOOK_BACK = 500;

  private Proofs() {}

  /** Returns the ids of backups whose newest verification or drill passed. */
  static Set<String> verified(Surroundings surroundings, Bench source)
      throws DrillbookException, InterruptedException {
    Journal journal =
        new Journal(
            source.store(),
            source.target().name(),
            surroundings.signingKey(),
            surroundings.trustedKeys(),
            surroundings.clock());
    Set<String> verified = new HashSet<>();
    Set<String> decided = new HashSet<>();
    int[] seen = {0};
    journal.readBackwards(entry -> {
      JournalRecord record = entry.record();
      boolean proof = record.kind().equals("verify") || record.kind().equals("drill");
      if (proof && decided.add(record.backupId()) && record.verdict() == Verdict.PASSED) {
        verified.add(record.backupId());
      }
      return ++seen[0] < LOOK_BACK;
    });
    return verified;
  }
}
