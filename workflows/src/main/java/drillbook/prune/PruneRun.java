package drillbook.prune;

import drillbook.backup.BackupId;
import java.time.Instant;

/**
 * One run of a prune, as its activities see it.
 *
 * @param request what was asked for
 * @param run the workflow run
 * @param at the time that ages are told by: the same in every attempt
 */
public record PruneRun(PruneRequest request, String run, Instant at) {
  /** Returns the run's mark, under which its plan lies in the store. */
  public String mark() {
    return BackupId.timeMark(at) + "_" + BackupId.runMark(run);
  }
}
