package drillbook.hold;

import drillbook.policy.ActivityPolicies;
import io.temporal.workflow.Workflow;

/** The procedure of a hold, a release or a label. */
public final class MarkBackupWorkflowImpl implements MarkBackupWorkflow {
  @Override
  public MarkReport mark(MarkRequest request) {
    return Workflow.newActivityStub(
            MarkActivities.class,
            ActivityPolicies.request(request.action() + " " + request.backup()))
        .mark(request, Workflow.getInfo().getRunId());
  }
}
