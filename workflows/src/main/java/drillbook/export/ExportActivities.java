package drillbook.export;

import io.temporal.activity.ActivityInterface;

/** The steps of an export that touch engine and store. Each can be repeated without harm. */
@ActivityInterface(namePrefix = "Export")
public interface ExportActivities {
  /**
   * Chooses backup or live collections and the folders, and leaves the mark of a running export at
   * its place. Refuses folders that are there already.
   */
  ExportPlan plan(ExportRun run);

  /**
   * Writes one collection. Its folder's {@code export.json} comes last; a repetition deletes what
   * an earlier attempt left and begins anew, or finds the collection whole.
   */
  Exported write(ExportStep step);

  /** Leaves the status beside the files: COMPLETED, and nothing is written afterwards. */
  void complete(ExportEnd end);

  /** Deletes what the failed export wrote, and leaves its status: FAILED. */
  void abandon(ExportEnd end);
}
