package drillbook.worker;

import drillbook.archive.Archive;
import drillbook.failure.DrillbookException;
import drillbook.store.ArtifactStore;
import drillbook.store.Stores;

/**
 * A target's backups, opened for one activity; closing releases the store. Knows no engine: who
 * only reads backups gets no credential of their source.
 */
final class OpenArchive implements AutoCloseable {
  private final ArtifactStore store;
  private final Archive archive;

  private OpenArchive(ArtifactStore store, Archive archive) {
    this.store = store;
    this.archive = archive;
  }

  /**
   * Opens a target's backups. Does no I/O but reading a target's file.
   *
   * @param replica the target in whose store they are read; an empty string for the target's own
   */
  static OpenArchive open(Surroundings surroundings, String target, String replica)
      throws DrillbookException {
    String place = replica.isEmpty() ? target : replica;
    ArtifactStore store = Stores.open(surroundings.targets().named(place).store());
    return new OpenArchive(store, new Archive(store, target, surroundings.trustedKeys()));
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
  }
}
