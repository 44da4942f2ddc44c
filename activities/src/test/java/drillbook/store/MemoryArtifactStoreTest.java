package drillbook.store;

class MemoryArtifactStoreTest extends ArtifactStoreContract {
  @Override
  protected ArtifactStore emptyStore() {
    return new MemoryArtifactStore();
  }
}
