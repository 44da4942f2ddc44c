package drillbook.worker;

import drillbook.check.Check;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.recovery.BackupChooser;
import drillbook.recovery.Recovery;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreActivities;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreRun;
import drillbook.restore.Site;
import drillbook.restore.Step;
import drillbook.target.Target;
import java.util.List;

/** The activities of a restore. */
public final class RestoreWorker implements RestoreActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public RestoreWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public RestorePlan plan(RestoreRun run) {
    return Failures.call(() ->
        with(
            run,
            (source, recovery) -> {
              boolean drill = run.request().mode() == RestoreMode.SCRATCH;
              BackupChooser chooser =
                  drill
                      ? BackupChooser.newest(source.archive())
                      : BackupChooser.proven(
                          source.archive(), Proofs.verified(surroundings, source));
              return recovery.plan(run, chooser);
            }));
  }

  @Override
  public void create(RestoreRun run) {
    Failures.call(() ->
        with(
            run,
            (source, recovery) -> {
              recovery.create(run);
              return true;
            }));
  }

  @Override
  public LoadReport load(Step step) {
    return Heartbeat.during(heartbeat ->
        with(
            step.run(),
            (source, recovery) -> recovery.load(step.run(), step.position(), heartbeat::progress)));
  }

  @Override
  public void index(Step step) {
    Heartbeat.during(heartbeat ->
        with(
            step.run(),
            (source, recovery) -> {
              recovery.index(step.run(), step.position(), heartbeat::progress);
              return true;
            }));
  }

  @Override
  public List<Check> check(Step step) {
    return Heartbeat.during(heartbeat ->
        with(
            step.run(),
            (source, recovery) ->
                recovery.check(step.run(), step.position(), heartbeat::progress)));
  }

  @Override
  public void cutOver(RestoreRun run) {
    Failures.call(() ->
        with(
            run,
            (source, recovery) -> {
              recovery.cutOver(run);
              return true;
            }));
  }

  @Override
  public void drop(RestoreRun run) {
    Failures.call(() ->
        with(
            run,
            (source, recovery) -> {
              recovery.drop(run);
              return true;
            }));
  }

  @Override
  public void forget(RestoreRun run) {
    Failures.call(() ->
        with(
            run,
            (source, recovery) -> {
              recovery.forget(run);
              return true;
            }));
  }

  /** Work on a source's backups and the engine that is written to. */
  @FunctionalInterface
  private interface Work<T> {
    T run(OpenArchive source, Recovery recovery) throws DrillbookException, InterruptedException;
  }

  private <T> T with(RestoreRun run, Work<T> work) throws DrillbookException, InterruptedException {
    RestoreRequest request = run.request();
    Site site = request.site();
    Target target =
        RegionWorker.into(surroundings, request.into(), request.target(), site.provisioned());
    try (OpenArchive source = OpenArchive.open(surroundings, request.target(), site.replica());
        Bench into = Bench.open(surroundings, target)) {
      Engine engine = into.engine();
      return work.run(
          source, new Recovery(source.archive(), into.target(), engine, surroundings.scratch()));
    }
  }
}
