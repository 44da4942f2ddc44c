package drillbook.backup;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.journal.JournalActivities;
import drillbook.journal.JournalRecord;
import drillbook.policy.ActivityPolicies;
import drillbook.policy.ActivityWindow;
import drillbook.visibility.SearchKeys;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The procedure of a backup. */
public final class BackupWorkflowImpl implements BackupWorkflow {
  /** How many ranges are read at a time. */
  static final int WINDOW = 4;

  /** A run that has seen this many snapshots die gives up. */
  static final int MAX_GENERATIONS = 5;

  private CaptureOpened opened = new CaptureOpened(-1, 0, "");

  @Override
  public BackupReport backup(BackupRequest request) {
    Instant startedAt = Instant.ofEpochMilli(Workflow.currentTimeMillis());
    describe("Asking **" + request.target() + "** whether it can be captured.");
    CapturePlan plan =
        activities(ActivityPolicies.preflight("Plan the backup of " + request.target()))
            .plan(request);
    String backupId = BackupId.of(startedAt, plan.kind(), Workflow.getInfo().getRunId()).text();
    SearchKeys.about(plan.engine(), backupId);
    CaptureRun run = new CaptureRun(request, plan, backupId, startedAt);
    try {
      BackupReport report = plan.heldSnapshot() ? captureHeld(run) : captureOpen(run);
      double seconds = Duration.between(startedAt, now()).toMillis() / 1000.0;
      BackupReport timed = report.took(seconds).warned(warnings(run));
      Workflow.newActivityStub(
              JournalActivities.class, ActivityPolicies.request("Write the backup down"))
          .append(JournalRecord.sealed(Workflow.getInfo().getRunId(), timed));
      SearchKeys.ended(Verdict.PASSED, backupId);
      describe("Sealed **" + backupId + "**: " + report.records() + " records.");
      return timed;
    } catch (TemporalFailure failure) {
      Workflow.newDetachedCancellationScope(() ->
              activities(ActivityPolicies.cleanUp("Remove what " + backupId + " left"))
                  .abandon(run))
          .run();
      throw failure;
    }
  }

  @Override
  public void captureOpened(CaptureOpened capture) {
    if (capture.generation() > opened.generation()) {
      opened = capture;
    }
  }

  /** Captures where the engine needs nobody to hold a snapshot. */
  private BackupReport captureOpen(CaptureRun run) {
    CaptureOpened capture = activities(ActivityPolicies.transfer("Begin the capture")).open(run);
    return seal(run, capture, captureRanges(run, capture));
  }

  /** Captures while an activity holds the snapshot; begins again from a new one when it is lost. */
  private BackupReport captureHeld(CaptureRun run) {
    List<Promise<Void>> holding = new ArrayList<>();
    CancellationScope holder =
        Workflow.newCancellationScope(() ->
            holding.add(
                Async.procedure(
                    activities(ActivityPolicies.hold("Hold the snapshot"))::hold, run)));
    holder.run();
    Promise<Void> held = holding.getFirst();
    try {
      CaptureOpened capture = opened;
      while (true) {
        int last = capture.generation();
        Workflow.await(() -> opened.generation() > last || held.isCompleted());
        if (held.isCompleted()) {
          held.get(); // fails with the holder's reason
          throw WorkflowFailures.of(FailureKind.INTERNAL, "the snapshot was let go too early", "");
        }
        capture = opened;
        try {
          long records = captureRanges(run, capture);
          if (opened.generation() == capture.generation()) {
            return seal(run, capture, records);
          }
        } catch (ActivityFailure failure) {
          boolean lost = WorkflowFailures.kind(failure) == FailureKind.SNAPSHOT_LOST;
          if (!lost || capture.generation() + 1 >= MAX_GENERATIONS) {
            throw failure;
          }
        }
        describe("The snapshot was lost; reading again from a new one, storing what differs.");
      }
    } finally {
      holder.cancel("all ranges are read");
    }
  }

  /** Reads all ranges of a capture, a bounded window at a time; returns how many records. */
  private static long captureRanges(CaptureRun run, CaptureOpened capture) {
    List<RangeReport> reports =
        ActivityWindow.run(
            WINDOW,
            capture.ranges(),
            range -> {
              String summary = "Capture range " + (range + 1) + " of " + capture.ranges();
              describe(summary + " of **" + run.backupId() + "**.");
              return Async.function(
                  activities(ActivityPolicies.transfer(summary))::captureRange,
                  new RangeRun(run, capture.generation(), range));
            });
    return reports.stream().mapToLong(RangeReport::records).sum();
  }

  private static BackupReport seal(CaptureRun run, CaptureOpened capture, long records) {
    describe("Reading back and sealing **" + run.backupId() + "**.");
    return activities(ActivityPolicies.transfer("Read back and seal " + run.backupId()))
        .seal(new SealRun(run, capture.generation(), capture.ranges(), records));
  }

  /**
   * Looks at what was captured. The backup is sealed: what cannot be asked is worth a look, too,
   * and fails nothing.
   */
  private static List<Finding> warnings(CaptureRun run) {
    if (Workflow.getVersion("warnings", Workflow.DEFAULT_VERSION, 1) == Workflow.DEFAULT_VERSION) {
      return List.of();
    }
    String target = run.request().target();
    List<Finding> warnings = new ArrayList<>();
    DriftQuestion question = new DriftQuestion(target, run.backupId(), run.request().drift());
    warnings.addAll(
        asked(
            () ->
                activities(ActivityPolicies.request("Compare with the backup before"))
                    .drift(question),
            FindingCode.DRIFT_UNKNOWN,
            "how the records moved since the backup before is not known"));
    warnings.addAll(
        asked(
            () ->
                activities(ActivityPolicies.preflight("Look for what nobody backs up"))
                    .uncovered(target),
            FindingCode.COVERAGE_UNKNOWN,
            "whether every collection of the instance is backed up is not known"));
    return warnings;
  }

  private static List<Finding> asked(
      Supplier<List<Finding>> question, FindingCode unknown, String message) {
    try {
      return question.get();
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof CanceledFailure) {
        throw failure;
      }
      return List.of(
          new Finding(
              unknown,
              message + ": " + WorkflowFailures.message(failure),
              "The backup is sealed all the same; the next one asks again."));
    }
  }

  private static BackupActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(BackupActivities.class, options);
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }

  private static void describe(String markdown) {
    Workflow.setCurrentDetails(markdown);
  }
}
