package drillbook.backup;

import drillbook.check.Finding;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** The steps of a backup that touch engine and store. Each can be repeated without harm. */
@ActivityInterface(namePrefix = "Backup")
public interface BackupActivities {
  /**
   * Asks the engine whether the target can be captured, and the store for a parent. Writes nothing.
   */
  CapturePlan plan(BackupRequest request);

  /**
   * Writes the intent, begins a capture whose snapshot needs nobody to hold it, and leaves its
   * token in the store. A repetition finds the token and begins nothing.
   */
  CaptureOpened open(CaptureRun run);

  /**
   * Writes the intent, begins a capture, leaves its token in the store, tells the workflow by
   * {@link BackupWorkflow#captureOpened}, and keeps the snapshot open until it is cancelled. Each
   * attempt takes a new snapshot, one generation further.
   */
  void hold(CaptureRun run);

  /** Reads one range into segments; resumes after the segments that an earlier attempt finished. */
  RangeReport captureRange(RangeRun run);

  /**
   * Folds what was captured over the parent, reads it back, and writes the manifest, last. The
   * backup exists once this returned.
   */
  BackupReport seal(SealRun run);

  /**
   * Compares a sealed backup with the newest before it: norms, centroids, counts. Returns what is
   * beyond the rule; nothing where there is no backup before.
   */
  List<Finding> drift(DriftQuestion question);

  /**
   * Returns a finding where the target's instance has collections that no target of this worker
   * means.
   */
  List<Finding> uncovered(String target);

  /** Removes what an unfinished backup left in the store. */
  void abandon(CaptureRun run);
}
