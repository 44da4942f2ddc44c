package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineContract;
import drillbook.engine.VectorIndex;
import drillbook.secret.SecretReference;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract against a real server, where the environment names one: {@code
 * DRILLBOOK_QDRANT_URL=http://127.0.0.1:6333}, and {@code DRILLBOOK_QDRANT_KEY} its key if it wants
 * one. Skipped, with the reason, where it does not: no package registry has the server, so that no
 * build can be asked for it.
 */
final class QdrantEngineIT extends EngineContract {
  private static final String URL = "DRILLBOOK_QDRANT_URL";
  private static final String KEY = "DRILLBOOK_QDRANT_KEY";

  @BeforeEach
  void requireServer() {
    Assumptions.assumeTrue(
        System.getenv(URL) != null, URL + " is not set: no real Qdrant was tested");
  }

  private static String url() {
    return String.valueOf(System.getenv(URL));
  }

  private static SecretReference credential() {
    return System.getenv(KEY) == null ? SecretReference.NONE : new SecretReference("env:" + KEY);
  }

  @Override
  protected Engine open() throws Exception {
    return QdrantEngineTest.open(url(), credential());
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return QdrantEngineTest.open("http://127.0.0.1:" + port, credential);
  }

  @Override
  protected CollectionName newName(String hint) {
    return new CollectionName(
        List.of(), "drill-" + hint + "_" + UUID.randomUUID().toString().substring(0, 13));
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("m", "24", "ef_construct", "120");
  }

  @Override
  protected Set<VectorIndex.Metric> metrics() {
    return EnumSet.of(
        VectorIndex.Metric.COSINE,
        VectorIndex.Metric.EUCLIDEAN,
        VectorIndex.Metric.INNER_PRODUCT,
        VectorIndex.Metric.MANHATTAN);
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingPoints.delete(url(), credential(), schema.name(), tenant, ids);
  }
}
