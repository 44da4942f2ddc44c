package drillbook.restore;

import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.visibility.SearchKeys;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;

/** The procedure of a restore on demand. */
public final class RestoreWorkflowImpl implements RestoreWorkflow {
  @Override
  public RestoreReport restore(RestoreRequest request) {
    if (request.mode() == RestoreMode.SCRATCH) {
      throw WorkflowFailures.of(
          FailureKind.CONFIGURATION,
          "a restore into scratch collections was asked for: only a drill drops them again",
          "Start a DrillWorkflow instead.");
    }
    RestoreRun run = RestoreProcedure.begin(request);
    RestorePlan plan = RestoreProcedure.plan(run);
    if (request.dryRun()) {
      return RestoreProcedure.dryRun(run, plan);
    }
    try {
      RestoreReport report = RestoreProcedure.restore(run, plan);
      if (request.mode() == RestoreMode.IN_PLACE && report.verdict() == Verdict.PASSED) {
        RestoreProcedure.describe(
            "Putting the restored collections in the place of the live ones.");
        RestoreProcedure.activities(
                ActivityPolicies.request("Cut over to the restored collections"))
            .cutOver(run);
      }
      Workflow.newActivityStub(
              JournalActivities.class, ActivityPolicies.request("Write the restore down"))
          .append(JournalRecord.restored(Workflow.getInfo().getRunId(), report));
      SearchKeys.ended(report.verdict(), plan.backupId());
      RestoreProcedure.activities(ActivityPolicies.request("Forget the plan")).forget(run);
      RestoreProcedure.describe(
          "**" + report.verdict() + "**: " + report.records() + " records in " + request.into());
      return report;
    } catch (TemporalFailure failure) {
      Workflow.newDetachedCancellationScope(() ->
              RestoreProcedure.activities(
                      ActivityPolicies.cleanUp("Drop what the failed restore created"))
                  .drop(run))
          .run();
      throw failure;
    }
  }
}
