package drillbook.bisect;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Finds the newest backup that still restores and the first that does not, after a drill failed:
 * each probe is a drill of its own.
 */
@WorkflowInterface
public interface BisectWorkflow {
  /** Bisects; what it finds is in the report. */
  @WorkflowMethod(name = "BisectWorkflow")
  BisectReport bisect(BisectRequest request);
}
