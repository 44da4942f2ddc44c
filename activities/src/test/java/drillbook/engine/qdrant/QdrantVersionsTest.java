package drillbook.engine.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Capture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers of other versions and settings do otherwise. */
final class QdrantVersionsTest {
  private static final CollectionName DOCS = new CollectionName(List.of(), "docs");
  private static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("embedding", ElementType.F32, 8, false));

  private TestingQdrant server;
  private Engine engine;

  @BeforeEach
  void start() throws Exception {
    server = TestingQdrant.cluster(3);
    engine = QdrantEngineTest.open(server.url(), SecretReference.NONE);
  }

  @AfterEach
  void stop() {
    engine.close();
    server.close();
  }

  @Test
  void a_server_that_draws_no_samples_is_read_in_one_range() throws Exception {
    create(Map.of());
    SeenRecords written = new SeenRecords();
    for (int from = 0; from < 12_000; from += 4_000) {
      RecordBatch batch = SampleRecords.records(LAYOUT, from, 4_000, RecordId::of);
      write(batch);
      written.add(batch);
    }
    assertThat(ranges(new SeenRecords())).isEqualTo(2);
    server.version("1.10.1");
    SeenRecords seen = new SeenRecords();
    assertThat(ranges(seen)).isEqualTo(1);
    seen.requireSame(written);
  }

  @Test
  void optimizers_that_wait_are_no_failed_ones_in_the_words_of_older_servers() throws Exception {
    server.version("1.11.5");
    create(Map.of());
    server.collection("docs").forcedStatus = "grey";
    assertThat(state()).isInstanceOf(IndexState.Building.class);
    assertThat(engine.control().requirements())
        .as("nothing is wrong with the collection")
        .noneMatch(one -> one.subject().equals("collection docs"));
    engine.control().buildIndexes(engine.control().schema(DOCS));
    assertThat(state()).isEqualTo(new IndexState.Ready());
  }

  @Test
  void a_collection_whose_optimizers_are_off_is_ready_though_never_green() throws Exception {
    create(Map.of("qdrant-optimizers", "{\"max_optimization_threads\":0}"));
    write(SampleRecords.records(LAYOUT, 0, 20, RecordId::of));
    assertThat(server.collection("docs").info().get("status")).isEqualTo("yellow");
    assertThat(state()).isEqualTo(new IndexState.Ready());
    assertThat(engine.control().requirements())
        .anyMatch(one -> one.found().contains("max_optimization_threads"));
    server.collection("docs").optimizerError = "out of memory";
    assertThat(state()).isInstanceOf(IndexState.Broken.class);
  }

  @Test
  void a_payload_that_is_gone_is_gone_on_every_peer_of_an_older_cluster() throws Exception {
    server.version("1.14.1");
    create(Map.of());
    write(batch(true));
    write(batch(false));
    assertThat(
            server.collection("docs").shards.stream()
                .flatMap(shard -> shard.points.values().stream())
                .map(TestingCollection.Point::payload))
        .hasSize(30)
        .allMatch(Map::isEmpty);
  }

  @Test
  void a_server_without_universal_queries_is_searched_as_before() throws Exception {
    create(Map.of());
    write(SampleRecords.records(LAYOUT, 0, 20, RecordId::of));
    NearestQuery query = new NearestQuery(DOCS, "", "embedding", new byte[32], 8, 5, true);
    List<Neighbour> found = engine.control().nearest(query);
    server.version("1.9.7");
    List<Neighbour> before = engine.control().nearest(query);
    assertThat(before).hasSize(5);
    assertThat(before.stream().map(one -> RecordId.print(one.id())))
        .containsExactlyElementsOf(found.stream().map(one -> RecordId.print(one.id())).toList());
  }

  @Test
  void shard_keys_come_back_with_their_shards_and_replicas() throws Exception {
    Map<String, String> attributes =
        Map.of(
            "qdrant-params",
            "{\"shard_number\":1,\"replication_factor\":1,\"sharding_method\":\"custom\"}",
            "qdrant-shard-keys",
            "[\"large\",\"small\"]",
            "qdrant-shard-key-sizes",
            "{\"large\":{\"replication_factor\":2,\"shards_number\":3}}");
    create(attributes, "small", "large");
    assertThat(server.collection("docs").shards)
        .extracting(shard -> shard.key + " " + shard.replicas)
        .containsExactly("large 2", "large 2", "large 2", "small 1");
    CollectionSchema read = engine.control().schema(DOCS);
    assertThat(read.attributes())
        .containsEntry("qdrant-shard-key-sizes", attributes.get("qdrant-shard-key-sizes"));
    server.collection("docs").shards.getFirst().state = "Partial";
    assertThat(engine.control().schema(DOCS).attributes().get("qdrant-shard-keys"))
        .isEqualTo("[\"large\",\"small\"]");
  }

  @Test
  void a_collection_whose_shard_keys_are_still_to_come_stays_one() throws Exception {
    create(Map.of("qdrant-params", "{\"shard_number\":1,\"sharding_method\":\"custom\"}"));
    assertThat(server.collection("docs").custom()).isTrue();
    CollectionSchema read = engine.control().schema(DOCS);
    engine.control().drop(DOCS);
    engine.control().create(read);
    assertThat(server.collection("docs").custom()).isTrue();
    assertThat(engine.control().schema(DOCS)).isEqualTo(read);
    assertThat(engine.control().count(DOCS, "")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/clip", "a:b", "\u001F", "%", "\u00e9", "\u756a", "a b.c"})
  void vectors_are_named_as_a_server_of_today_wants_it(String name) {
    String longest = name.repeat(200 / name.getBytes(StandardCharsets.UTF_8).length);
    assertThat(name.matches(VectorNames.GRAMMAR)).isEqualTo(VectorNames.isTaken(name));
    assertThat(longest.matches(VectorNames.GRAMMAR)).isEqualTo(VectorNames.isTaken(name));
    assertThat((longest + name).matches(VectorNames.GRAMMAR)).isFalse();
    assertThat(VectorNames.isTaken(longest + name)).isFalse();
  }

  @Test
  void a_vector_of_an_older_server_is_refused_by_name_before_anything_is_made() throws Exception {
    CollectionSchema odd =
        new CollectionSchema(
            DOCS,
            RecordLayout.dense(new VectorField("text/clip", ElementType.F32, 8, false)),
            "integer|uuid",
            List.of(new VectorIndex("text/clip", "hnsw", VectorIndex.Metric.COSINE, Map.of())),
            List.of(""),
            List.of(),
            Map.of());
    DrillbookException refusal =
        catchThrowableOfType(DrillbookException.class, () -> engine.control().create(odd));
    assertThat(refusal.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(refusal).hasMessageContaining("no vector 'text/clip' from 1.18 on");
    assertThat(engine.control().collections()).isEmpty();
    server.version("1.17.1");
    engine.control().create(odd);
    assertThat(engine.control().schema(DOCS).layout()).isEqualTo(odd.layout());
  }

  private static RecordBatch batch(boolean withPayload) throws Exception {
    RecordBatch batch = new RecordBatch(LAYOUT);
    for (int i = 0; i < 30; i++) {
      batch.ids().add(RecordId.of(i));
      batch.vectors().getFirst().add(new float[] {i, 1, 2, 3, 4, 5, 6, 7}, 0, 8);
      if (withPayload) {
        batch.payloads().add(Payload.encode(Map.of("label", "old")));
      }
      batch.endRecord();
    }
    return batch;
  }

  private IndexState state() throws Exception {
    return engine.control().indexState(engine.control().schema(DOCS));
  }

  private int ranges(SeenRecords seen) throws Exception {
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(engine.control().schema(DOCS)), notes)) {
      for (var range : capture.token().ranges()) {
        engine.records().read(capture.token(), range, "", notes, (batch, c) -> seen.add(batch));
      }
      return capture.token().ranges().size();
    }
  }

  private void create(Map<String, String> attributes) throws Exception {
    create(attributes, "");
  }

  private void create(Map<String, String> attributes, String... tenants) throws Exception {
    engine
        .control()
        .create(
            new CollectionSchema(
                DOCS,
                LAYOUT,
                "integer|uuid",
                List.of(
                    new VectorIndex("embedding", "hnsw", VectorIndex.Metric.EUCLIDEAN, Map.of())),
                List.of(tenants),
                List.of(),
                attributes));
  }

  private void write(RecordBatch batch) throws Exception {
    try (RecordWriter writer = engine.records().writer(engine.control().schema(DOCS), "")) {
      writer.write(batch);
    }
  }
}
