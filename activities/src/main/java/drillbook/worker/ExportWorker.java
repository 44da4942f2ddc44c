package drillbook.worker;

import drillbook.archive.ArchivedBackup;
import drillbook.engine.Engine;
import drillbook.engine.Engines;
import drillbook.engine.GuardedEngine;
import drillbook.export.BackupRecords;
import drillbook.export.ExportActivities;
import drillbook.export.ExportEnd;
import drillbook.export.ExportJob;
import drillbook.export.ExportPlace;
import drillbook.export.ExportPlan;
import drillbook.export.ExportRun;
import drillbook.export.ExportStep;
import drillbook.export.Exported;
import drillbook.export.LiveRecords;
import drillbook.failure.DrillbookException;
import drillbook.manifest.Manifest;
import drillbook.recovery.BackupChooser;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import drillbook.target.Target;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.Map;

/** The activities of an export. One of a backup opens no engine. */
public final class ExportWorker implements ExportActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public ExportWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public ExportPlan plan(ExportRun run) {
    return Failures.call(() ->
        at(
            run,
            job -> {
              String target = run.request().target();
              List<String> tenants = run.request().tenants();
              if (run.request().live()) {
                Target live = surroundings.targets().named(target);
                try (Engine engine = Engines.open(live.address(), surroundings.clock())) {
                  return job.plan(
                      new LiveRecords(live, engine, tenants, surroundings.scratch()),
                      engine.profile().name(),
                      "",
                      run.startedAt());
                }
              }
              try (OpenArchive source = OpenArchive.open(surroundings, target, "")) {
                String id =
                    BackupChooser.proven(source.archive(), Proofs.verified(surroundings, source))
                        .choose(run.request().backup())
                        .manifest()
                        .backupId();
                ArchivedBackup backup = source.archive().open(id);
                Manifest manifest = backup.manifest();
                return job.plan(
                    new BackupRecords(backup, Engines.profile(manifest.engine()), tenants),
                    manifest.engine(),
                    id,
                    manifest.asOf());
              }
            }));
  }

  @Override
  public Exported write(ExportStep step) {
    int attempt = Activity.getExecutionContext().getInfo().getAttempt();
    ExportRun run = step.run();
    return Heartbeat.during(heartbeat ->
        at(
            run,
            job -> {
              String target = run.request().target();
              List<String> tenants = run.request().tenants();
              if (run.request().live()) {
                Target live = surroundings.targets().named(target);
                try (Engine engine = Engines.open(live.address(), surroundings.clock())) {
                  Engine guarded = GuardedEngine.readOnly(engine, "the export " + run.id());
                  return job.write(
                      new LiveRecords(live, guarded, tenants, surroundings.scratch()),
                      step.item(),
                      attempt,
                      records -> heartbeat.progress(Map.of("records", records)));
                }
              }
              try (OpenArchive source = OpenArchive.open(surroundings, target, "")) {
                ArchivedBackup backup = source.archive().open(step.backupId());
                return job.write(
                    new BackupRecords(backup, Engines.profile(backup.manifest().engine()), tenants),
                    step.item(),
                    attempt,
                    records -> heartbeat.progress(Map.of("records", records)));
              }
            }));
  }

  @Override
  public void complete(ExportEnd end) {
    Failures.call(() ->
        at(
            end.run(),
            job -> {
              job.complete(end.report());
              return true;
            }));
  }

  @Override
  public void abandon(ExportEnd end) {
    Failures.call(() ->
        at(
            end.run(),
            job -> {
              job.abandon(end);
              return true;
            }));
  }

  /** Work at the place where an export's files go. */
  @FunctionalInterface
  private interface Work<T> {
    T run(ExportJob job) throws DrillbookException, InterruptedException;
  }

  private <T> T at(ExportRun run, Work<T> work) throws DrillbookException, InterruptedException {
    Target target = surroundings.targets().named(run.request().target());
    ExportPlace place = ExportPlace.of(target, run.request().to());
    try (ArtifactStore files = Stores.open(place.address())) {
      return work.run(new ExportJob(files, place, run));
    }
  }
}
