package drillbook.temporal;

import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.journal.JournalRecord;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.worker.Surroundings;
import java.util.List;

/** What touches the world, given to whoever needs it; tests give their own. */
public interface Parts {
  /** Returns implementations of all activity interfaces. */
  List<Object> activities(Surroundings surroundings) throws DrillbookException;

  /** Returns an adapter to a live engine, without asking it. */
  Engine engine(EngineAddress address) throws DrillbookException;

  /** Returns a store, without asking it. */
  ArtifactStore store(StoreAddress address) throws DrillbookException;

  /** Returns what a target's journal says, newest first. */
  List<JournalRecord> journal(ArtifactStore store, String target, int most, Surroundings believed)
      throws DrillbookException, InterruptedException;

  /** Returns what a target's journal says of one kind, newest first, without reading the others. */
  List<JournalRecord> journal(
      ArtifactStore store, String target, String kind, int most, Surroundings believed)
      throws DrillbookException, InterruptedException;
}
