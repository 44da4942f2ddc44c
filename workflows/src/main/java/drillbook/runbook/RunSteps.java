package drillbook.runbook;

import drillbook.backup.BackupRequest;
import drillbook.backup.BackupWorkflow;
import drillbook.bisect.BisectRequest;
import drillbook.bisect.BisectWorkflow;
import drillbook.check.Verdict;
import drillbook.disaster.DisasterDrillRequest;
import drillbook.disaster.DisasterDrillWorkflow;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.drill.DrillWorkflow;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.notice.Notice;
import drillbook.people.NoticeThreads;
import drillbook.policy.ActivityPolicies;
import drillbook.policy.ChildProcedures;
import drillbook.prune.PruneRequest;
import drillbook.prune.PruneWorkflow;
import drillbook.region.RegionDrillReport;
import drillbook.region.RegionDrillRequest;
import drillbook.region.RegionDrillWorkflow;
import drillbook.restore.BackupChoice;
import drillbook.ticket.TicketActivities;
import drillbook.ticket.TicketActivities.TicketPost;
import drillbook.ticket.TicketRoute;
import drillbook.verify.VerifyBackupWorkflow;
import drillbook.verify.VerifyRequest;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Does the steps of one run, in order; each is a procedure of its own. */
final class RunSteps {
  private final RunbookRequest request;
  private final Runbook runbook;
  private final NoticeThreads people;
  private final HumanDesk desk;
  private final List<StepReport> done = new ArrayList<>();

  RunSteps(RunbookRequest request, NoticeThreads people, HumanDesk desk) {
    this.request = request;
    this.runbook = request.runbook();
    this.people = people;
    this.desk = desk;
  }

  /** Does the steps until one fails, and returns what those that were begun report. */
  List<StepReport> run() {
    for (Step step : request.occasion().steps()) {
      describe(step);
      StepReport report = perform(step);
      done.add(report);
      if (!report.outcome().goesOn()) {
        break;
      }
    }
    return List.copyOf(done);
  }

  private StepReport perform(Step step) {
    Instant begun = now();
    try {
      return switch (step) {
        case Step.Backup backup -> backup(backup);
        case Step.Verify verify -> verify();
        case Step.Drill drill -> drill(drill);
        case Step.RegionDrill drill -> regionDrill(drill);
        case Step.DisasterDrill drill -> disasterDrill(drill);
        case Step.Prune prune -> prune();
        case Step.Human human -> human(human);
      };
    } catch (ChildWorkflowFailure failure) {
      if (failure.getCause() instanceof WorkflowExecutionAlreadyStarted) {
        return StepReports.covered(step);
      }
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        throw cancelled;
      }
      StepReport report = StepReports.failed(step, failure, seconds(begun));
      boolean unreadable = WorkflowFailures.kind(failure) == FailureKind.CORRUPT;
      return unreadable && step instanceof Step.Drill drill ? unreadable(drill, report) : report;
    }
  }

  /** A backup that cannot even be read: there are no checks, but there may be an older one. */
  private StepReport unreadable(Step.Drill step, StepReport report) {
    if (step.recoveryPoint() != Step.RecoveryPoint.NEWEST) {
      // Which one of the window it was, nobody has told.
      return report;
    }
    StepReport traced = traced(step, BackupChoice.LATEST, report);
    return traced.equals(report)
        ? report
        : withTickets(DrillTickets.unreadable(runbook.target(), traced), traced);
  }

  private StepReport backup(Step.Backup step) {
    return StepReports.of(
        ChildProcedures.stub(
                BackupWorkflow.class, "backup-" + runbook.target(), "Back up " + runbook.target())
            .backup(
                new BackupRequest(runbook.target(), step.kind(), step.anew(), runbook.drift())));
  }

  private StepReport verify() {
    String backup =
        done.stream()
            .filter(report -> report.step().equals("backup") && !report.backupId().isEmpty())
            .map(StepReport::backupId)
            .reduce(BackupChoice.LATEST, (before, last) -> last);
    return StepReports.of(
        ChildProcedures.stub(
                VerifyBackupWorkflow.class,
                "verify-" + runbook.target() + "-" + backup,
                "Verify " + backup)
            .verify(new VerifyRequest(runbook.target(), backup, runbook.sizeDelta())));
  }

  private StepReport prune() {
    return StepReports.of(
        ChildProcedures.stub(
                PruneWorkflow.class, "prune-" + runbook.target(), "Prune " + runbook.target())
            .prune(new PruneRequest(runbook.target(), runbook.retention(), false)));
  }

  private StepReport drill(Step.Drill step) {
    String backup =
        switch (step.recoveryPoint()) {
          case NEWEST -> BackupChoice.LATEST;
          case RANDOM -> BackupChoice.random(step.window());
        };
    DrillReport drill =
        ChildProcedures.stub(
                DrillWorkflow.class, "drill-" + runbook.target(), "Drill " + runbook.target())
            .drill(
                new DrillRequest(
                    runbook.target(),
                    backup,
                    step.into(),
                    List.of(),
                    List.of(),
                    step.maxRegression(),
                    step.floorSeconds()));
    StepReport report = StepReports.of(drill);
    // A drill that was slow brought its backup back all the same.
    return withTickets(
        drill,
        drill.verdictBesideTime() == Verdict.FAILED
            ? traced(step, drill.backupId(), report)
            : report);
  }

  /** Tries older backups, until it is known since when they do not come back. */
  private StepReport traced(Step.Drill step, String backup, StepReport report) {
    boolean old =
        Workflow.getVersion("bisect", Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION;
    if (old || step.bisect().most() == 0) {
      return report;
    }
    try {
      return StepReports.traced(
          report,
          ChildProcedures.stub(
                  BisectWorkflow.class, "bisect-" + runbook.target(), "Bisect " + runbook.target())
              .bisect(
                  new BisectRequest(runbook.target(), backup, step.into(), step.bisect().most())));
    } catch (ChildWorkflowFailure failure) {
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        throw cancelled;
      }
      return report.and(
          new Notice.Fact("Bisect", "could not be done: " + WorkflowFailures.message(failure)));
    }
  }

  private StepReport regionDrill(Step.RegionDrill step) {
    RegionDrillReport report =
        ChildProcedures.stub(
                RegionDrillWorkflow.class,
                "region-drill-" + runbook.target(),
                "Drill " + runbook.target() + " in " + step.region())
            .drill(
                new RegionDrillRequest(
                    runbook.target(),
                    step.region(),
                    BackupChoice.LATEST,
                    step.maxRegression(),
                    step.floorSeconds()));
    return withTickets(report.drill(), StepReports.of(report));
  }

  private StepReport disasterDrill(Step.DisasterDrill step) {
    return StepReports.of(
        ChildProcedures.stub(
                DisasterDrillWorkflow.class,
                "disaster-drill-" + runbook.target(),
                "Practise the loss of " + runbook.target())
            .drill(
                new DisasterDrillRequest(
                    runbook.target(),
                    step.region(),
                    BackupChoice.LATEST,
                    step.loss(),
                    step.freshness(),
                    step.approvals(),
                    runbook.objectives().rpo(),
                    runbook.objectives().rto(),
                    runbook.notices())));
  }

  private StepReport withTickets(DrillReport drill, StepReport step) {
    return withTickets(DrillTickets.of(drill, step), step);
  }

  private StepReport withTickets(List<DrillTickets.Move> moves, StepReport step) {
    StepReport report = step;
    for (DrillTickets.Move move : moves) {
      for (TicketRoute route : runbook.tickets()) {
        report = report.and(move(route, move));
      }
    }
    return report;
  }

  private static Notice.Fact move(TicketRoute route, DrillTickets.Move move) {
    String summary = (move.open() ? "File" : "Close") + " " + move.ticket().key();
    TicketActivities tickets =
        Workflow.newActivityStub(TicketActivities.class, ActivityPolicies.message(summary));
    TicketPost post = new TicketPost(route, move.ticket());
    try {
      String address = move.open() ? tickets.file(post) : tickets.close(post);
      return new Notice.Fact("Ticket", (move.open() ? "open " : "closed ") + address);
    } catch (ActivityFailure failure) {
      return new Notice.Fact(
          "Ticket", route.words() + " could not be reached: " + WorkflowFailures.message(failure));
    }
  }

  private StepReport human(Step.Human step) {
    Instant begun = now();
    desk.open(step);
    people.tell(
        RunNotice.asking(
            request, step, Workflow.getInfo().getWorkflowId(), Workflow.getInfo().getRunId()));
    return desk.await(step)
        .map(given -> StepReports.of(step, given, seconds(begun)))
        .orElseGet(() -> StepReports.unanswered(step));
  }

  private void describe(Step step) {
    StringBuilder page = new StringBuilder();
    page.append("**").append(runbook.name()).append("** ").append(request.cadence().word());
    for (StepReport report : done) {
      page.append("\n- ").append(report.step()).append(": ").append(report.outcome());
    }
    page.append("\n- **").append(step.word()).append("** ...");
    Workflow.setCurrentDetails(page.toString());
  }

  private static double seconds(Instant since) {
    return Duration.between(since, now()).toMillis() / 1000.0;
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
