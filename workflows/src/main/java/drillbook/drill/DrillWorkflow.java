package drillbook.drill;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Proves that a backup comes back: restores it into scratch collections, checks record by record,
 * times it, compares with the baseline, reports, and drops the scratch whatever happened.
 */
@WorkflowInterface
public interface DrillWorkflow {
  /** Drills; a verdict that is not green is in the report, with its findings. */
  @WorkflowMethod(name = "DrillWorkflow")
  DrillReport drill(DrillRequest request);
}
