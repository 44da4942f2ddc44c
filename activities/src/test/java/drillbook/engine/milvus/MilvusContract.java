package drillbook.engine.milvus;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineContract;
import drillbook.secret.SecretReference;
import java.util.List;
import java.util.Map;

/** What the kit asks of Milvus, on the server that a subclass names. */
abstract class MilvusContract extends EngineContract {
  /** Returns where the server is. */
  abstract String url();

  /** Returns its line. */
  abstract String line();

  @Override
  protected Engine open() throws Exception {
    return TestingMilvus.open(url(), line());
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return TestingMilvus.open("http://127.0.0.1:" + port, line(), credential);
  }

  @Override
  protected CollectionName newName(String hint) {
    return TestingMilvus.newName(hint);
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("M", "24", "efConstruction", "120");
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingMilvus.delete(url(), schema, tenant, ids);
  }
}
