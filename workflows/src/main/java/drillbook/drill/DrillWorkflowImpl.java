package drillbook.drill;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreProcedure;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRun;
import drillbook.visibility.SearchKeys;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The procedure of a drill. */
public final class DrillWorkflowImpl implements DrillWorkflow {
  @Override
  public DrillReport drill(DrillRequest request) {
    RestoreRun run = RestoreProcedure.begin(request.restore());
    RestorePlan plan = RestoreProcedure.plan(run);
    DrillActivities activities =
        Workflow.newActivityStub(
            DrillActivities.class, ActivityPolicies.request("Look up earlier drills"));
    History history =
        activities.history(
            new HistoryQuestion(request.target(), plan.backupId(), plan.fingerprint()));

    RestoreReport restored;
    List<Check> afterwards = new ArrayList<>();
    try {
      restored = RestoreProcedure.restore(run, plan);
    } finally {
      Workflow.newDetachedCancellationScope(() -> afterwards.addAll(dropScratch(run))).run();
    }

    Baseline baseline = Baseline.of(history.recoverySeconds());
    double seconds = restored.recoverySeconds();
    Check time = recoveryTime(request, baseline, seconds);
    List<Check> checks = new ArrayList<>(restored.checks());
    checks.add(time);
    checks.addAll(afterwards);
    DrillReport report =
        new DrillReport(
            request.target(),
            request.into(),
            plan.backupId(),
            run.run(),
            run.startedAt(),
            Verdict.of(checks),
            checks,
            plan,
            restored.records(),
            restored.bytes(),
            restored.phases(),
            seconds,
            Duration.between(history.asOf(), run.startedAt()).toMillis() / 1000.0,
            baseline,
            time.result() == Check.Result.FAILED,
            plan.fingerprint(),
            request.target() + "/drills/" + run.run() + "/report.json");
    Workflow.newActivityStub(DrillActivities.class, ActivityPolicies.request("Publish the report"))
        .publish(report);
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the drill down"))
        .append(
            request.probe()
                ? JournalRecord.probed(Workflow.getInfo().getRunId(), report)
                : JournalRecord.drilled(Workflow.getInfo().getRunId(), report));
    SearchKeys.ended(report.verdict(), report.backupId());
    RestoreProcedure.describe("**" + report.verdict() + "** in " + seconds + " s.");
    return report;
  }

  /** Drops the scratch; what could not be dropped is a finding, never silence. */
  private static List<Check> dropScratch(RestoreRun run) {
    RestoreProcedure.describe("Dropping the scratch collections.");
    try {
      if (!run.request().site().provisioned().isEmpty()) {
        // The instance is taken down next; one that broke must not be asked for hours first.
        RestoreProcedure.activities(ActivityPolicies.cleanUp("Forget the plan")).forget(run);
        return List.of(
            Check.passed("scratch-dropped", run.request().into(), "it goes with its instance"));
      }
      RestoreProcedure.activities(ActivityPolicies.cleanUp("Drop the scratch collections"))
          .drop(run);
      return List.of(
          Check.passed("scratch-dropped", run.request().into(), "nothing was left behind"));
    } catch (ActivityFailure failure) {
      return List.of(
          Check.failed(
              "scratch-dropped",
              run.request().into(),
              "the scratch collections of run " + run.run() + " could not be dropped",
              new Finding(
                  FindingCode.SCRATCH_LEFT_BEHIND,
                  "collections of run " + run.run() + " are still in " + run.request().into(),
                  "Drop the collections whose names carry the run's mark.")));
    }
  }

  private static Check recoveryTime(DrillRequest request, Baseline baseline, double seconds) {
    String subject = request.target();
    if (!baseline.known()) {
      return Check.notApplicable(
          DrillReport.RECOVERY_TIME,
          subject,
          "no baseline yet: "
              + baseline.drills()
              + " of "
              + Baseline.LEAST
              + " green drills of this environment");
    }
    String detail =
        String.format(
            Locale.ROOT,
            "%.1f s against a baseline of %.1f s (median of %d drills): %+.0f %%, allowed +%.0f %%",
            seconds,
            baseline.seconds(),
            baseline.drills(),
            baseline.regression(seconds) * 100,
            request.maxRegression() * 100);
    return baseline.regressed(seconds, request.maxRegression(), request.floorSeconds())
        ? Check.failed(
            DrillReport.RECOVERY_TIME,
            subject,
            detail,
            new Finding(
                FindingCode.RECOVERY_TIME_REGRESSION,
                detail,
                "Compare the phases with the last drills: a slower index phase points to index"
                    + " parameters or memory, a slower load phase to growth or a busy engine. Where this"
                    + " is the new normal: drillbook drill accept "
                    + subject))
        : Check.passed(DrillReport.RECOVERY_TIME, subject, detail);
  }
}
