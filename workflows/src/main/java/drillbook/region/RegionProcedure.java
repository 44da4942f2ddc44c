package drillbook.region;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.failure.WorkflowFailures;
import drillbook.policy.ActivityPolicies;
import drillbook.restore.RestoreProcedure;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The steps in another region that its drills have in common. */
public final class RegionProcedure {
  private RegionProcedure() {}

  /** Brings the backup into the region's store. */
  public static ReplicaReport replicate(ReplicaRequest request) {
    return Workflow.newActivityStub(
            RegionActivities.class,
            ActivityPolicies.transfer("Replicate a backup to " + request.region()))
        .replicate(request);
  }

  /** Returns what this run's activities are told. */
  public static RegionRun begin(String target, String region) {
    Instant startedAt = Instant.ofEpochMilli(Workflow.currentTimeMillis());
    return new RegionRun(target, region, RestoreProcedure.runMark(startedAt), 0);
  }

  /** Brings an instance up. */
  public static Provisioned provision(RegionRun run) {
    return Workflow.newActivityStub(
            RegionActivities.class,
            ActivityPolicies.provision("Bring up an instance in " + run.region()))
        .provision(run);
  }

  /**
   * Takes down what a run brought up, also when the run is cancelled; what could not be taken down
   * is a finding, never silence.
   */
  public static List<Check> tearDown(RegionRun run) {
    List<Check> checks = new ArrayList<>();
    Workflow.newDetachedCancellationScope(
            () -> {
              try {
                Workflow.newActivityStub(
                        RegionActivities.class,
                        ActivityPolicies.cleanUp("Take down the instance in " + run.region()))
                    .tearDown(run);
                checks.add(Check.passed("torn-down", run.region(), "nothing was left running"));
              } catch (ActivityFailure failure) {
                String message =
                    "the instance of run "
                        + run.mark()
                        + " in "
                        + run.region()
                        + " could not be taken down: "
                        + WorkflowFailures.message(failure);
                checks.add(
                    Check.failed(
                        "torn-down",
                        run.region(),
                        message,
                        new Finding(
                            FindingCode.INSTANCE_LEFT_RUNNING,
                            message,
                            "Take it down by hand: it costs money. The region's store names it under"
                                + " the run's mark.")));
              }
            })
        .run();
    return checks;
  }

  /**
   * Takes down what a run brought up before it failed, and returns the failure that ends it: one
   * that also says so where the instance could not be taken down.
   */
  public static TemporalFailure tearDownAfter(RegionRun run, TemporalFailure failure) {
    for (Check check : tearDown(run)) {
      if (check.result() == Check.Result.FAILED && !(failure instanceof CanceledFailure)) {
        return WorkflowFailures.of(
            WorkflowFailures.kind(failure),
            WorkflowFailures.message(failure) + "; and " + check.detail(),
            check.findings().getFirst().advice());
      }
    }
    return failure;
  }
}
