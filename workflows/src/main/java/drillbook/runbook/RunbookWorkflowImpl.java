package drillbook.runbook;

import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.people.NoticeThreads;
import drillbook.policy.ActivityPolicies;
import drillbook.visibility.SearchKeys;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The procedure of a run: its steps in order, then people, then the journal. */
public final class RunbookWorkflowImpl implements RunbookWorkflow {
  private final HumanDesk desk = new HumanDesk();
  private final NoticeThreads people;
  private final RunSteps steps;

  /** Prepares a run before the first message reaches it. */
  @WorkflowInit
  public RunbookWorkflowImpl(RunbookRequest request) {
    people = new NoticeThreads(request.runbook().notices());
    steps = new RunSteps(request, people, desk);
  }

  @Override
  public RunbookReport run(RunbookRequest request) {
    WorkflowInfo info = Workflow.getInfo();
    Instant startedAt = now();
    List<StepReport> done = steps.run();
    RunbookReport report =
        new RunbookReport(
            request.runbook().name(),
            request.runbook().target(),
            request.cadence(),
            startedAt,
            RunbookReport.verdict(done),
            done,
            request.occasion().steps().stream().skip(done.size()).map(Step::word).toList(),
            List.of(),
            Duration.between(startedAt, now()).toMillis() / 1000.0);
    RunNotice.of(report, request.occasion().notice(), info.getWorkflowId(), info.getRunId())
        .ifPresent(people::tell);
    RunbookReport told = report.untold(people.untold());
    Workflow.newActivityStub(
            JournalActivities.class, ActivityPolicies.request("Write the run down"))
        .append(JournalRecord.ran(info.getRunId(), told));
    SearchKeys.ended(told.verdict(), told.backupId());
    Workflow.setCurrentDetails("**" + told.verdict() + "**: " + told.outcomes());
    Workflow.await(Workflow::isEveryHandlerFinished);
    return told;
  }

  @Override
  public void answer(HumanAnswer given) {
    desk.take(given);
  }

  @Override
  public void checkAnswer(HumanAnswer given) {
    desk.check(given);
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
