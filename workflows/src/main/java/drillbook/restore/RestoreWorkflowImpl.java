package drillbook.restore;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.visibility.SearchKeys;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
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
      report = writtenDown(report, request);
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

  /**
   * Writes the restore down in the source's journal. What came back stays, also where that cannot
   * be done: on the day when the source's store is lost, least of all may it be dropped again.
   */
  private static RestoreReport writtenDown(RestoreReport report, RestoreRequest request) {
    try {
      Workflow.newActivityStub(
              JournalActivities.class, ActivityPolicies.request("Write the restore down"))
          .append(JournalRecord.restored(Workflow.getInfo().getRunId(), report));
      return report;
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof CanceledFailure) {
        throw failure;
      }
      String reason = "not written down: " + WorkflowFailures.message(failure);
      return report.with(
          request.site().replica().isEmpty()
              ? Check.couldNotRun("journal", request.target(), reason)
              : Check.notApplicable("journal", request.target(), reason));
    }
  }
}
