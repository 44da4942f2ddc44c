package drillbook.worker;

import drillbook.engine.Engine;
import drillbook.engine.Engines;
import drillbook.export.ExportPlace;
import drillbook.failure.DrillbookException;
import drillbook.intake.FileFacts;
import drillbook.intake.GroupProgress;
import drillbook.intake.ImportActivities;
import drillbook.intake.ImportPlan;
import drillbook.intake.ImportPrepared;
import drillbook.intake.ImportRequest;
import drillbook.intake.ImportStep;
import drillbook.intake.Intake;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import drillbook.target.Target;

/** The activities of an import. */
public final class ImportWorker implements ImportActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public ImportWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public ImportPlan plan(ImportRequest request) {
    return Failures.call(() ->
        with(
            request,
            (intake, engine) -> {
              engine.control().probe();
              return intake.plan(engine);
            }));
  }

  @Override
  public FileFacts check(ImportStep step) {
    return Heartbeat.resuming(
        GroupProgress.class,
        GroupProgress.start(step.position()),
        (heartbeat, from) ->
            with(
                step.request(), (intake, engine) -> intake.check(step, from, heartbeat::progress)));
  }

  @Override
  public ImportPrepared prepare(ImportStep step) {
    return Heartbeat.during(
        _ -> with(step.request(), (intake, engine) -> intake.prepare(step, engine)));
  }

  @Override
  public long load(ImportStep step) {
    return Heartbeat.resuming(
        GroupProgress.class,
        GroupProgress.start(step.position()),
        (heartbeat, from) ->
            with(
                step.request(),
                (intake, engine) -> intake.load(step, engine, from, heartbeat::progress)));
  }

  @Override
  public void index(ImportStep step) {
    Heartbeat.during(heartbeat ->
        with(
            step.request(),
            (intake, engine) -> {
              intake.index(step, engine);
              return true;
            }));
  }

  /** Work on files and the engine that is written to. */
  @FunctionalInterface
  private interface Work<T> {
    T run(Intake intake, Engine engine) throws DrillbookException, InterruptedException;
  }

  private <T> T with(ImportRequest request, Work<T> work)
      throws DrillbookException, InterruptedException {
    Target target = surroundings.targets().named(request.target());
    try (ArtifactStore files = Stores.open(ExportPlace.reachedAs(target.store(), request.from()));
        Engine engine = Engines.open(target.address(), surroundings.clock())) {
      return work.run(new Intake(files, request, surroundings.scratch()), engine);
    }
  }
}
