package drillbook.engine.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.OwnTrait;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What of its metadata a collection indexes, on a real server and on the gate before one. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class ChromaIndexesIT {
  private static final Map<String, Object> OFF = Map.of("enabled", false, "config", Map.of());
  private static final Map<String, Object> UNINDEXED =
      Map.of(
          "defaults",
          Map.of("int", Map.of("int_inverted_index", OFF)),
          "keys",
          Map.of("title", Map.of("string", Map.of("string_inverted_index", OFF))));
  private static final Map<String, Object> HYBRID =
      Map.of(
          "defaults",
          Map.of(),
          "keys",
          Map.of(
              "words",
              Map.of(
                  "sparse_vector",
                  Map.of(
                      "sparse_vector_index",
                      Map.of("enabled", true, "config", Map.of("source_key", "#document"))))));

  @TempDir Path folder;

  @Test
  void indexes_that_were_switched_off_stay_off() throws Exception {
    String url = RealServers.chroma().url();
    try (Engine engine = TestingChroma.open(url, SecretReference.NONE)) {
      CollectionName name = TestingChroma.newName("unindexed");
      make(url, SecretReference.NONE, name, UNINDEXED);
      CollectionSchema schema = engine.control().schema(name);
      assertThat(ChromaEngine.PROFILE.own().of(schema))
          .contains(OwnTrait.kept("metadata that are not indexed: all int, title"));
      assertThat(engine.control().drop(name)).isTrue();
      engine.control().create(schema);
      assertThat(engine.control().schema(name)).isEqualTo(schema);
      assertThat(ChromaIndexes.unindexed(schema)).containsExactly("all int", "title");
    }
  }

  @Test
  void the_metric_and_parameters_of_the_index_are_those_of_the_schema_that_is_asked_for()
      throws Exception {
    String url = RealServers.chroma().url();
    try (Engine engine = TestingChroma.open(url, SecretReference.NONE)) {
      CollectionName name = TestingChroma.newName("tuned");
      make(url, SecretReference.NONE, name, UNINDEXED);
      CollectionSchema captured = engine.control().schema(name);
      CollectionSchema changed =
          new CollectionSchema(
              TestingChroma.newName("tuned"),
              captured.layout(),
              captured.idType(),
              List.of(TestingChroma.index(Metric.COSINE, Map.of("ef_search", "77", "m", "24"))),
              captured.tenants(),
              captured.aliases(),
              captured.attributes());
      engine.control().create(changed);
      CollectionSchema made = engine.control().schema(changed.name());
      assertThat(made.indexes().getFirst().metric()).isEqualTo(Metric.COSINE);
      assertThat(made.indexes().getFirst().parameters())
          .containsEntry("ef_search", "77")
          .containsEntry("max_neighbors", "24");
      assertThat(ChromaIndexes.unindexed(made)).containsExactly("all int", "title");
    }
  }

  @Test
  void a_server_without_sparse_indexes_is_no_target_for_a_collection_that_has_one()
      throws Exception {
    String url = RealServers.chroma().url();
    try (TestingChromaCloud cloud = new TestingChromaCloud(url);
        Engine source = TestingChroma.openCloud(cloud.url(), TestingChroma.token(folder));
        Engine target = TestingChroma.open(url, SecretReference.NONE)) {
      CollectionSchema schema = hybrid(cloud, source);
      CollectionSchema local =
          new CollectionSchema(
              TestingChroma.newName("local"),
              schema.layout(),
              schema.idType(),
              schema.indexes(),
              schema.tenants(),
              schema.aliases(),
              schema.attributes());
      DrillbookException failure =
          catchThrowableOfType(DrillbookException.class, () -> target.control().create(local));
      assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(failure).hasMessageContaining("only Chroma Cloud indexes sparse vectors");
      assertThat(failure).hasMessageContaining("words");
      assertThat(target.control().collections()).doesNotContain(local.name());
    }
  }

  @Test
  void a_hybrid_collection_of_the_cloud_comes_back_with_its_sparse_index_and_vectors()
      throws Exception {
    try (TestingChromaCloud cloud = new TestingChromaCloud(RealServers.chroma().url());
        Engine engine = TestingChroma.openCloud(cloud.url(), TestingChroma.token(folder))) {
      CollectionSchema schema = hybrid(cloud, engine);
      assertThat(ChromaEngine.PROFILE.own().of(schema))
          .contains(OwnTrait.missed("sparse index of the metadata key 'words'"));
      RecordBatch batch = new RecordBatch(schema.layout());
      Map<String, Object> sparse = new TreeMap<>();
      sparse.put("#type", "sparse_vector");
      sparse.put("indices", List.of(1L, 7L, 4_294_967_295L));
      sparse.put("values", List.of(0.1, 3.0, 1.0e-30));
      batch.ids().add(RecordId.of("a"));
      batch.vectors().getFirst().add(new float[] {1, 2, 3}, 0, 3);
      batch.payloads().add(Payload.encode(Map.of("words", sparse, "title", "x")));
      batch.endRecord();
      try (RecordWriter writer = engine.records().writer(schema, "")) {
        writer.write(batch);
      }
      Object raw = raw(cloud.url(), TestingChroma.token(folder), schema.name());
      assertThat(raw.toString()).contains("#type=sparse_vector").doesNotContain("_drillbook");
      List<Map<String, ?>> read = new ArrayList<>();
      engine
          .records()
          .fetch(
              engine.control().schema(schema.name()),
              "",
              List.of(RecordId.of("a")),
              (found, cursor) -> read.add(decode(found)));
      assertThat(read).hasSize(1);
      assertThat(read.getFirst()).isEqualTo(Map.of("words", sparse, "title", "x"));
      engine.control().drop(schema.name());
      engine.control().create(schema);
      assertThat(ChromaIndexes.sparse(engine.control().schema(schema.name())))
          .containsExactly("words");
    }
  }

  @Test
  void the_cloud_is_written_vectors_of_a_cosine_collection_as_they_are() throws Exception {
    try (TestingChromaCloud cloud = new TestingChromaCloud(RealServers.chroma().url());
        Engine engine = TestingChroma.openCloud(cloud.url(), TestingChroma.token(folder))) {
      CollectionName name = cloudName("cosine");
      CollectionSchema schema =
          TestingChroma.schema(name, 64, TestingChroma.index(Metric.COSINE, Map.of()));
      engine.control().create(schema);
      RecordBatch batch = TestingChroma.records(schema.layout(), 0, 50);
      try (RecordWriter writer = engine.records().writer(schema, "")) {
        writer.write(batch);
      }
      assertThat(raw(cloud.url(), TestingChroma.token(folder), name).toString())
          .doesNotContain(CosineVectors.KEY);
      List<byte[]> bits = new ArrayList<>();
      engine
          .records()
          .fetch(
              engine.control().schema(name),
              "",
              List.of(RecordId.of("r7")),
              (found, cursor) -> bits.add(found.vectors().getFirst().bits().get(0)));
      assertThat(bits).hasSize(1);
      assertThat(bits.getFirst()).isEqualTo(batch.vectors().getFirst().bits().get(7));
    }
  }

  @Test
  void a_server_that_passes_over_the_schema_is_refused_and_left_without_the_collection()
      throws Exception {
    String collection = "{\"id\":\"1\",\"name\":\"old\",\"configuration_json\":{}}";
    try (TestingHttpServer old =
            new TestingHttpServer()
                .answering("default_tenant", 200, "{}")
                .answering("default_database", 200, "{}")
                .answering("collections", 200, collection)
                .answering("old", 200, "{}");
        Engine engine = TestingChroma.open(old.url(), SecretReference.NONE)) {
      CollectionSchema schema =
          new CollectionSchema(
              new CollectionName(
                  List.of(ChromaEngine.DEFAULT_TENANT, ChromaEngine.DEFAULT_DATABASE), "old"),
              TestingChroma.schema(
                      TestingChroma.newName("any"), 3, TestingChroma.index(Metric.COSINE, Map.of()))
                  .layout(),
              "text",
              List.of(TestingChroma.index(Metric.COSINE, Map.of())),
              List.of(CollectionSchema.NO_TENANT),
              List.of(),
              Map.of(ChromaIndexes.ATTRIBUTE, RestJson.text(UNINDEXED)));
      DrillbookException failure =
          catchThrowableOfType(DrillbookException.class, () -> engine.control().create(schema));
      assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
      assertThat(failure).hasMessageContaining("which metadata it is to index");
      assertThat(old.requests().getLast()).startsWith("DELETE ").contains("/collections/old");
      // What the configuration says as well needs no schema.
      engine
          .control()
          .create(
              new CollectionSchema(
                  schema.name(),
                  schema.layout(),
                  schema.idType(),
                  schema.indexes(),
                  schema.tenants(),
                  schema.aliases(),
                  Map.of(ChromaIndexes.ATTRIBUTE, "{\"defaults\":{},\"keys\":{}}")));
      assertThat(old.requests().getLast())
          .startsWith("POST ")
          .contains("\"configuration\":{\"hnsw\":{\"space\":\"cosine\"")
          .doesNotContain("\"schema\"");
    }
  }

  private CollectionSchema hybrid(TestingChromaCloud cloud, Engine engine) throws Exception {
    CollectionName name = cloudName("hybrid");
    make(cloud.url(), TestingChroma.token(folder), name, HYBRID);
    return engine.control().schema(name);
  }

  private static CollectionName cloudName(String hint) {
    return new CollectionName(
        List.of(TestingChromaCloud.TENANT, TestingChromaCloud.DATABASE),
        TestingChroma.newName(hint).name());
  }

  private static Map<String, ?> decode(RecordBatch batch) {
    try {
      return Payload.decode(batch.payloads().get(0));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a collection past the adapter, as a user would. */
  private static void make(
      String url, SecretReference token, CollectionName name, Map<String, Object> schema)
      throws Exception {
    try (ChromaHttp http = new ChromaHttp(java.net.URI.create(url), token)) {
      http.send(
          "a collection could not be made",
          "POST",
          http.url(
              "tenants",
              name.scope().getFirst(),
              "databases",
              name.scope().getLast(),
              "collections"),
          Map.of("name", name.name(), "schema", schema));
    }
  }

  /** Returns the metadata of a collection as the server has them. */
  private static Object raw(String url, SecretReference token, CollectionName name)
      throws Exception {
    try (ChromaHttp http = new ChromaHttp(java.net.URI.create(url), token)) {
      String[] place = {
        "tenants", name.scope().getFirst(), "databases", name.scope().getLast(), "collections"
      };
      okhttp3.HttpUrl collections = http.url(place);
      Object found = http.get("", collections.newBuilder().addPathSegment(name.name()).build());
      String id = String.valueOf(((Map<?, ?>) found).get("id"));
      return http.send(
          "",
          "POST",
          collections.newBuilder().addPathSegment(id).addPathSegment("get").build(),
          Map.of("include", List.of("metadatas")));
    }
  }
}
