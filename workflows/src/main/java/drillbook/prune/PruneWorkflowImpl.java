package drillbook.prune;

import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.visibility.SearchKeys;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;

/** The procedure of a prune: plan, delete, write it down. */
public final class PruneWorkflowImpl implements PruneWorkflow {
  @Override
  public PruneReport prune(PruneRequest request) {
    Instant begun = now();
    PruneRun run = new PruneRun(request, Workflow.getInfo().getRunId(), begun);
    Workflow.setCurrentDetails("Looking which backups of **" + request.target() + "** stay.");
    PrunePlan plan =
        activities(ActivityPolicies.transfer("Plan the prune of " + request.target())).plan(run);
    if (request.dryRun()) {
      return PruneReport.dry(plan, seconds(begun));
    }
    Workflow.setCurrentDetails(
        "Deleting **" + plan.doomed() + "** backups; " + plan.kept() + " stay.");
    PruneResult result =
        activities(ActivityPolicies.transfer("Delete what no kept backup needs")).delete(run);
    PruneReport report = PruneReport.of(plan, result, seconds(begun));
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the prune down"))
        .append(JournalRecord.pruned(Workflow.getInfo().getRunId(), report));
    SearchKeys.ended(report.verdict(), "");
    Workflow.setCurrentDetails(
        "Deleted **" + report.deleted() + "** backups; " + report.kept() + " stay.");
    return report;
  }

  private static PruneActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(PruneActivities.class, options);
  }

  private static double seconds(Instant since) {
    return Duration.between(since, now()).toMillis() / 1000.0;
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
