package drillbook.bisect;

import drillbook.difference.BackupDifference;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** What a bisection asks of the store. Writes nothing. */
@ActivityInterface(namePrefix = "Bisect")
public interface BisectActivities {
  /**
   * Returns the backups that may still restore: those before the one that does not, back to the
   * newest that a drill proved.
   */
  Candidates candidates(BisectRequest request);

  /** Compares two backups. */
  BackupDifference difference(DifferenceQuestion question);

  /**
   * Backups to try.
   *
   * @param failed the id of the one that does not come back
   * @param earlier ids of earlier ones, newest first, at most 500
   */
  record Candidates(String failed, List<String> earlier) {
    /** Copies the ids. */
    public Candidates {
      earlier = List.copyOf(earlier);
    }
  }

  /**
   * Asks what differs.
   *
   * @param before the backup that restores
   * @param after the one that does not
   * @param examples how many records of each kind are named
   */
  record DifferenceQuestion(String target, String before, String after, int examples) {}
}
