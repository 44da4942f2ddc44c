package drillbook.disaster;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.notice.Figures;
import drillbook.people.Approval;
import drillbook.people.ApprovalDesk;
import drillbook.people.NoticeThreads;
import drillbook.policy.ActivityPolicies;
import drillbook.region.RegionProcedure;
import drillbook.region.RegionRun;
import drillbook.region.ReplicaReport;
import drillbook.region.ReplicaRequest;
import drillbook.restore.Phases;
import drillbook.restore.RestoreReport;
import drillbook.visibility.SearchKeys;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The procedure of a disaster drill, in its order. */
final class DisasterDrill {
  private static final String UNTOUCHED = "Nothing was touched.";

  private final DisasterDrillRequest request;
  private final ApprovalDesk desk;
  private final NoticeThreads people;
  private final RegionRun region;
  private final Instant startedAt = Chronicle.now();
  private final Chronicle chronicle = new Chronicle();

  DisasterDrill(DisasterDrillRequest request, ApprovalDesk desk, NoticeThreads people) {
    this.request = request;
    this.desk = desk;
    this.people = people;
    this.region = RegionProcedure.begin(request.target(), request.region());
  }

  DisasterReport run() {
    chronicle.reach("begun", "a drill of the loss of " + request.target());
    ReplicaReport replica =
        RegionProcedure.replicate(
            new ReplicaRequest(request.target(), request.region(), request.backup(), true));
    chronicle.reach("replicated", replica.backupId() + " to " + replica.location());
    Takeover takeover = new Takeover(request, replica, region, chronicle);
    if (!isFresh(replica) || !isApproved(replica)) {
      desk.end();
      return conclude(replica, takeover, UNTOUCHED);
    }

    Optional<CanceledFailure> cancelled = takeOver(takeover);
    desk.end();
    DisasterReport[] report = new DisasterReport[1];
    Workflow.newDetachedCancellationScope(
            () -> {
              String condition = new Failback(request, replica, region, takeover, chronicle).run();
              report[0] = conclude(replica, takeover, condition);
            })
        .run();
    if (cancelled.isPresent()) {
      throw cancelled.get();
    }
    return report[0];
  }

  private boolean isFresh(ReplicaReport replica) {
    double age = Chronicle.seconds(replica.asOf(), Chronicle.now());
    String words = "the recovery point is " + Figures.seconds(age) + " old";
    if (request.freshness().isZero()) {
      chronicle.add(
          Check.notApplicable("freshness", replica.backupId(), words + ", and no rpo is promised"));
      return true;
    }
    double limit = request.freshness().toMillis() / 1000.0;
    if (age <= limit) {
      chronicle.add(
          Check.passed(
              "freshness", replica.backupId(), words + ", allowed " + Figures.seconds(limit)));
      return true;
    }
    String message = words + ", allowed are " + Figures.seconds(limit);
    chronicle.add(
        Check.failed(
            "freshness",
            replica.backupId(),
            message,
            new Finding(
                FindingCode.RECOVERY_POINT_TOO_OLD,
                message,
                "Find out why there is no newer verified backup, make one, and drill again.")));
    chronicle.reach("ended", "the backup is too old to begin with");
    return false;
  }

  private boolean isApproved(ReplicaReport replica) {
    desk.open();
    people.tell(DisasterNotices.asking(request, replica, false));
    boolean approved =
        desk.await(() -> people.tell(DisasterNotices.asking(request, replica, true)));
    if (approved) {
      String who = desk.approvals().stream().map(Approval::who).collect(Collectors.joining(", "));
      chronicle.add(Check.passed("approved", request.target(), "by " + who + ", as they claim"));
      chronicle.reach("approved", "by " + who);
      return true;
    }
    if (desk.stopped().isPresent()) {
      stopped();
      return false;
    }
    String message =
        desk.approvals().size()
            + " of "
            + request.approvals().needed()
            + " approvals within "
            + Figures.seconds(request.approvals().within().toMillis() / 1000.0);
    chronicle.add(
        Check.failed(
            "approved",
            request.target(),
            message,
            new Finding(
                FindingCode.NOT_APPROVED,
                message,
                "Find out whether the approvers are reached by these notices, and drill again.")));
    chronicle.reach("ended", message);
    return false;
  }

  private void stopped() {
    desk.stopped()
        .ifPresent(stop -> {
          String message = "stopped by " + stop.who() + ": " + stop.words();
          chronicle.add(
              Check.failed(
                  "not-stopped",
                  request.target(),
                  message,
                  new Finding(FindingCode.STOPPED, message, "Ask " + stop.who() + ".")));
          chronicle.reach("stopped", message);
        });
  }

  /** Returns the cancellation of this workflow where that ended it. */
  private Optional<CanceledFailure> takeOver(Takeover takeover) {
    boolean delete =
        request.loss() == Loss.DELETE && desk.approvals().stream().allMatch(Approval::delete);
    CancellationScope scope = Workflow.newCancellationScope(() -> takeover.run(delete));
    desk.onStop(scope::cancel);
    try {
      scope.run();
    } catch (TemporalFailure failure) {
      if (desk.stopped().isPresent()) {
        stopped();
        return Optional.empty();
      }
      if (failure instanceof CanceledFailure cancelled) {
        return cancelled(cancelled);
      }
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        return cancelled(cancelled);
      }
      String message = "the drill failed: " + WorkflowFailures.message(failure);
      chronicle.add(
          Check.failed(
              "taken-over",
              request.target(),
              message,
              new Finding(FindingCode.STEP_FAILED, message, WorkflowFailures.hint(failure))));
      chronicle.reach("failed", message);
    }
    return Optional.empty();
  }

  private Optional<CanceledFailure> cancelled(CanceledFailure failure) {
    chronicle.add(Check.couldNotRun("taken-over", request.target(), "the workflow was cancelled"));
    chronicle.reach("cancelled", "somebody cancelled the workflow");
    return Optional.of(failure);
  }

  private DisasterReport conclude(ReplicaReport replica, Takeover takeover, String condition) {
    double age = takeover.lostAt().map(lost -> Chronicle.seconds(replica.asOf(), lost)).orElse(0.0);
    double recovery =
        takeover
            .lostAt()
            .flatMap(lost -> takeover.recoveredAt().map(at -> Chronicle.seconds(lost, at)))
            .orElse(0.0);
    if (takeover.recoveredAt().isPresent()) {
      chronicle.add(objective("rpo", age, request.rpo(), FindingCode.RECOVERY_POINT_TOO_OLD));
      chronicle.add(objective("rto", recovery, request.rto(), FindingCode.RECOVERY_TOO_SLOW));
    }
    Optional<RestoreReport> restored = takeover.restored();
    List<Check> checks = chronicle.checks();
    DisasterReport report =
        new DisasterReport(
            request.target(),
            request.region(),
            region.mark(),
            startedAt,
            Verdict.of(checks),
            condition,
            takeover.loss().words(),
            replica,
            desk.approvals(),
            checks,
            restored.map(back -> back.plan().collections()).orElse(List.of()),
            restored.map(RestoreReport::records).orElse(0L),
            restored.map(RestoreReport::phases).orElse(Phases.NONE),
            recovery,
            age,
            chronicle.milestones(),
            people.untold(),
            Chronicle.seconds(startedAt, Chronicle.now()),
            request.target() + "/disasters/" + region.mark() + "/report.json");
    publish(report);
    return report;
  }

  private Check objective(String name, double seconds, Duration promised, FindingCode code) {
    String words = Figures.seconds(seconds);
    if (promised.isZero()) {
      return Check.notApplicable(name, request.target(), words + ", and nothing was promised");
    }
    double limit = promised.toMillis() / 1000.0;
    String detail = words + " of the promised " + Figures.seconds(limit);
    return seconds <= limit
        ? Check.passed(name, request.target(), detail)
        : Check.failed(
            name,
            request.target(),
            detail,
            new Finding(
                code,
                name + " broken: " + detail,
                "See the timeline for where the time went, or promise what can be kept."));
  }

  private void publish(DisasterReport report) {
    Takeover.disaster(ActivityPolicies.request("Publish the report")).publish(report);
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the drill down"))
        .append(JournalRecord.disaster(Workflow.getInfo().getRunId(), report));
    SearchKeys.ended(report.verdict(), report.replica().backupId());
    if (Workflow.getInfo().getParentWorkflowId().isEmpty()) {
      people.tell(DisasterNotices.ended(report));
    }
  }
}
