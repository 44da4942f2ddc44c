package drillbook.verify;

import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.visibility.SearchKeys;
import io.temporal.workflow.Workflow;

/** The procedure of a verification. */
public final class VerifyBackupWorkflowImpl implements VerifyBackupWorkflow {
  @Override
  public VerifyReport verify(VerifyRequest request) {
    Workflow.setCurrentDetails("Reading every byte of " + request.backup() + ".");
    VerifyActivities activities =
        Workflow.newActivityStub(
            VerifyActivities.class,
            ActivityPolicies.transfer("Verify " + request.backup() + " of " + request.target()));
    VerifyReport report = activities.verify(request);
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the verification down"))
        .append(JournalRecord.verified(Workflow.getInfo().getRunId(), report));
    SearchKeys.ended(report.verdict(), report.backupId());
    Workflow.setCurrentDetails("**" + report.verdict() + "**: " + report.backupId());
    return report;
  }
}
