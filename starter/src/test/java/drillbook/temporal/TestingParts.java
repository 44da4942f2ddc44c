package drillbook.temporal;

import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryServer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalRecord;
import drillbook.store.ArtifactStore;
import drillbook.store.MemoryArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.store.Stores;
import drillbook.worker.Surroundings;
import java.util.List;

/** Parts in memory; an engine whose url says {@code down} does not answer. */
public final class TestingParts implements Parts {
  /** What activities are. */
  public final TestingActivities activities = new TestingActivities();

  /** What the engine holds. */
  public final MemoryServer server = new MemoryServer();

  /** What every store location leads to. */
  public final MemoryArtifactStore store = new MemoryArtifactStore();

  /** What the journal says, newest first. */
  public volatile List<JournalRecord> journal = List.of();

  @Override
  public List<Object> activities(Surroundings surroundings) {
    return List.of(activities);
  }

  @Override
  public Engine engine(EngineAddress address) throws DrillbookException {
    if (address.url().getHost().equals("down")) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE, "probe: refused [GET / -]", "Is it running?");
    }
    return MemoryEngine.rich(server);
  }

  @Override
  public ArtifactStore store(StoreAddress address) throws DrillbookException {
    return address.isS3() ? Stores.open(address) : store;
  }

  @Override
  public List<JournalRecord> journal(
      ArtifactStore ignored, String target, int most, Surroundings believed) {
    return journal;
  }

  @Override
  public List<JournalRecord> journal(
      ArtifactStore ignored, String target, String kind, int most, Surroundings believed) {
    return journal.stream().filter(entry -> entry.kind().equals(kind)).limit(most).toList();
  }
}
