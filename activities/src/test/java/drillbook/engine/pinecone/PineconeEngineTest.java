package drillbook.engine.pinecone;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.EngineContract;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PineconeEngineTest extends EngineContract {
  private static TestingPinecone pinecone;

  @BeforeAll
  static void start() throws Exception {
    pinecone = new TestingPinecone();
  }

  @AfterAll
  static void stop() {
    pinecone.close();
  }

  @Override
  protected Engine open() throws Exception {
    return pinecone.open();
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return new PineconeEngine(
        new EngineAddress("pinecone", URI.create("http://127.0.0.1:" + port), credential, Map.of()),
        InstantSource.fixed(TestingPinecone.NOW));
  }

  @Override
  protected CollectionName newName(String hint) {
    return TestingPinecone.newName(hint);
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of();
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    pinecone.delete(schema, tenant, ids);
  }
}
