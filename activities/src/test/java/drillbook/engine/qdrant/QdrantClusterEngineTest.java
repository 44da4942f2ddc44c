package drillbook.engine.qdrant;

import java.io.IOException;

/** A cluster of three peers, where tenants are shard keys. */
final class QdrantClusterEngineTest extends QdrantEngineTest {
  @Override
  protected TestingQdrant start() throws IOException {
    return TestingQdrant.cluster(3);
  }
}
