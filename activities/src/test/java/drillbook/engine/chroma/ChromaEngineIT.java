package drillbook.engine.chroma;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineContract;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.util.List;
import java.util.Map;

class ChromaEngineIT extends EngineContract {
  @Override
  protected Engine open() throws Exception {
    return TestingChroma.open(RealServers.chroma().url(), SecretReference.NONE);
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return TestingChroma.open("http://127.0.0.1:" + port, credential);
  }

  @Override
  protected CollectionName newName(String hint) {
    return TestingChroma.newName(hint);
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("max_neighbors", "24", "ef_construction", "120", "ef_search", "80");
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingChroma.delete(RealServers.chroma().url(), schema.name(), ids);
  }
}
