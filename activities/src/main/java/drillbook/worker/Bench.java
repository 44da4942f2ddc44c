package drillbook.worker;

import drillbook.archive.Archive;
import drillbook.engine.Engine;
import drillbook.engine.Engines;
import drillbook.failure.DrillbookException;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;
import drillbook.target.Target;

/** A target with its engine and store opened for one activity; closing releases both. */
final class Bench implements AutoCloseable {
  private final Target target;
  private final Engine engine;
  private final ArtifactStore store;
  private final Archive archive;

  private Bench(Target target, Engine engine, ArtifactStore store, Archive archive) {
    this.target = target;
    this.engine = engine;
    this.store = store;
    this.archive = archive;
  }

  /** Opens a target by name. Does no I/O but reading the target's file. */
  static Bench open(Surroundings surroundings, String name) throws DrillbookException {
    return open(surroundings, surroundings.targets().named(name));
  }

  /** Opens a target. Does no I/O. */
  static Bench open(Surroundings surroundings, Target target) throws DrillbookException {
    Engine engine = Engines.open(target.address(), surroundings.clock());
    boolean complete = false;
    try {
      ArtifactStore store = Stores.open(target.store());
      Archive archive = new Archive(store, target.name(), surroundings.trustedKeys());
      Bench bench = new Bench(target, engine, store, archive);
      complete = true;
      return bench;
    } finally {
      if (!complete) {
        engine.close();
      }
    }
  }

  Target target() {
    return target;
  }

  Engine engine() {
    return engine;
  }

  ArtifactStore store() {
    return store;
  }

  Archive archive() {
    return archive;
  }

  @Override
  public void close() {
    store.close();
    engine.close();
  }
}
