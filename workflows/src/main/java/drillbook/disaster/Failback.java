package drillbook.disaster;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.disaster.Takeover.LossState;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.notice.Figures;
import drillbook.policy.ActivityPolicies;
import drillbook.region.RegionProcedure;
import drillbook.region.RegionRun;
import drillbook.region.ReplicaReport;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreProcedure;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreRun;
import drillbook.restore.RestoreWorkflow;
import drillbook.restore.Site;
import drillbook.visibility.SearchKeys;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/**
 * The way back, whatever happened on the way there: the primary first, then clients, then what is
 * left in the region. Each part is tried, also when one before it failed.
 */
final class Failback {
  private final DisasterDrillRequest request;
  private final ReplicaReport replica;
  private final RegionRun region;
  private final Takeover takeover;
  private final Chronicle chronicle;
  private final List<String> undone = new ArrayList<>();

  Failback(
      DisasterDrillRequest request,
      ReplicaReport replica,
      RegionRun region,
      Takeover takeover,
      Chronicle chronicle) {
    this.request = request;
    this.replica = replica;
    this.region = region;
    this.takeover = takeover;
    this.chronicle = chronicle;
  }

  /** Part of the way back. */
  @FunctionalInterface
  private interface Part {
    /** Returns how it went, one sentence; an empty string where there was nothing to do. */
    String run();
  }

  /** Goes back, and returns the condition in which things are left. */
  String run() {
    if (takeover.loss() == LossState.DELETED) {
      attempt("primary-back", this::restorePrimary);
    } else if (takeover.fenceTried() && takeover.loss() != LossState.SIMULATED) {
      attempt("primary-back", this::unfence);
    }
    if (takeover.cutoverTried()) {
      attempt("failback", this::leadBack);
    }
    takeover.restoring().ifPresent(run -> attempt("region-cleared", () -> clear(run)));
    if (takeover.provisioning()) {
      for (Check check : RegionProcedure.tearDown(region)) {
        chronicle.add(check);
        if (check.result() == Check.Result.FAILED) {
          undone.add(check.detail());
        }
      }
    }
    String condition =
        undone.isEmpty()
            ? "The primary is in place, and nothing is left in " + request.region() + "."
            : "LEFT UNDONE: " + String.join("; ", undone) + ".";
    chronicle.reach("back", condition);
    return condition;
  }

  private void attempt(String name, Part part) {
    try {
      String words = part.run();
      chronicle.add(
          words.isEmpty()
              ? Check.notApplicable(name, request.target(), "the target has no hook for it")
              : Check.passed(name, request.target(), words));
    } catch (TemporalFailure failure) {
      String message = name + " failed: " + WorkflowFailures.message(failure);
      undone.add(message);
      chronicle.add(
          Check.failed(
              name,
              request.target(),
              message,
              new Finding(
                  FindingCode.PRIMARY_NOT_BACK,
                  message,
                  "Do it by hand now: " + WorkflowFailures.hint(failure))));
    }
  }

  private String unfence() {
    HookReport hook = hook(Hook.UNFENCE);
    if (!hook.ran()) {
      throw WorkflowFailures.of(
          FailureKind.CONFIGURATION,
          "'" + request.target() + "' has a fence hook and no unfence hook",
          "Give it one, and undo the fence by hand.");
    }
    ProbeReport probe =
        Takeover.disaster(ActivityPolicies.awaitAnswer("Wait until the primary answers"))
            .awaitAnswer(request.target());
    return "the primary answers again: " + probe.words();
  }

  private String restorePrimary() {
    RestoreReport back =
        Workflow.newChildWorkflowStub(
                RestoreWorkflow.class,
                ChildWorkflowOptions.newBuilder()
                    .setWorkflowId("restore-" + request.target() + "-after-" + region.mark())
                    .setStaticSummary("Restore the primary " + request.target())
                    .setTypedSearchAttributes(SearchKeys.inherited())
                    .build())
            .restore(
                new RestoreRequest(
                    request.target(),
                    replica.backupId(),
                    RestoreMode.IN_PLACE,
                    request.target(),
                    List.of(),
                    List.of(),
                    request.target(),
                    false,
                    false,
                    new Site(request.region(), "", 0)));
    if (back.verdict() != Verdict.PASSED) {
      throw WorkflowFailures.of(
          FailureKind.CORRUPT,
          "the primary was restored, and its checks say " + back.verdict().words(),
          "Restore it by hand: drillbook restore " + request.target());
    }
    return "the primary was restored: " + Figures.counted(back.records(), "record");
  }

  private String leadBack() {
    HookReport hook = hook(Hook.FAILBACK);
    return hook.ran() ? hook.words() : "";
  }

  private String clear(RestoreRun run) {
    if (!run.request().site().provisioned().isEmpty()) {
      RestoreProcedure.activities(ActivityPolicies.cleanUp("Forget the plan")).forget(run);
      return "what was restored in " + request.region() + " goes with its instance";
    }
    RestoreProcedure.activities(ActivityPolicies.cleanUp("Drop what was restored in the region"))
        .drop(run);
    return "what was restored in " + request.region() + " is dropped";
  }

  private HookReport hook(Hook hook) {
    List<RestorePlan.Destination> collections =
        takeover.restored().map(report -> report.plan().collections()).orElse(List.of());
    return Takeover.disaster(ActivityPolicies.provision("Run the hook " + hook.word()))
        .hook(new HookRun(hook, request.target(), request.region(), region.mark(), collections));
  }
}
