package drillbook.engine.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NearestQuery;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.RecordedExchange;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strict mode forbids and charges, and timeouts: a backup and a restore come to an end. */
final class QdrantStrictModeTest {
  private static final CollectionName DOCS = new CollectionName(List.of(), "docs");

  private TestingQdrant server;
  private Engine engine;

  @BeforeEach
  void start() throws Exception {
    server = TestingQdrant.alone().recording();
    engine = QdrantEngineTest.open(server.url(), SecretReference.NONE);
  }

  @AfterEach
  void stop() {
    engine.close();
    server.close();
  }

  @Test
  void where_exact_counts_are_forbidden_ids_are_counted() throws Exception {
    create("\"search_allow_exact\":false,\"max_query_limit\":30");
    SeenRecords written = write(engine, 0, 100);
    write(engine, 0, 10);
    assertThat(engine.control().count(DOCS, "")).isEqualTo(100);
    read(engine).requireSame(written);
    assertThat(bodies("/collections/docs/points/count"))
        .as("asked for an estimate only")
        .isNotEmpty()
        .allMatch(body -> body.contains("\"exact\":false"));
  }

  @Test
  void a_count_that_takes_longer_than_the_server_allows_is_done_by_ids() throws Exception {
    create("\"max_timeout\":90");
    write(engine, 0, 100);
    server.collection("docs").secondsToCount = 80;
    assertThat(engine.control().count(DOCS, "")).isEqualTo(100);
    assertThat(bodies("/collections/docs/points/scroll")).as("there was time enough").isEmpty();
    server.collection("docs").secondsToCount = 100;
    assertThat(engine.control().count(DOCS, "")).isEqualTo(100);
    assertThat(bodies("/collections/docs/points/scroll")).hasSize(1);
  }

  @Test
  void no_request_writes_more_points_than_the_rate_ever_has() throws Exception {
    create("\"write_rate_limit\":1200");
    SeenRecords written = write(engine, 0, 1230);
    assertThat(engine.control().count(DOCS, "")).isEqualTo(1230);
    read(engine).requireSame(written);
  }

  @Test
  void fetching_by_id_costs_no_more_than_the_rate_ever_has() throws Exception {
    create("\"read_rate_limit\":600");
    SeenRecords written = write(engine, 0, 700);
    CollectionSchema schema = engine.control().schema(DOCS);
    List<byte[]> ids = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      ids.add(RecordId.of(i));
    }
    SeenRecords seen = new SeenRecords();
    engine.records().fetch(schema, "", ids, (batch, cursor) -> seen.add(batch));
    seen.requireSame(written);
  }

  @Test
  void a_request_that_costs_more_than_the_rate_ever_has_is_not_tried_again() throws Exception {
    create("\"write_rate_limit\":10");
    try (QdrantHttp http =
        new QdrantHttp(java.net.URI.create(server.url()), SecretReference.NONE)) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < 11; i++) {
        points.append(i == 0 ? "" : ",").append("{\"id\":").append(i).append(",\"vector\":{}}");
      }
      byte[] body =
          ("{\"points\":[" + points + "]}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      DrillbookException refusal =
          catchThrowableOfType(
              DrillbookException.class,
              () -> http.put("it failed", http.url("collections", "docs", "points"), body));
      assertThat(refusal.kind()).isEqualTo(FailureKind.EXHAUSTED);
      assertThat(refusal).hasMessageContaining("please try to split");
      assertThat(refusal.hint()).contains("write_rate_limit");
    }
  }

  @Test
  void a_request_that_is_too_large_names_the_setting() throws Exception {
    create("");
    byte[] body = new byte[(32 << 20) + 1];
    try (QdrantHttp http =
        new QdrantHttp(java.net.URI.create(server.url()), SecretReference.NONE)) {
      for (int status : new int[] {400, 413}) {
        DrillbookException refusal =
            catchThrowableOfType(
                DrillbookException.class,
                () -> http.put("it failed", http.url("collections", "docs", "points"), body));
        assertThat(refusal.kind()).isEqualTo(FailureKind.EXHAUSTED);
        assertThat(refusal).hasMessageContaining(" " + status + "]");
        assertThat(refusal.hint()).contains("service.max_request_size_mb");
        server.behindProxy();
      }
    }
  }

  @Test
  void peers_are_given_time_to_agree() throws Exception {
    try (TestingQdrant cluster = TestingQdrant.cluster(3);
        Engine there = QdrantEngineTest.open(cluster.url(), SecretReference.NONE)) {
      cluster.agreesAfter(45);
      CollectionSchema schema =
          new CollectionSchema(
              DOCS,
              RecordLayout.dense(new VectorField("embedding", ElementType.F32, 8, false)),
              "text",
              List.of(new VectorIndex("embedding", "hnsw", VectorIndex.Metric.COSINE, Map.of())),
              List.of("alpha", "beta"),
              List.of(),
              Map.of("qdrant-payload-indexes", "{\"label\":\"keyword\"}"));
      there.control().create(schema);
      assertThat(there.control().schema(DOCS).tenants()).containsExactly("alpha", "beta");
      there
          .control()
          .pointAlias(new drillbook.engine.Alias(new CollectionName(List.of(), "live"), DOCS));
      assertThat(there.control().dropAlias(new CollectionName(List.of(), "live"))).isTrue();
      assertThat(there.control().drop(DOCS)).isTrue();
    }
  }

  @Test
  void a_vector_that_nobody_may_search_is_said_to_be_none() throws Exception {
    create("\"search_allow_exact\":false", "flat");
    write(engine, 0, 10);
    DrillbookException refusal =
        catchThrowableOfType(
            DrillbookException.class,
            () ->
                engine
                    .control()
                    .nearest(new NearestQuery(DOCS, "", "embedding", new byte[32], 8, 5, false)));
    assertThat(refusal.kind()).isEqualTo(FailureKind.UNSUPPORTED);
    assertThat(refusal).hasMessageContaining("global vector indexing is disabled");
    assertThat(refusal.hint()).contains("search_allow_exact");
  }

  private List<String> bodies(String path) {
    return server.exchanges().stream()
        .filter(each -> each.path().equals(path))
        .map(RecordedExchange::request)
        .toList();
  }

  private void create(String limits) throws Exception {
    create(limits, "hnsw");
  }

  private void create(String limits, String index) throws Exception {
    String strict = "{\"enabled\":true" + (limits.isEmpty() ? "" : ",") + limits + "}";
    engine
        .control()
        .create(
            new CollectionSchema(
                DOCS,
                RecordLayout.dense(new VectorField("embedding", ElementType.F32, 8, false)),
                "integer|uuid",
                List.of(
                    new VectorIndex("embedding", index, VectorIndex.Metric.EUCLIDEAN, Map.of())),
                List.of(""),
                List.of(),
                Map.of("qdrant-strict-mode", strict)));
  }

  private static SeenRecords write(Engine engine, int from, int count) throws Exception {
    CollectionSchema schema = engine.control().schema(DOCS);
    RecordBatch batch = SampleRecords.records(schema.layout(), from, count, RecordId::of);
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
    SeenRecords written = new SeenRecords();
    written.add(batch);
    return written;
  }

  private static SeenRecords read(Engine engine) throws Exception {
    CollectionSchema schema = engine.control().schema(DOCS);
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine.records().read(capture.token(), range, "", notes, (batch, c) -> seen.add(batch));
      }
    }
    return seen;
  }
}
