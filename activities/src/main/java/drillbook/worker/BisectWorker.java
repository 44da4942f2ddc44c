package drillbook.worker;

import drillbook.archive.Archive;
import drillbook.bisect.BisectActivities;
import drillbook.bisect.BisectRequest;
import drillbook.check.Verdict;
import drillbook.difference.BackupComparison;
import drillbook.difference.BackupDifference;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.journal.Journal;
import drillbook.journal.JournalEntry;
import drillbook.recovery.BackupChooser;
import drillbook.restore.BackupChoice;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The activities of a bisection. */
public final class BisectWorker implements BisectActivities {
  /** How many backups are looked through: a payload's worth of ids. */
  private static final int MOST = 500;

  private static final int LOOK_BACK = 100;

  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public BisectWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Candidates candidates(BisectRequest request) {
    return Failures.call(() -> {
      try (ArtifactStore store = open(request.target())) {
        Archive archive = archive(store, request.target());
        List<String> newestFirst = archive.ids().reversed();
        String failed = failed(request, archive, newestFirst);
        Set<String> proven = proven(surroundings.journal(store, request.target()));
        List<String> earlier = new ArrayList<>();
        for (String id : newestFirst) {
          if (id.compareTo(failed) >= 0) {
            continue;
          }
          earlier.add(id);
          if (proven.contains(id) || earlier.size() == MOST) {
            break;
          }
        }
        return new Candidates(failed, earlier);
      }
    });
  }

  @Override
  public BackupDifference difference(DifferenceQuestion question) {
    return Heartbeat.during(heartbeat -> {
      try (ArtifactStore store = open(question.target())) {
        Archive archive = archive(store, question.target());
        try {
          return compare(archive, question, question.examples(), heartbeat);
        } catch (DrillbookException e) {
          if (e.kind() != FailureKind.CORRUPT) {
            throw e;
          }
          // The very records that cannot be read may be the examples; the indexes still count.
          return compare(archive, question, 0, heartbeat);
        }
      }
    });
  }

  private static BackupDifference compare(
      Archive archive, DifferenceQuestion question, int examples, Heartbeat heartbeat)
      throws DrillbookException, InterruptedException {
    return new BackupComparison(
            archive.open(question.before()),
            archive.open(question.after()),
            examples,
            heartbeat::progress)
        .compare();
  }

  /** The latest is the newest there is, whether or not its manifest can be read. */
  private static String failed(BisectRequest request, Archive archive, List<String> newestFirst)
      throws DrillbookException, InterruptedException {
    boolean latest = request.backup().equals(BackupChoice.LATEST);
    if (newestFirst.contains(request.backup())) {
      return request.backup();
    }
    return latest && !newestFirst.isEmpty()
        ? newestFirst.getFirst()
        : BackupChooser.newest(archive).choose(request.backup()).manifest().backupId();
  }

  /** Returns the backups that a drill has brought back. */
  private static Set<String> proven(Journal journal)
      throws DrillbookException, InterruptedException {
    Set<String> proven = new HashSet<>();
    for (String kind : List.of("drill", "probe")) {
      for (JournalEntry entry : journal.last(kind, LOOK_BACK)) {
        if (entry.record().verdict() == Verdict.PASSED) {
          proven.add(entry.record().backupId());
        }
      }
    }
    return proven;
  }

  private Archive archive(ArtifactStore store, String target) {
    return new Archive(store, target, surroundings.trustedKeys());
  }

  private ArtifactStore open(String target) throws DrillbookException {
    return Stores.open(surroundings.targets().named(target).store());
  }
}
