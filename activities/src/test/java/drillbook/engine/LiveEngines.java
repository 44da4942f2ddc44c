package drillbook.engine;

import drillbook.engine.chroma.TestingChroma;
import drillbook.engine.milvus.TestingMilvus;
import drillbook.engine.pgvector.TestingRows;
import drillbook.engine.pinecone.TestingPinecone;
import drillbook.engine.qdrant.TestingPoints;
import drillbook.engine.qdrant.TestingQdrant;
import drillbook.engine.weaviate.TestingWeaviate;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A running engine of each kind, for tests over all of them: a line an engine. Servers are shared
 * by the tests of a run and stop with it.
 */
public final class LiveEngines {
  private static final Map<String, Live> ALL =
      Stream.of(
              new Live(
                  "chroma",
                  false,
                  () -> address("chroma", RealServers.chroma().url(), SecretReference.NONE),
                  (at, schema, tenant, ids) -> TestingChroma.delete(at, schema.name(), ids)),
              // The real server holds one vector a record; what it lacks runs on Milvus Lite.
              new Live(
                  "milvus",
                  false,
                  () -> milvus(RealServers.milvus().url(), "2.3"),
                  TestingMilvus::delete),
              new Live(
                  "milvus-lite",
                  false,
                  () -> milvus(RealServers.milvusLite().url(), "lite"),
                  TestingMilvus::delete),
              new Live(
                  "pgvector",
                  false,
                  () -> address("pgvector", postgres().url(), postgres().credential()),
                  (at, schema, tenant, ids) -> TestingRows.delete(postgres(), schema, tenant, ids)),
              new Live(
                  "pinecone",
                  true,
                  () ->
                      address(
                          "pinecone",
                          TestingPinecone.shared().url(),
                          TestingPinecone.shared().credential()),
                  (at, schema, tenant, ids) ->
                      TestingPinecone.shared().delete(schema, tenant, ids)),
              new Live(
                  "qdrant",
                  true,
                  () -> address("qdrant", TestingQdrant.shared().url(), SecretReference.NONE),
                  (at, schema, tenant, ids) ->
                      TestingPoints.delete(at, schema.name(), tenant, ids)),
              new Live(
                  "weaviate",
                  false,
                  () -> address("weaviate", RealServers.weaviate().url(), SecretReference.NONE),
                  (at, schema, tenant, ids) ->
                      TestingWeaviate.delete(at, schema.name(), tenant, ids)))
          .collect(
              Collectors.toMap(
                  Live::engine, Function.identity(), (one, other) -> one, TreeMap::new));

  private LiveEngines() {}

  /** Starts an engine where it does not run, and tells where it is. */
  private interface Start {
    EngineAddress address() throws Exception;
  }

  /** Deletes records past the adapter, at a url. */
  private interface Deletion {
    void delete(String url, CollectionSchema schema, String tenant, List<byte[]> ids)
        throws Exception;
  }

  private record Live(String engine, boolean fake, Start start, Deletion deletion) {}

  /** Returns the words of all engines, sorted. */
  public static List<String> all() {
    return List.copyOf(ALL.keySet());
  }

  /** Tells whether tests run against a fake of ours, since no package provides the server. */
  public static boolean isFake(String engine) {
    return live(engine).fake();
  }

  /** Returns the address of a running engine, started where it is not, opened with options. */
  public static EngineAddress start(String engine, Map<String, String> options) throws Exception {
    EngineAddress address = live(engine).start().address();
    Map<String, String> all = new TreeMap<>(address.options());
    all.putAll(options);
    return new EngineAddress(address.engine(), address.url(), address.credential(), all);
  }

  /** Deletes records in a running engine, past its adapter. */
  public static void delete(
      EngineAddress address, CollectionSchema schema, String tenant, List<byte[]> ids)
      throws Exception {
    live(address.engine()).deletion().delete(address.url().toString(), schema, tenant, ids);
  }

  private static Live live(String engine) {
    Live live = ALL.get(engine);
    if (live == null) {
      throw new IllegalArgumentException("no live engine: " + engine);
    }
    return live;
  }

  private static EngineAddress address(String engine, String url, SecretReference credential) {
    return new EngineAddress(engine, URI.create(url), credential, Map.of());
  }

  private static EngineAddress milvus(String url, String line) {
    return new EngineAddress("milvus", URI.create(url), SecretReference.NONE, Map.of("line", line));
  }

  private static LocalPostgres postgres() {
    return RealServers.postgres(LocalPostgres.Version.PG18);
  }
}
