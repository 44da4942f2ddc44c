package drillbook.engine.weaviate;

import drillbook.engine.CollectionName;
import drillbook.engine.EngineAddress;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of the Weaviate adapter share. */
public final class TestingWeaviate {
  /** When every capture of these tests begins. */
  static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final String RUN = Long.toString(ProcessHandle.current().pid(), 36);

  private TestingWeaviate() {}

  static WeaviateEngine open(String url, SecretReference credential) throws Exception {
    return new WeaviateEngine(
        new EngineAddress("weaviate", URI.create(url), credential, Map.of()),
        InstantSource.fixed(NOW));
  }

  static CollectionName newName(String hint) {
    String word = Character.toUpperCase(hint.charAt(0)) + hint.substring(1);
    return new CollectionName(List.of(), word + "_" + RUN + "_" + NAMES.incrementAndGet());
  }

  /** Returns a connection past the adapter. */
  static WeaviateHttp http(String url) throws Exception {
    return new WeaviateHttp(URI.create(url), SecretReference.NONE);
  }

  /** Deletes records past the adapter. */
  public static void delete(String url, CollectionName name, String tenant, List<byte[]> ids)
      throws Exception {
    try (WeaviateHttp http = http(url)) {
      for (byte[] id : ids) {
        http.delete(
            "an object could not be deleted",
            http.url("objects", name.name(), UuidSpace.objectId(id).toString())
                .newBuilder()
                .query(tenant.isEmpty() ? null : "tenant=" + tenant)
                .build());
      }
    }
  }
}
