package drillbook.demo.calendar;

import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalRecord;
import drillbook.verify.SizeRule.Size;
import drillbook.watch.WatchEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A store that holds no bytes: which backups there are, and the journal. Several threads. */
final class SimulatedStore {
  private final List<Sealed> backups = new ArrayList<>();
  private final List<WatchEvidence.Entry> journal = new ArrayList<>();

  /**
   * A backup.
   *
   * @param id its name
   * @param full whether it is a full one
   * @param asOf its recovery point
   * @param size of what it restores
   */
  record Sealed(String id, boolean full, Instant asOf, Size size) {}

  synchronized void seal(Sealed backup) {
    backups.add(backup);
  }

  /** Returns all backups, oldest first. */
  synchronized List<Sealed> backups() {
    return List.copyOf(backups);
  }

  /** Forgets backups. */
  synchronized void drop(Set<String> ids) {
    backups.removeIf(backup -> ids.contains(backup.id()));
  }

  /** Returns the newest backup. */
  synchronized Optional<Sealed> newest() {
    return backups.isEmpty() ? Optional.empty() : Optional.of(backups.getLast());
  }

  /** Returns the newest backup whose verification passed. */
  synchronized Optional<Sealed> newestProven() {
    return backups.reversed().stream()
        .filter(backup ->
            journal.reversed().stream()
                .map(WatchEvidence.Entry::record)
                .anyMatch(record ->
                    record.backupId().equals(backup.id())
                        && record.kind().equals("verify")
                        && record.verdict() == Verdict.PASSED))
        .findFirst();
  }

  synchronized Sealed named(String id) {
    return backups.reversed().stream()
        .filter(backup -> backup.id().equals(id))
        .findFirst()
        .orElseThrow(() -> WorkflowFailures.of(FailureKind.NOT_FOUND, "no backup " + id, ""));
  }

  /** Returns the full backup before another. */
  synchronized Optional<Sealed> fullBefore(Sealed backup) {
    return backups.reversed().stream()
        .filter(before -> before.full() && before.asOf().isBefore(backup.asOf()))
        .findFirst();
  }

  synchronized long append(Instant at, JournalRecord record) {
    journal.add(new WatchEvidence.Entry(at, record));
    return journal.size();
  }

  /** Returns what was written down of one kind, oldest first. */
  synchronized List<WatchEvidence.Entry> journal(String kind) {
    return journal.stream().filter(entry -> entry.record().kind().equals(kind)).toList();
  }

  /** Returns how many entries of a kind there are. */
  synchronized long count(String kind) {
    return journal.stream().filter(entry -> entry.record().kind().equals(kind)).count();
  }

  /** Returns the newest entries, newest first. */
  synchronized WatchEvidence evidence(int most) {
    List<WatchEvidence.Entry> all = journal.reversed();
    return new WatchEvidence(all.subList(0, Math.min(most, all.size())));
  }
}
