package drillbook.restore;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Restores a backup, checks what came back record by record, and times it. A failed restore into
 * new collections drops what it created.
 */
@WorkflowInterface
public interface RestoreWorkflow {
  /** Restores; a verdict that is not green is in the report, with its findings. */
  @WorkflowMethod(name = "RestoreWorkflow")
  RestoreReport restore(RestoreRequest request);
}
