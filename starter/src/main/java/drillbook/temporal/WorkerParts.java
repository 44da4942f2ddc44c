package drillbook.temporal;

import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.failure.DrillbookException;
import drillbook.journal.JournalEntry;
import drillbook.journal.JournalRecord;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.store.Stores;
import drillbook.worker.Activities;
import drillbook.worker.Surroundings;
import java.time.InstantSource;
import java.util.List;

/**
 * The parts that touch the world.
 *
 * @param clock the time
 */
public record WorkerParts(InstantSource clock) implements Parts {
  @Override
  public List<Object> activities(Surroundings surroundings) throws DrillbookException {
    return Activities.of(surroundings);
  }

  @Override
  public Engine engine(EngineAddress address) throws DrillbookException {
    return Engines.open(address, clock);
  }

  @Override
  public ArtifactStore store(StoreAddress address) throws DrillbookException {
    return Stores.open(address);
  }

  @Override
  public List<JournalRecord> journal(
      ArtifactStore store, String target, int most, Surroundings believed)
      throws DrillbookException, InterruptedException {
    return believed.journal(store, target).last(most).stream().map(JournalEntry::record).toList();
  }

  @Override
  public List<JournalRecord> journal(
      ArtifactStore store, String target, String kind, int most, Surroundings believed)
      throws DrillbookException, InterruptedException {
    return believed.journal(store, target).last(kind, most).stream()
        .map(JournalEntry::record)
        .toList();
  }
}
