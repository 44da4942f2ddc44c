package drillbook.hold;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Holds, releases or labels a backup, on somebody's word. */
@WorkflowInterface
public interface MarkBackupWorkflow {
  /** Does it, and writes down who asked for it and why. */
  @WorkflowMethod(name = "MarkBackupWorkflow")
  MarkReport mark(MarkRequest request);
}
