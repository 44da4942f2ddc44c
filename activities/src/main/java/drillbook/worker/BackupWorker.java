package drillbook.worker;

import drillbook.backup.BackupActivities;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.backup.BackupWorkflow;
import drillbook.backup.CaptureOpened;
import drillbook.backup.CapturePlan;
import drillbook.backup.CaptureRun;
import drillbook.backup.DriftQuestion;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.backup.SealRun;
import drillbook.capture.Coverage;
import drillbook.capture.Seal;
import drillbook.capture.SharedIndexes;
import drillbook.capture.TargetCapture;
import drillbook.check.Finding;
import drillbook.engine.GuardedEngine;
import drillbook.failure.DrillbookException;
import drillbook.profile.ProfileComparison;
import drillbook.target.Target;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The activities of a backup. */
public final class BackupWorker implements BackupActivities {
  private static final Duration TOUCH_EVERY = Duration.ofSeconds(1);

  private final Surroundings surroundings;
  private final SharedIndexes indexes = new SharedIndexes();

  /** Opens nothing until an activity runs. */
  public BackupWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public CapturePlan plan(BackupRequest request) {
    return Failures.call(() -> {
      try (Bench bench = Bench.open(surroundings, request.target())) {
        return capture(bench).plan(request);
      }
    });
  }

  @Override
  public CaptureOpened open(CaptureRun run) {
    return Heartbeat.during(heartbeat -> {
      try (Bench bench = Bench.open(surroundings, run.request().target())) {
        return capture(bench).open(run);
      }
    });
  }

  @Override
  public void hold(CaptureRun run) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    int generation = context.getInfo().getAttempt() - 1;
    Heartbeat.during(heartbeat -> {
      try (Bench bench = Bench.open(surroundings, run.request().target());
          TargetCapture.Held held = capture(bench).hold(run, generation)) {
        context
            .getWorkflowClient()
            .newWorkflowStub(BackupWorkflow.class, context.getInfo().getWorkflowId())
            .captureOpened(held.opened());
        heartbeat.progress(Map.of("generation", generation));
        while (true) {
          Thread.sleep(TOUCH_EVERY);
          held.touch();
        }
      }
    });
  }

  @Override
  public RangeReport captureRange(RangeRun run) {
    return Heartbeat.during(heartbeat -> {
      try (Bench bench = Bench.open(surroundings, run.run().request().target())) {
        return capture(bench)
            .captureRange(
                run,
                (records, stored, segments) ->
                    heartbeat.progress(
                        Map.of("records", records, "stored", stored, "segments", segments)));
      }
    });
  }

  @Override
  public BackupReport seal(SealRun run) {
    return Heartbeat.during(heartbeat -> {
      try (Bench bench = Bench.open(surroundings, run.run().request().target())) {
        return new Seal(capture(bench), surroundings.signingKey(), run, heartbeat::progress).seal();
      }
    });
  }

  @Override
  public List<Finding> drift(DriftQuestion question) {
    return Failures.call(() -> {
      try (Bench bench = Bench.open(surroundings, question.target())) {
        return new ProfileComparison(bench.archive(), question.rule()).against(question.backupId());
      }
    });
  }

  @Override
  public List<Finding> uncovered(String target) {
    return Failures.call(() -> {
      try (Bench bench = Bench.open(surroundings, target)) {
        List<Target> known = new ArrayList<>();
        known.add(bench.target());
        for (String name : surroundings.targets().names()) {
          known.add(surroundings.targets().named(name));
        }
        return new Coverage(bench.target(), bench.engine(), known).findings();
      }
    });
  }

  @Override
  public void abandon(CaptureRun run) {
    Failures.call(() -> {
      try (Bench bench = Bench.open(surroundings, run.request().target())) {
        capture(bench).abandon(run);
        return true;
      }
    });
  }

  private TargetCapture capture(Bench bench) throws DrillbookException {
    return new TargetCapture(
        bench.target(),
        // A backup changes nothing in the engine, whatever goes wrong.
        GuardedEngine.readOnly(bench.engine(), "a backup of '" + bench.target().name() + "'"),
        bench.archive(),
        indexes,
        surroundings.scratch(),
        surroundings.clock());
  }
}
