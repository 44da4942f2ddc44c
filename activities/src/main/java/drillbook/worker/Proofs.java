package drillbook.worker;

import drillbook.check.Verdict;
import drillbook.failure.DrillbookException;
import drillbook.journal.Journal;
import drillbook.journal.JournalEntry;
import drillbook.journal.JournalRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which backups were proven, as the journal tells it. */
final class Proofs {
  /** How many proofs of a kind are looked at: older backups are chosen by id or time. */
  private static final int LOOK_BACK = 100;

  private Proofs() {}

  /** Returns the ids of backups whose newest verification or drill passed. */
  static Set<String> verified(Surroundings surroundings, OpenArchive source)
      throws DrillbookException, InterruptedException {
    Journal journal = surroundings.journal(source.store(), source.archive().target());
    Map<String, JournalEntry> newest = new HashMap<>();
    for (String kind : List.of("verify", "drill", "probe")) {
      for (JournalEntry entry : journal.last(kind, LOOK_BACK)) {
        newest.merge(entry.record().backupId(), entry, (a, b) -> a.number() > b.number() ? a : b);
      }
    }
    return newest.values().stream()
        .map(JournalEntry::record)
        .filter(record -> record.verdict() == Verdict.PASSED)
        .map(JournalRecord::backupId)
        .collect(Collectors.toUnmodifiableSet());
  }
}
