package drillbook.engine;

import drillbook.engine.chroma.TestingChroma;
import drillbook.engine.pgvector.TestingRows;
import drillbook.engine.weaviate.TestingWeaviate;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A running engine of each kind, for tests over all of them: a line an engine. Servers are shared
 * by the tests of a run and stop with it.
 */
public final class LiveEngines {
  private LiveEngines() {}

  /**
   * An engine that answers.
   *
   * @param address where
   * @param server the server's name and version, and that it is a fake where it is one
   */
  public record Live(EngineAddress address, String server) {
    /** Returns the same engine, opened with options. */
    public EngineAddress with(Map<String, String> options) {
      return new EngineAddress(address.engine(), address.url(), address.credential(), options);
    }
  }

  /** Returns the words of all engines, sorted. */
  public static List<String> all() {
    return List.of("chroma", "pgvector", "weaviate");
  }

  /** Tells whether tests run against a fake of ours, since no package provides the server. */
  public static boolean isFake(String engine) {
    return Set.of("pinecone", "qdrant").contains(engine);
  }

  /** Returns a running engine, started where it is not. */
  public static Live start(String engine) throws Exception {
    return switch (engine) {
      case "chroma" ->
          live("chroma", RealServers.chroma().url(), SecretReference.NONE, "Chroma 1.5.9");
      case "pgvector" -> {
        LocalPostgres postgres = RealServers.postgres(LocalPostgres.Version.PG18);
        yield live(
            "pgvector", postgres.url(), postgres.credential(), "PostgreSQL 18, pgvector 0.8");
      }
      case "weaviate" ->
          live("weaviate", RealServers.weaviate().url(), SecretReference.NONE, "Weaviate 1.39.0");
      default -> throw new IllegalArgumentException("no live engine: " + engine);
    };
  }

  /** Deletes records in a running engine, past its adapter. */
  public static void delete(
      EngineAddress address, CollectionSchema schema, String tenant, List<byte[]> ids)
      throws Exception {
    switch (address.engine()) {
      case "chroma" -> TestingChroma.delete(address.url().toString(), schema.name(), ids);
      case "pgvector" ->
          TestingRows.delete(RealServers.postgres(LocalPostgres.Version.PG18), schema, tenant, ids);
      case "weaviate" ->
          TestingWeaviate.delete(address.url().toString(), schema.name(), tenant, ids);
      default -> throw new IllegalArgumentException(address.engine());
    }
  }

  private static Live live(String engine, String url, SecretReference credential, String server) {
    return new Live(new EngineAddress(engine, URI.create(url), credential, Map.of()), server);
  }
}
