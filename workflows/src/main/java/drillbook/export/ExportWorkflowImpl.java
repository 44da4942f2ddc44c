package drillbook.export;

import drillbook.backup.BackupId;
import drillbook.export.ExportReport.Status;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.policy.ActivityWindow;
import drillbook.visibility.SearchKeys;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/** The procedure of an export: plan, write each collection, say that it is whole. */
public final class ExportWorkflowImpl implements ExportWorkflow {
  /** How many collections are written at a time. */
  static final int WINDOW = 2;

  private static final Logger LOG = Workflow.getLogger(ExportWorkflowImpl.class);

  private final ExportRun run;
  private final List<Exported> exported = new ArrayList<>();
  private ExportPlan plan;
  private Status status = Status.RUNNING;
  private String remark = "";

  /** Knows its request from the start, so that a query never meets an unfinished object. */
  @WorkflowInit
  public ExportWorkflowImpl(ExportRequest request) {
    Instant startedAt = now();
    run = new ExportRun(request, id(request.target(), startedAt), startedAt);
    plan = new ExportPlan("", "", startedAt, "", List.of());
  }

  @Override
  public ExportReport export(ExportRequest request) {
    try {
      Workflow.setCurrentDetails("Planning the export of **" + request.target() + "**.");
      plan =
          activities(ActivityPolicies.preflight("Plan the export of " + request.target()))
              .plan(run);
    } catch (TemporalFailure thrown) {
      // Nothing was written yet, and the store may be what cannot be reached: nobody waits for it.
      abandon(thrown, ActivityPolicies.farewell("Say that the export failed"));
      throw thrown;
    }
    try {
      SearchKeys.about(plan.engine(), plan.backupId());
      write();
      CancellationScope.throwCanceled();
      complete();
    } catch (TemporalFailure thrown) {
      abandon(thrown, ActivityPolicies.cleanUp("Delete what the failed export wrote"));
      throw thrown;
    }
    status = Status.COMPLETED;
    Workflow.newDetachedCancellationScope(this::writeDown).run();
    ExportReport report = report(Status.COMPLETED);
    Workflow.setCurrentDetails(
        "**COMPLETED**: " + report.records() + " records in " + plan.place());
    return report;
  }

  private void write() {
    ActivityWindow.run(
        WINDOW,
        plan.items().size(),
        position -> {
          ExportPlan.Item item = plan.items().get(position);
          Workflow.setCurrentDetails(
              "Writing **" + item.collection() + "** to " + plan.place() + ".");
          return Async.function(
                  activities(ActivityPolicies.transfer("Write " + item.collection()))::write,
                  new ExportStep(run, plan.backupId(), item))
              .thenApply(one -> {
                exported.add(one);
                return one;
              });
        });
  }

  /** What is cancelled from here on is whole all the same: nobody deletes what others may read. */
  private void complete() {
    ExportEnd end = new ExportEnd(run, plan.items(), report(Status.COMPLETED));
    Workflow.newDetachedCancellationScope(() ->
            activities(ActivityPolicies.request("Say that the export is whole")).complete(end))
        .run();
  }

  /** Also where this fails, what is told is why the export did. */
  private void abandon(TemporalFailure thrown, ActivityOptions options) {
    status = Status.FAILED;
    remark = WorkflowFailures.message(thrown);
    ExportEnd failed = new ExportEnd(run, plan.items(), report(Status.FAILED));
    try {
      Workflow.newDetachedCancellationScope(() -> activities(options).abandon(failed)).run();
    } catch (TemporalFailure second) {
      LOG.warn("an export that failed was not cleaned up export={}", run.id(), second);
      remark += "; not cleaned up: " + WorkflowFailures.message(second);
    }
  }

  /** Who may only read the backups cannot write into their journal, and exports all the same. */
  private void writeDown() {
    try {
      Workflow.newActivityStub(
              JournalActivities.class, ActivityPolicies.request("Write the export down"))
          .append(JournalRecord.exported(Workflow.getInfo().getRunId(), report(Status.COMPLETED)));
    } catch (ActivityFailure thrown) {
      remark = "not written down: " + WorkflowFailures.message(thrown);
    }
  }

  @Override
  public ExportReport status() {
    return report(status);
  }

  /** Keeps the id of a run that was started by the command line; others get one of its form. */
  private static String id(String target, Instant startedAt) {
    String own = Workflow.getInfo().getWorkflowId();
    String start = "export-" + target + "-";
    boolean ours = own.startsWith(start) && own.substring(start.length()).matches("\\d{8}t\\d{6}z");
    return ours ? own : start + BackupId.timeMark(startedAt);
  }

  private ExportReport report(Status now) {
    boolean failed = now == Status.FAILED;
    List<Exported> whole = failed ? List.of() : List.copyOf(exported);
    return new ExportReport(
        run.id(),
        now,
        run.request().target(),
        plan.backupId(),
        run.request().format(),
        run.request().layout(),
        plan.place(),
        plan.items().size(),
        whole,
        whole.stream().mapToLong(Exported::records).sum(),
        whole.stream().mapToLong(Exported::bytes).sum(),
        remark,
        Duration.between(run.startedAt(), now()).toMillis() / 1000.0);
  }

  private static ExportActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(ExportActivities.class, options);
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
