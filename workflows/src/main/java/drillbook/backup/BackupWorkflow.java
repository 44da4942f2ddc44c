package drillbook.backup;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Captures a target into its store and seals the manifest; a failed run leaves no backup. */
@WorkflowInterface
public interface BackupWorkflow {
  /**
   * Makes a backup.
   *
   * @return what was captured
   */
  @WorkflowMethod(name = "BackupWorkflow")
  BackupReport backup(BackupRequest request);

  /** Told by the activity that holds the snapshot: it is open, ranges can be read. */
  @SignalMethod(description = "Sent by the activity that holds the snapshot; not for people.")
  void captureOpened(CaptureOpened opened);
}
