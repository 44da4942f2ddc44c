package drillbook.disaster;

import drillbook.people.Approval;
import drillbook.people.Stop;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Practises the loss of the primary: asks people, fences it, brings the target up in another region
 * from its backup, leads clients over, measures, leads them back and cleans up. Begins only with a
 * fresh backup and enough approvals; wherever it ends, it says in which condition it left things.
 */
@WorkflowInterface
public interface DisasterDrillWorkflow {
  /** Drills; a verdict that is not green is in the report, with its findings. */
  @WorkflowMethod(name = "DisasterDrillWorkflow")
  DisasterReport drill(DisasterDrillRequest request);

  /** Approves the drill. */
  @UpdateMethod(
      name = "approve",
      description = "Approves the drill: {\"who\", \"typed\": the target's name, \"delete\"}")
  void approve(Approval approval);

  /** Refuses an approval that is not waited for, or not its sender's to give. */
  @UpdateValidatorMethod(updateName = "approve")
  void checkApproval(Approval approval);

  /** Stops the drill at any point, and brings the primary back. */
  @UpdateMethod(
      name = "stop",
      description = "Stops the drill and brings the primary back: {\"who\", \"words\"}")
  void stop(Stop stop);

  /** Refuses a stop that does not say who stops, or that comes too late. */
  @UpdateValidatorMethod(updateName = "stop")
  void checkStop(Stop stop);
}
