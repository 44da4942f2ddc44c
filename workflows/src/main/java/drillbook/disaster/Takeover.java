package drillbook.disaster;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.notice.Figures;
import drillbook.policy.ActivityPolicies;
import drillbook.region.Provisioned;
import drillbook.region.RegionProcedure;
import drillbook.region.RegionRun;
import drillbook.region.ReplicaReport;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreProcedure;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreRun;
import drillbook.restore.Site;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The way there: the primary is lost, the target comes up in the region, clients are led over.
 * Keeps how far it came, so that {@link Failback} knows what there is to undo.
 */
final class Takeover {
  private final DisasterDrillRequest request;
  private final ReplicaReport replica;
  private final RegionRun region;
  private final Chronicle chronicle;

  private LossState loss = LossState.NOT_LOST;
  private boolean fenceTried;
  private boolean provisioning;
  private boolean cutoverTried;
  private Optional<RestoreRun> restoring = Optional.empty();
  private Optional<RestoreReport> restored = Optional.empty();
  private Optional<Instant> lostAt = Optional.empty();
  private Optional<Instant> recoveredAt = Optional.empty();

  /** How the primary was lost. */
  enum LossState {
    NOT_LOST("not lost"),
    SIMULATED("simulated"),
    FENCED("fenced"),
    DELETED("deleted");

    private final String words;

    LossState(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  Takeover(
      DisasterDrillRequest request, ReplicaReport replica, RegionRun region, Chronicle chronicle) {
    this.request = request;
    this.replica = replica;
    this.region = region;
    this.chronicle = chronicle;
  }

  /**
   * Goes there.
   *
   * @param delete whether the primary is deleted, not fenced
   */
  void run(boolean delete) {
    if (!lose(delete)) {
      return;
    }
    provisioning = true;
    Provisioned provisioned = RegionProcedure.provision(region);
    chronicle.reach(
        "provisioned", provisioned.by() + ", in " + Figures.seconds(provisioned.seconds()));

    RestoreRun run =
        RestoreProcedure.begin(
            new RestoreRequest(
                request.target(),
                replica.backupId(),
                RestoreMode.NEW,
                request.region(),
                List.of(),
                List.of(),
                "",
                false,
                false,
                new Site(request.region(), provisioned.mark(), provisioned.seconds())));
    restoring = Optional.of(run);
    RestorePlan plan = RestoreProcedure.plan(run);
    RestoreReport report = RestoreProcedure.restore(run, plan);
    restored = Optional.of(report);
    chronicle.addAll(report.checks());
    chronicle.reach(
        "restored",
        Figures.counted(report.records(), "record")
            + " in "
            + plan.collections().size()
            + " collections: "
            + report.verdict().words());
    cutOver(report);
  }

  /** Returns whether the drill can go on. */
  private boolean lose(boolean delete) {
    if (delete) {
      loss = LossState.DELETED;
      int dropped =
          disaster(ActivityPolicies.request("Drop the primary's collections"))
              .drop(new DropRun(request.target(), request.region(), replica.backupId()));
      lostAt =
          Optional.of(chronicle.reach("lost", "deleted: " + dropped + " collections were dropped"));
      return true;
    }
    fenceTried = true;
    HookReport fence = hook(Hook.FENCE, List.of());
    if (!fence.ran()) {
      loss = LossState.SIMULATED;
      lostAt = Optional.of(chronicle.reach("lost", "simulated: the target has no fence hook"));
      chronicle.add(
          Check.notApplicable(
              "primary-fenced", request.target(), "loss simulated: the target has no fence hook"));
      return true;
    }
    loss = LossState.FENCED;
    ProbeReport probe =
        disaster(ActivityPolicies.request("Ask whether the primary answers"))
            .probe(request.target());
    if (probe.answers()) {
      String message = "the fence hook ended well, and the primary still answers: " + probe.words();
      chronicle.add(
          Check.failed(
              "primary-fenced",
              request.target(),
              message,
              new Finding(
                  FindingCode.PRIMARY_NOT_FENCED,
                  message,
                  "Mend the hook: with a primary that answers, clients would write to both.")));
      chronicle.reach("not lost", message);
      return false;
    }
    chronicle.add(Check.passed("primary-fenced", request.target(), probe.words()));
    lostAt = Optional.of(chronicle.reach("lost", "fenced: " + probe.words()));
    return true;
  }

  private void cutOver(RestoreReport report) {
    if (report.verdict() != Verdict.PASSED) {
      chronicle.add(
          Check.couldNotRun(
              "cutover", request.region(), "clients are not led to what did not pass its checks"));
      return;
    }
    cutoverTried = true;
    HookReport cutover = hook(Hook.CUTOVER, report.plan().collections());
    chronicle.add(
        cutover.ran()
            ? Check.passed("cutover", request.region(), cutover.words())
            : Check.notApplicable(
                "cutover", request.region(), "not practised: the target has no cutover hook"));
    recoveredAt =
        Optional.of(
            chronicle.reach(
                "recovered", cutover.ran() ? "clients are led over" : "without a cutover hook"));
  }

  private HookReport hook(Hook hook, List<RestorePlan.Destination> collections) {
    return disaster(ActivityPolicies.provision("Run the hook " + hook.word()))
        .hook(new HookRun(hook, request.target(), request.region(), region.mark(), collections));
  }

  static DisasterActivities disaster(ActivityOptions options) {
    return Workflow.newActivityStub(DisasterActivities.class, options);
  }

  LossState loss() {
    return loss;
  }

  boolean fenceTried() {
    return fenceTried;
  }

  boolean provisioning() {
    return provisioning;
  }

  boolean cutoverTried() {
    return cutoverTried;
  }

  Optional<RestoreRun> restoring() {
    return restoring;
  }

  Optional<RestoreReport> restored() {
    return restored;
  }

  Optional<Instant> lostAt() {
    return lostAt;
  }

  Optional<Instant> recoveredAt() {
    return recoveredAt;
  }
}
