package drillbook.runbook;

import drillbook.backup.BackupRequest;
import drillbook.backup.BackupWorkflow;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.drill.DrillWorkflow;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.notice.Notice;
import drillbook.notice.NoticeActivities;
import drillbook.notice.NoticeActivities.NoticePost;
import drillbook.notice.NoticeRoute;
import drillbook.policy.ActivityPolicies;
import drillbook.restore.BackupChoice;
import drillbook.ticket.TicketActivities;
import drillbook.ticket.TicketActivities.TicketPost;
import drillbook.ticket.TicketRoute;
import drillbook.verify.VerifyBackupWorkflow;
import drillbook.verify.VerifyRequest;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The procedure of a run: its steps in order, then the journal, then people. */
public final class RunbookWorkflowImpl implements RunbookWorkflow {
  private final List<StepReport> done = new ArrayList<>();
  private final List<String> untold = new ArrayList<>();
  private final List<String> threads = new ArrayList<>();
  private Optional<Step.Human> asked = Optional.empty();
  private Optional<HumanAnswer> answer = Optional.empty();

  @Override
  public RunbookReport run(RunbookRequest request) {
    Instant startedAt = now();
    List<Step> steps = request.occasion().steps();
    for (Step step : steps) {
      describe(request, step);
      StepReport report = perform(request, step);
      done.add(report);
      if (!report.outcome().goesOn()) {
        break;
      }
    }
    RunbookReport report =
        new RunbookReport(
            request.runbook().name(),
            request.runbook().target(),
            request.cadence(),
            startedAt,
            RunbookReport.verdict(done),
            done,
            steps.stream().skip(done.size()).map(Step::word).toList(),
            List.of(),
            seconds(startedAt));
    RunNotice.of(report, request.occasion().notice(), workflowId(), runId())
        .ifPresent(notice -> tell(request.runbook(), notice));
    RunbookReport told = report.untold(untold);
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the run down"))
        .append(JournalRecord.ran(runId(), told));
    Workflow.setCurrentDetails("**" + told.verdict() + "**: " + told.outcomes());
    Workflow.await(Workflow::isEveryHandlerFinished);
    return told;
  }

  @Override
  public void answer(HumanAnswer given) {
    answer = Optional.of(given);
  }

  @Override
  public void checkAnswer(HumanAnswer given) {
    if (asked.isEmpty() || answer.isPresent()) {
      throw new IllegalArgumentException("no human step is waited for at this moment");
    }
    if (given.who().isEmpty()) {
      throw new IllegalArgumentException("say who answers: {\"who\": \"...\", \"done\": true}");
    }
  }

  private StepReport perform(RunbookRequest request, Step step) {
    Instant begun = now();
    try {
      return switch (step) {
        case Step.Backup backup -> backup(request.runbook(), backup);
        case Step.Verify verify -> verify(request.runbook());
        case Step.Drill drill -> drill(request.runbook(), drill);
        case Step.Human human -> human(request, human);
      };
    } catch (ChildWorkflowFailure failure) {
      if (failure.getCause() instanceof WorkflowExecutionAlreadyStarted) {
        return StepReports.covered(step);
      }
      if (failure.getCause() instanceof CanceledFailure cancelled) {
        throw cancelled;
      }
      return StepReports.failed(step, failure, seconds(begun));
    }
  }

  private static StepReport backup(Runbook runbook, Step.Backup step) {
    return StepReports.of(
        child(BackupWorkflow.class, "backup-" + runbook.target(), "Back up " + runbook.target())
            .backup(new BackupRequest(runbook.target(), step.kind(), step.anew())));
  }

  private StepReport verify(Runbook runbook) {
    String backup =
        done.stream()
            .filter(report -> report.step().equals("backup") && !report.backupId().isEmpty())
            .map(StepReport::backupId)
            .reduce(BackupChoice.LATEST, (before, last) -> last);
    return StepReports.of(
        child(
                VerifyBackupWorkflow.class,
                "verify-" + runbook.target() + "-" + backup,
                "Verify " + backup)
            .verify(new VerifyRequest(runbook.target(), backup, runbook.sizeDelta())));
  }

  private static StepReport drill(Runbook runbook, Step.Drill step) {
    String backup =
        switch (step.recoveryPoint()) {
          case NEWEST -> BackupChoice.LATEST;
          case RANDOM -> BackupChoice.random(step.window());
        };
    DrillReport drill =
        child(DrillWorkflow.class, "drill-" + runbook.target(), "Drill " + runbook.target())
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
    for (DrillTickets.Move move : DrillTickets.of(drill, report)) {
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

  private StepReport human(RunbookRequest request, Step.Human step) {
    Instant begun = now();
    answer = Optional.empty();
    asked = Optional.of(step);
    tell(request.runbook(), RunNotice.asking(request, step, workflowId(), runId()));
    Workflow.await(step.within(), () -> answer.isPresent());
    asked = Optional.empty();
    return answer
        .map(given -> StepReports.of(step, given, seconds(begun)))
        .orElseGet(() -> StepReports.unanswered(step));
  }

  /** Tells people on every route; one that cannot be reached is noted and fails nothing. */
  private void tell(Runbook runbook, Notice notice) {
    for (int i = 0; i < runbook.notices().size(); i++) {
      NoticeRoute route = runbook.notices().get(i);
      while (threads.size() <= i) {
        threads.add("");
      }
      try {
        String thread =
            Workflow.newActivityStub(
                    NoticeActivities.class, ActivityPolicies.message("Tell " + route.words()))
                .post(new NoticePost(route, notice, threads.get(i)));
        threads.set(i, threads.get(i).isEmpty() ? thread : threads.get(i));
      } catch (ActivityFailure failure) {
        if (failure.getCause() instanceof CanceledFailure cancelled) {
          throw cancelled;
        }
        untold.add(route.words() + ": " + WorkflowFailures.message(failure));
      }
    }
  }

  private void describe(RunbookRequest request, Step step) {
    StringBuilder page = new StringBuilder();
    page.append("**")
        .append(request.runbook().name())
        .append("** ")
        .append(request.cadence().word());
    for (StepReport report : done) {
      page.append("\n- ").append(report.step()).append(": ").append(report.outcome());
    }
    page.append("\n- **").append(step.word()).append("** ...");
    Workflow.setCurrentDetails(page.toString());
  }

  /** The id is that of the command line: of one id only one runs, and the other is told so. */
  private static <T> T child(Class<T> type, String id, String summary) {
    return Workflow.newChildWorkflowStub(
        type,
        ChildWorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setStaticSummary(summary)
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
            .build());
  }

  private static String workflowId() {
    return Workflow.getInfo().getWorkflowId();
  }

  private static String runId() {
    return Workflow.getInfo().getRunId();
  }

  private static double seconds(Instant since) {
    return Duration.between(since, now()).toMillis() / 1000.0;
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
