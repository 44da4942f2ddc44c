package drillbook.engine.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.Alias;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NearestQuery;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.http.ApiDescription;
import drillbook.http.RecordedExchange;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What the adapter asks and what our fake server answers are as Qdrant 1.18 describes its API.
 * Skipped, with the reason, where the description is not beside the checkout.
 */
final class QdrantApiIT {
  private static final CollectionName DOCS = new CollectionName(List.of(), "docs");

  private static final VectorField EMBEDDING =
      new VectorField("embedding", ElementType.F32, 12, false);

  @Test
  void the_published_description_holds_for_a_server_alone() throws Exception {
    ApiDescription api = ApiDescription.beside("qdrant_1.18.json");
    try (TestingQdrant server = TestingQdrant.alone().recording()) {
      runThrough(server, List.of(CollectionSchema.NO_TENANT));
      runThrough(server, List.of("alpha", "beta"));
      assertThat(api.faults(server.exchanges())).isEmpty();
      assertThat(routes(server.exchanges()))
          .contains(
              "GET /",
              "GET /aliases",
              "GET /cluster",
              "GET /collections",
              "GET /collections/docs",
              "PUT /collections/docs",
              "PATCH /collections/docs",
              "DELETE /collections/docs",
              "PUT /collections/docs/index",
              "PUT /collections/docs/points",
              "POST /collections/docs/points",
              "POST /collections/docs/points/count",
              "POST /collections/docs/points/query",
              "POST /collections/docs/points/scroll",
              "POST /collections/aliases");
    }
  }

  @Test
  void the_published_description_holds_for_a_cluster() throws Exception {
    ApiDescription api = ApiDescription.beside("qdrant_1.18.json");
    try (TestingQdrant server = TestingQdrant.cluster(3).recording()) {
      runThrough(server, List.of("alpha", "beta"));
      assertThat(api.faults(server.exchanges())).isEmpty();
      assertThat(routes(server.exchanges()))
          .contains("PUT /collections/docs/shards", "GET /collections/docs/cluster");
    }
  }

  @Test
  void a_vector_that_is_made_later_is_as_described() throws Exception {
    ApiDescription api = ApiDescription.beside("qdrant_1.18.json");
    RecordLayout open = RecordLayout.dense(new VectorField("embedding", ElementType.F16, 0, true));
    try (TestingQdrant server = TestingQdrant.alone().recording();
        Engine engine = QdrantEngineTest.open(server.url(), SecretReference.NONE)) {
      VectorIndex index =
          new VectorIndex("embedding", "hnsw", VectorIndex.Metric.COSINE, Map.of("m", "24"));
      engine
          .control()
          .create(
              new CollectionSchema(
                  DOCS, open, "text", List.of(index), List.of(""), List.of(), Map.of()));
      RecordLayout known =
          RecordLayout.dense(new VectorField("embedding", ElementType.F16, 5, true));
      try (RecordWriter writer = engine.records().writer(engine.control().schema(DOCS), "")) {
        writer.write(SampleRecords.records(known, 0, 3, i -> SampleRecords.id("text", i)));
      }
      assertThat(routes(server.exchanges()))
          .contains("PUT /collections/docs/vectors/embedding", "PATCH /collections/docs");
      assertThat(api.faults(server.exchanges())).isEmpty();
    }
  }

  @Test
  void refusals_are_as_described() throws Exception {
    ApiDescription api = ApiDescription.beside("qdrant_1.18.json");
    try (TestingQdrant server = TestingQdrant.alone().recording();
        Engine engine = QdrantEngineTest.open(server.url(), SecretReference.NONE)) {
      assertThatThrownBy(() -> engine.control().schema(DOCS))
          .isInstanceOf(DrillbookException.class);
      engine.control().create(schema(List.of(CollectionSchema.NO_TENANT)));
      assertThatThrownBy(() -> engine.control().create(schema(List.of(CollectionSchema.NO_TENANT))))
          .isInstanceOf(DrillbookException.class);
      server.keys("k-all", "k-read");
      assertThatThrownBy(() -> engine.control().probe()).isInstanceOf(DrillbookException.class);
      assertThat(server.exchanges().stream().map(RecordedExchange::status)).contains(401, 404, 409);
      assertThat(api.faults(server.exchanges())).isEmpty();
    }
  }

  private static Set<String> routes(List<RecordedExchange> exchanges) {
    Set<String> routes = new TreeSet<>();
    exchanges.forEach(exchange -> routes.add(exchange.method() + " " + exchange.path()));
    return routes;
  }

  private static CollectionSchema schema(List<String> tenants) {
    RecordLayout layout =
        new RecordLayout(
            List.of(
                EMBEDDING,
                new VectorField("half", ElementType.F16, 5, false),
                new VectorField("byte", ElementType.U8, 4, false),
                new VectorField("many", ElementType.F32, 3, true)),
            List.of(new SparseField("words", ElementType.F32, 0)));
    return new CollectionSchema(
        DOCS,
        layout,
        "text",
        List.of(
            new VectorIndex("embedding", "hnsw", VectorIndex.Metric.COSINE, Map.of("m", "24")),
            new VectorIndex("half", "hnsw", VectorIndex.Metric.COSINE, Map.of()),
            new VectorIndex("many", "hnsw", VectorIndex.Metric.INNER_PRODUCT, Map.of())),
        tenants,
        List.of(),
        Map.of(
            "qdrant-params",
            "{\"on_disk_payload\":false,\"read_fan_out_factor\":2,\"shard_number\":2}",
            "qdrant-hnsw",
            "{\"ef_construct\":77,\"payload_m\":8}",
            "qdrant-optimizers",
            "{\"indexing_threshold\":5000}",
            "qdrant-wal",
            "{\"wal_capacity_mb\":8}",
            "qdrant-quantization",
            "{\"scalar\":{\"type\":\"int8\",\"quantile\":0.99,\"always_ram\":true}}",
            "qdrant-strict-mode",
            "{\"enabled\":true,\"max_query_limit\":50}",
            "qdrant-metadata",
            "{\"owner\":\"search\"}",
            "qdrant-payload-indexes",
            "{\"label\":\"keyword\",\"number\":{\"type\":\"integer\",\"lookup\":true}}",
            "qdrant-sparse-vectors",
            "{\"words\":{\"modifier\":\"idf\",\"index\":{\"on_disk\":true}}}"));
  }

  private static void runThrough(TestingQdrant server, List<String> tenants) throws Exception {
    try (Engine engine = QdrantEngineTest.open(server.url(), SecretReference.NONE)) {
      engine.control().probe();
      engine.control().create(schema(tenants));
      CollectionSchema live = engine.control().schema(DOCS);
      RecordBatch batch =
          SampleRecords.records(live.layout(), 0, 120, i -> SampleRecords.id("text", i));
      for (String tenant : tenants) {
        try (RecordWriter writer = engine.records().writer(live, tenant)) {
          writer.write(batch);
        }
        engine.control().count(DOCS, tenant);
        engine
            .records()
            .fetch(live, tenant, List.of(batch.ids().get(0), batch.ids().get(1)), (b, c) -> {});
        byte[] query =
            batch.vectors().get(live.layout().vectors().indexOf(EMBEDDING)).bits().get(0);
        engine.control().nearest(new NearestQuery(DOCS, tenant, "embedding", query, 12, 5, true));
      }
      engine.control().buildIndexes(live);
      engine.control().indexState(live);
      MemoryNotes notes = new MemoryNotes();
      try (Capture capture = engine.records().begin(List.of(live), notes)) {
        for (CaptureToken.Range range : capture.token().ranges()) {
          engine.records().read(capture.token(), range, "", notes, (b, c) -> {});
        }
      }
      Alias alias = new Alias(new CollectionName(List.of(), "current"), DOCS);
      engine.control().pointAlias(alias);
      engine.control().aliases();
      engine.control().dropAlias(alias.name());
      engine.control().requirements();
      engine.control().collections();
      engine.control().drop(DOCS);
    }
  }
}
