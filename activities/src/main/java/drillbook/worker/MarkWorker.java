package drillbook.worker;

import drillbook.hold.Holds;
import drillbook.hold.MarkActivities;
import drillbook.hold.MarkReport;
import drillbook.hold.MarkRequest;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;

/** The activities that write holds and labels. */
public final class MarkWorker implements MarkActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public MarkWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public MarkReport mark(MarkRequest request, String run) {
    return Failures.call(() -> {
      try (ArtifactStore store =
          Stores.open(surroundings.targets().named(request.target()).store())) {
        return new Holds(store, request.target(), surroundings.trustedKeys())
            .mark(
                request,
                run,
                surroundings.journal(store, request.target()),
                surroundings.signingKey(),
                surroundings.clock());
      }
    });
  }
}
