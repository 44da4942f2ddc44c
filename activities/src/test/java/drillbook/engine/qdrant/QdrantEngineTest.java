package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.EngineContract;
import drillbook.engine.VectorIndex;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** A server alone, where tenants are told apart by payload. */
class QdrantEngineTest extends EngineContract {
  private static final Map<Class<?>, TestingQdrant> SERVERS = new HashMap<>();

  /** Starts the server that the tests of a class run against. */
  protected TestingQdrant start() throws IOException {
    return TestingQdrant.alone();
  }

  @BeforeEach
  void startServer() throws IOException {
    if (!SERVERS.containsKey(getClass())) {
      SERVERS.put(getClass(), start());
    }
  }

  @AfterAll
  static void stopServers() {
    SERVERS.values().forEach(TestingQdrant::close);
    SERVERS.clear();
  }

  private TestingQdrant server() {
    return Objects.requireNonNull(SERVERS.get(getClass()));
  }

  @Override
  protected Engine open() throws Exception {
    return open(server().url(), SecretReference.NONE);
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return open("http://127.0.0.1:" + port, credential);
  }

  static Engine open(String url, SecretReference credential) throws Exception {
    return new QdrantEngine(
        new EngineAddress("qdrant", URI.create(url), credential, Map.of()), InstantSource.system());
  }

  @Override
  protected CollectionName newName(String hint) {
    return new CollectionName(
        List.of(), hint + "_" + UUID.randomUUID().toString().replace("-", ""));
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("m", "24", "ef_construct", "120");
  }

  @Override
  protected Set<VectorIndex.Metric> metrics() {
    Set<VectorIndex.Metric> metrics = EnumSet.copyOf(super.metrics());
    metrics.add(VectorIndex.Metric.MANHATTAN);
    return metrics;
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingPoints.delete(server().url(), schema.name(), tenant, ids);
  }
}
