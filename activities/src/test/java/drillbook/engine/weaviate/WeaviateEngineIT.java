package drillbook.engine.weaviate;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineContract;
import drillbook.engine.VectorIndex;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.Set;

class WeaviateEngineIT extends EngineContract {
  @Override
  protected Engine open() throws Exception {
    return TestingWeaviate.open(RealServers.weaviate().url(), SecretReference.NONE);
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return TestingWeaviate.open("http://127.0.0.1:" + port, credential);
  }

  @Override
  protected CollectionName newName(String hint) {
    return TestingWeaviate.newName(hint);
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of(
        "maxConnections", "24", "efConstruction", "120", "ef", "80", "bq.enabled", "true");
  }

  @Override
  protected Set<VectorIndex.Metric> metrics() {
    return Set.of(
        VectorIndex.Metric.COSINE,
        VectorIndex.Metric.EUCLIDEAN,
        VectorIndex.Metric.INNER_PRODUCT,
        VectorIndex.Metric.MANHATTAN,
        VectorIndex.Metric.HAMMING);
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingWeaviate.delete(RealServers.weaviate().url(), schema.name(), tenant, ids);
  }
}
