package drillbook.prune;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Deletes the backups that no retention keeps, and what no kept backup needs. */
@WorkflowInterface
public interface PruneWorkflow {
  /** Prunes; what is wrong is in the report, a failure means that it could not be done. */
  @WorkflowMethod(name = "PruneWorkflow")
  PruneReport prune(PruneRequest request);
}
