package drillbook.engine.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Alias;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NearestQuery;
import drillbook.engine.RecordWriter;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server limits or lacks: obeyed, or told in words that say what to do. */
final class QdrantLimitsTest {
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
  void a_large_collection_is_read_in_several_ranges_and_whole() throws Exception {
    create("", Map.of());
    SeenRecords written = new SeenRecords();
    for (int from = 0; from < 25_000; from += 5_000) {
      write(from, 5_000, written);
    }
    CollectionSchema schema = engine.control().schema(DOCS);
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      assertThat(capture.token().ranges()).hasSize(3);
      for (CaptureToken.Range range : capture.token().ranges()) {
        SeenRecords part = new SeenRecords();
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  part.add(batch);
                  seen.add(batch);
                });
        assertThat(part.size()).as("records of a range").isBetween(5_000, 12_000);
      }
    }
    seen.requireSame(written);
  }

  @Test
  void a_rate_limit_is_told_with_the_time_to_wait() throws Exception {
    create("", Map.of("qdrant-strict-mode", "{\"enabled\":true,\"read_rate_limit\":3}"));
    DrillbookException refusal =
        refusal(() -> {
          for (int i = 0; i < 10; i++) {
            engine.control().count(DOCS, "");
          }
        });
    assertThat(refusal.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(refusal.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(21));
    assertThat(refusal)
        .hasMessageContaining("Read rate limit exceeded")
        .hasMessageContaining("429");
    assertThat(requirement("collection docs, rate of reads").found()).startsWith("3 a minute");
  }

  @Test
  void pages_and_batches_keep_to_strict_mode() throws Exception {
    create(
        "",
        Map.of(
            "qdrant-strict-mode",
            "{\"enabled\":true,\"max_query_limit\":13,\"upsert_max_batchsize\":7,"
                + "\"search_allow_exact\":false}"));
    SeenRecords written = write(0, 100);
    SeenRecords seen = read();
    seen.requireSame(written);
    assertThat(posts("/collections/docs/points/scroll")).hasSizeGreaterThan(7);
    byte[] query = new byte[8 * 4];
    query[3] = 0x3f;
    assertThat(engine.control().nearest(new NearestQuery(DOCS, "", "embedding", query, 8, 5, true)))
        .as("through the index, as an exact search is forbidden")
        .hasSize(5);
    assertThat(requirement("collection docs").standing()).isEqualTo(Standing.MISSING);
  }

  @Test
  void records_that_were_only_acknowledged_are_not_taken_for_written() throws Exception {
    create("", Map.of());
    server.acknowledgeOnly();
    DrillbookException refusal = refusal(() -> write(0, 3));
    assertThat(refusal.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(refusal).hasMessageContaining("has not applied them: acknowledged");
  }

  @Test
  void an_older_server_is_asked_for_nothing_that_it_lacks() throws Exception {
    server.version("1.15.3");
    DrillbookException refusal = refusal(() -> create("", Map.of(), "text"));
    assertThat(refusal.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(refusal).hasMessageContaining("from 1.16 on, and this is 1.15.3");
    assertThat(engine.control().collections()).isEmpty();
    create("", Map.of(), "integer|uuid");
    write(0, 5);
    assertThat(read().size()).isEqualTo(5);
    assertThat(requirement("version").standing()).isEqualTo(Standing.MISSING);
  }

  @Test
  void a_wrong_key_is_denied_and_one_that_reads_cannot_write(@TempDir Path folder)
      throws Exception {
    create("", Map.of());
    write(0, 5);
    server.keys("k-all-7f", "k-read-7f");
    assertThat(refusal(() -> engine.control().probe()).kind()).isEqualTo(FailureKind.DENIED);
    Path wrong = folder.resolve("wrong");
    Files.writeString(wrong, "k-wrong-7f\n");
    try (Engine denied = open(wrong)) {
      DrillbookException refusal = refusal(() -> denied.control().probe());
      assertThat(refusal.kind()).isEqualTo(FailureKind.DENIED);
      assertThat(refusal).hasMessageContaining("Invalid API key or JWT");
      assertThat(refusal.getMessage()).doesNotContain("k-wrong-7f");
    }
    Path reading = folder.resolve("reading");
    Files.writeString(reading, "k-read-7f\n");
    try (Engine reader = open(reading)) {
      CollectionSchema schema = reader.control().schema(DOCS);
      assertThat(reader.control().count(DOCS, "")).isEqualTo(5);
      DrillbookException refusal =
          refusal(() -> {
            try (RecordWriter writer = reader.records().writer(schema, "")) {
              writer.write(SampleRecords.records(schema.layout(), 0, 1, RecordId::of));
            }
          });
      assertThat(refusal.kind()).isEqualTo(FailureKind.DENIED);
      Map<String, Requirement> needs =
          reader.control().requirements().stream()
              .collect(Collectors.toMap(Requirement::subject, one -> one));
      assertThat(needs.get("right to write"))
          .as("not told from 1.13 on")
          .isNotNull()
          .extracting(Requirement::standing)
          .isEqualTo(Standing.UNKNOWN);
      server.version("1.12.6");
      assertThat(found(reader, "right to write").standing()).isEqualTo(Standing.MISSING);
    }
  }

  @Test
  void a_key_of_some_collections_is_enough_to_back_them_up(@TempDir Path folder) throws Exception {
    create("", Map.of());
    write(0, 5);
    engine.control().pointAlias(new Alias(new CollectionName(List.of(), "current"), DOCS));
    server.keys("k-all-7f", "k-docs-7f");
    server.limited();
    Path some = folder.resolve("some");
    Files.writeString(some, "k-docs-7f\n");
    try (Engine reader = open(some)) {
      assertThat(reader.control().probe().details()).containsEntry("cluster", "unknown");
      assertThat(reader.control().schema(DOCS).aliases()).containsExactly("current");
      assertThat(reader.control().count(DOCS, "")).isEqualTo(5);
    }
  }

  @Test
  void optimizers_that_work_wait_or_failed_are_told_apart() throws Exception {
    create("", Map.of());
    write(0, 400);
    IndexState busy = state();
    assertThat(busy).isInstanceOf(IndexState.Building.class);
    assertThat(((IndexState.Building) busy).progress()).startsWith("yellow: about ");
    while (state() instanceof IndexState.Building) {
      assertThat(engine.control().count(DOCS, "")).isEqualTo(400);
    }
    assertThat(state()).isEqualTo(new IndexState.Ready());
    server.collection("docs").forcedStatus = "grey";
    assertThat(state()).isInstanceOf(IndexState.Building.class);
    engine.control().buildIndexes(engine.control().schema(DOCS));
    assertThat(state()).as("woken by an empty change").isEqualTo(new IndexState.Ready());
    server.collection("docs").optimizerError = "no space left on device";
    assertThat(state())
        .isEqualTo(new IndexState.Broken("the optimizer failed: no space left on device"));
    assertThat(requirement("collection docs").found()).contains("no space left on device");
    server.collection("docs").optimizerError = "";
    server.collection("docs").forcedStatus = "red";
    assertThat(state()).isInstanceOf(IndexState.Broken.class);
  }

  @Test
  void counts_are_exact_where_the_description_counts_twice() throws Exception {
    create("", Map.of());
    write(0, 300);
    write(0, 300);
    assertThat(server.collection("docs").info().get("points_count")).isEqualTo(600L);
    assertThat(engine.control().count(DOCS, "")).isEqualTo(300);
  }

  @Test
  void a_cluster_that_lost_peers_or_replicas_says_so() throws Exception {
    try (TestingQdrant cluster = TestingQdrant.cluster(3);
        Engine there = QdrantEngineTest.open(cluster.url(), SecretReference.NONE)) {
      there.control().create(schema("alpha", Map.of(), "text"));
      assertThat(found(there, "cluster").found()).isEqualTo("3 peers, all reachable");
      cluster.unreachable(List.of("http://node-3:6335/"));
      assertThat(found(there, "cluster").standing()).isEqualTo(Standing.MISSING);
      assertThat(found(there, "cluster").found()).contains("node-3");
      cluster.collection("docs").shards.getFirst().state = "Dead";
      assertThat(found(there, "collection docs, replicas").found()).isEqualTo("shard 0 is Dead");
      DrillbookException refusal = refusal(() -> there.control().count(DOCS, "alpha"));
      assertThat(refusal.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(refusal).hasMessageContaining("no active replica");
    }
  }

  @Test
  void tenants_of_a_server_alone_are_told_apart_by_payload_and_nothing_of_it_is_seen()
      throws Exception {
    engine.control().create(schema("alpha", Map.of("qdrant-shard-keys", "[\"alpha\"]"), "text"));
    CollectionSchema live = engine.control().schema(DOCS);
    assertThat(live.tenants()).containsExactly("alpha");
    assertThat(live.attributes()).doesNotContainKeys("qdrant-payload-indexes", "qdrant-shard-keys");
    assertThat(server.collection("docs").payloadSchema).containsOnlyKeys("_drillbook_tenant");
    assertThat(server.collection("docs").params).doesNotContainKey("sharding_method");
  }

  @Test
  void two_records_that_would_be_one_point_are_refused() throws Exception {
    create("", Map.of());
    CollectionSchema schema = engine.control().schema(DOCS);
    byte[] text = RecordId.of("page");
    RecordBatch batch =
        SampleRecords.records(
            schema.layout(), 0, 2, i -> i == 0 ? text : PointId.ofRecord(text).record());
    DrillbookException refusal =
        refusal(() -> {
          try (RecordWriter writer = engine.records().writer(schema, "")) {
            writer.write(batch);
          }
        });
    assertThat(refusal.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(engine.control().count(DOCS, "")).isZero();
  }

  private Engine open(Path key) throws Exception {
    return QdrantEngineTest.open(server.url(), new SecretReference("file:" + key));
  }

  private List<RecordedExchange> posts(String path) {
    return server.exchanges().stream().filter(each -> each.path().equals(path)).toList();
  }

  private IndexState state() throws Exception {
    return engine.control().indexState(engine.control().schema(DOCS));
  }

  private Requirement requirement(String subject) throws Exception {
    return found(engine, subject);
  }

  private static Requirement found(Engine engine, String subject) throws Exception {
    return engine.control().requirements().stream()
        .filter(one -> one.subject().equals(subject))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing is said of " + subject));
  }

  private void create(String tenant, Map<String, String> attributes) throws Exception {
    create(tenant, attributes, "integer|uuid");
  }

  private void create(String tenant, Map<String, String> attributes, String idType)
      throws Exception {
    engine.control().create(schema(tenant, attributes, idType));
  }

  private static CollectionSchema schema(
      String tenant, Map<String, String> attributes, String idType) {
    return new CollectionSchema(
        DOCS,
        RecordLayout.dense(new VectorField("embedding", ElementType.F32, 8, false)),
        idType,
        List.of(new VectorIndex("embedding", "hnsw", VectorIndex.Metric.EUCLIDEAN, Map.of())),
        List.of(tenant),
        List.of(),
        attributes);
  }

  private SeenRecords write(int from, int count) throws Exception {
    SeenRecords written = new SeenRecords();
    write(from, count, written);
    return written;
  }

  private void write(int from, int count, SeenRecords written) throws Exception {
    CollectionSchema schema = engine.control().schema(DOCS);
    RecordBatch batch = SampleRecords.records(schema.layout(), from, count, RecordId::of);
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
    written.add(batch);
  }

  private SeenRecords read() throws Exception {
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

  private static DrillbookException refusal(ThrowingCallable call) {
    return catchThrowableOfType(DrillbookException.class, call);
  }
}
