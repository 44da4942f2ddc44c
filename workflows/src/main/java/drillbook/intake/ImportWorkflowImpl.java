package drillbook.intake;

import drillbook.failure.WorkflowFailures;
import drillbook.intake.ImportReport.Status;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.policy.ActivityWindow;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The procedure of an import: look, check every file, create or find, write every file. */
public final class ImportWorkflowImpl implements ImportWorkflow {
  /** How many groups of files are read or written at a time. */
  static final int WINDOW = 2;

  private final ImportRequest request;
  private final Instant startedAt;
  private ImportPlan plan = new ImportPlan(0, "");
  private ImportPrepared prepared = new ImportPrepared("", false, List.of());
  private Status status = Status.RUNNING;
  private int loaded;
  private long records;
  private String remark = "";

  /** Knows its request from the start, so that a query never meets an unfinished object. */
  @WorkflowInit
  public ImportWorkflowImpl(ImportRequest request) {
    this.request = request;
    this.startedAt = now();
  }

  @Override
  public ImportReport run(ImportRequest asked) {
    try {
      Workflow.setCurrentDetails("Looking at **" + request.from() + "**.");
      plan = activities(ActivityPolicies.preflight("Look at the files")).plan(request);
      FileFacts facts = check();
      ImportStep whole = new ImportStep(request, plan, 0, facts);
      prepared =
          activities(ActivityPolicies.provision("Create or find the collection")).prepare(whole);
      load(facts);
      // Also where it was there: an import that failed may have left it without indexes.
      boolean always =
          Workflow.getVersion("index-always", Workflow.DEFAULT_VERSION, 1)
              != Workflow.DEFAULT_VERSION;
      if (always || prepared.created()) {
        Workflow.setCurrentDetails("Building the indexes of **" + prepared.collection() + "**.");
        activities(ActivityPolicies.transfer("Build the indexes"))
            .index(new ImportStep(request, plan, 0, facts, prepared.created()));
      }
    } catch (TemporalFailure thrown) {
      status = Status.FAILED;
      remark = WorkflowFailures.message(thrown);
      throw thrown;
    }
    status = Status.COMPLETED;
    writeDown();
    Workflow.setCurrentDetails(
        "**COMPLETED**: " + records + " records in " + prepared.collection());
    return status();
  }

  private FileFacts check() {
    List<FileFacts> all =
        ActivityWindow.run(
            WINDOW,
            plan.starts().size(),
            group -> {
              int position = plan.starts().get(group);
              String summary = summary("Check", position);
              Workflow.setCurrentDetails(summary + ".");
              return Async.function(
                  activities(ActivityPolicies.transfer(summary))::check,
                  new ImportStep(request, plan, position, FileFacts.NONE));
            });
    return all.stream().reduce(FileFacts.NONE, FileFacts::and);
  }

  private void load(FileFacts facts) {
    ActivityWindow.run(
        WINDOW,
        plan.starts().size(),
        group -> {
          int position = plan.starts().get(group);
          String summary = summary("Write", position);
          Workflow.setCurrentDetails(summary + " into **" + prepared.collection() + "**.");
          return Async.function(
                  activities(ActivityPolicies.transfer(summary))::load,
                  new ImportStep(request, plan, position, facts))
              .thenApply(count -> {
                loaded += plan.end(position) - position;
                records += count;
                return count;
              });
        });
  }

  private String summary(String verb, int position) {
    int end = plan.end(position);
    String files = end == position + 1 ? "file " + end : "files " + (position + 1) + " to " + end;
    return verb + " " + files + " of " + plan.files();
  }

  /** What was written stays, also where that cannot be written down. */
  private void writeDown() {
    try {
      Workflow.newActivityStub(
              JournalActivities.class, ActivityPolicies.request("Write the import down"))
          .append(JournalRecord.imported(Workflow.getInfo().getRunId(), status()));
    } catch (ActivityFailure thrown) {
      remark = "not written down: " + WorkflowFailures.message(thrown);
    }
  }

  @Override
  public ImportReport status() {
    return new ImportReport(
        status,
        request.target(),
        request.from(),
        prepared.collection(),
        prepared.created(),
        plan.files(),
        loaded,
        records,
        prepared.losses(),
        remark,
        Duration.between(startedAt, now()).toMillis() / 1000.0);
  }

  private static ImportActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(ImportActivities.class, options);
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
