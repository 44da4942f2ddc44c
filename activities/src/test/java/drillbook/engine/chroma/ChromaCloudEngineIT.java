package drillbook.engine.chroma;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineContract;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract within the quotas of Chroma Cloud, on a gate before a real server. */
class ChromaCloudEngineIT extends EngineContract {
  private static Optional<TestingChromaCloud> gate = Optional.empty();

  @TempDir Path secrets;

  @BeforeAll
  static void begin() throws Exception {
    gate = Optional.of(new TestingChromaCloud(RealServers.chroma().url()));
  }

  @AfterAll
  static void end() {
    gate.ifPresent(TestingChromaCloud::close);
  }

  @Override
  protected Engine open() throws Exception {
    return TestingChroma.openCloud(gate.orElseThrow().url(), TestingChroma.token(secrets));
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return TestingChroma.openCloud(
        "http://127.0.0.1:" + port,
        credential.isPresent() ? credential : TestingChroma.token(secrets));
  }

  @Override
  protected CollectionName newName(String hint) {
    return new CollectionName(
        List.of(TestingChromaCloud.TENANT, TestingChromaCloud.DATABASE),
        TestingChroma.newName(hint).name());
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("max_neighbors", "24", "ef_construction", "120", "ef_search", "80");
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingChroma.delete(RealServers.chroma().url(), schema.name(), ids);
  }

  @Override
  protected int beyondOneRequest() {
    return 1_000;
  }
}
