package drillbook.drill;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Takes the recovery time of a drill that regressed as the new normal, on somebody's word. */
@WorkflowInterface
public interface AcceptDrillWorkflow {
  /** Writes it down in the journal; later drills are compared with it. */
  @WorkflowMethod(name = "AcceptDrillWorkflow")
  AcceptReport accept(AcceptRequest request);
}
