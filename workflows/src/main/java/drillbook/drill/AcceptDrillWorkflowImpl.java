package drillbook.drill;

import drillbook.policy.ActivityPolicies;
import io.temporal.workflow.Workflow;

/** The procedure of an acceptance. */
public final class AcceptDrillWorkflowImpl implements AcceptDrillWorkflow {
  @Override
  public AcceptReport accept(AcceptRequest request) {
    return Workflow.newActivityStub(
            DrillActivities.class, ActivityPolicies.request("Accept the recovery time"))
        .accept(request, Workflow.getInfo().getRunId());
  }
}
