package drillbook.worker;

import drillbook.archive.Archive;
import drillbook.failure.DrillbookException;
import drillbook.prune.Prune;
import drillbook.prune.PruneActivities;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneResult;
import drillbook.prune.PruneRun;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import io.temporal.activity.Activity;

/** The activities of a prune. It needs the store alone: an engine may be long gone. */
public final class PruneWorker implements PruneActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public PruneWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public PrunePlan plan(PruneRun run) {
    return Heartbeat.during(heartbeat -> {
      try (ArtifactStore store = open(run)) {
        return prune(store, run, heartbeat).plan(run);
      }
    });
  }

  @Override
  public PruneResult delete(PruneRun run) {
    boolean repeated = Activity.getExecutionContext().getInfo().getAttempt() > 1;
    return Heartbeat.during(heartbeat -> {
      try (ArtifactStore store = open(run)) {
        return prune(store, run, heartbeat).delete(run, repeated);
      }
    });
  }

  private Prune prune(ArtifactStore store, PruneRun run, Heartbeat heartbeat) {
    String target = run.request().target();
    return new Prune(
        new Archive(store, target, surroundings.trustedKeys()),
        surroundings.journal(store, target),
        surroundings.signingKey(),
        surroundings.trustedKeys(),
        heartbeat::progress);
  }

  private ArtifactStore open(PruneRun run) throws DrillbookException {
    return Stores.open(surroundings.targets().named(run.request().target()).store());
  }
}
