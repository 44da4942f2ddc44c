package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Capture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.OwnTrait;
import drillbook.engine.SampleRecords;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How indexes come, are searched, and go. */
class PineconeControlTest extends PineconeFixture {
  @Test
  void an_index_that_does_not_become_ready_is_taken_back() throws Exception {
    CollectionSchema schema = schema(DENSE, Metric.COSINE);
    neverReady(schema);
    try (Engine hasty = hasty()) {
      assertThat(requireFailure(FailureKind.UNAVAILABLE, () -> hasty.control().create(schema)))
          .hasMessageContaining("Initializing");
    }
    assertThat(engine.control().collections()).doesNotContain(schema.name());
  }

  @Test
  void an_interrupt_takes_back_what_was_being_made() throws Exception {
    CollectionSchema schema = schema(DENSE, Metric.COSINE);
    neverReady(schema);
    FutureTask<Boolean> creation =
        new FutureTask<>(() -> {
          engine.control().create(schema);
          return true;
        });
    Thread caller = Thread.ofPlatform().daemon().start(creation);
    while (pinecone.exchanges().stream().noneMatch(each -> each.method().equals("GET"))) {
      Thread.sleep(5);
    }
    caller.interrupt();
    caller.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(caller.isAlive()).isFalse();
    assertThat(engine.control().collections()).doesNotContain(schema.name());
  }

  private void neverReady(CollectionSchema schema) {
    for (int i = 0; i < 40; i++) {
      pinecone.next(
          "GET /indexes/" + schema.name(),
          200,
          TestingPlane.json(
              Map.of(
                  "name",
                  schema.name().name(),
                  "metric",
                  "cosine",
                  "dimension",
                  DIMENSION,
                  "vector_type",
                  "dense",
                  "spec",
                  Map.of("serverless", Map.of()),
                  "host",
                  "",
                  "status",
                  Map.of("ready", false, "state", "Initializing"))));
    }
  }

  private Engine hasty() throws Exception {
    return new PineconeEngine(
        new EngineAddress("pinecone", URI.create(pinecone.url()), pinecone.credential(), Map.of()),
        InstantSource.fixed(TestingPinecone.NOW),
        Duration.ofMillis(200),
        Duration.ofSeconds(5));
  }

  @Test
  void a_name_is_free_when_its_index_was_dropped() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 20));
    assertThat(engine.control().drop(schema.name())).isTrue();
    assertThat(engine.control().collections()).doesNotContain(schema.name());
    engine.control().create(schema);
    assertThat(engine.control().count(schema.name(), "")).isZero();
  }

  @Test
  void an_index_that_is_going_is_not_there() throws Exception {
    CollectionSchema schema = dense();
    pinecone.index(schema.name()).end(1_000);
    assertThat(engine.control().collections()).doesNotContain(schema.name());
    requireFailure(FailureKind.NOT_FOUND, () -> engine.control().schema(schema.name()));
    assertThat(engine.control().drop(schema.name())).isFalse();
    assertThat(engine.control().requirements())
        .noneMatch(each -> each.subject().contains(schema.name().name()));
  }

  @Test
  void states_of_an_index_are_ready_building_or_broken() throws Exception {
    CollectionSchema schema = dense();
    assertThat(engine.control().indexState(schema)).isEqualTo(new IndexState.Ready());
    for (String state : List.of("ScalingUp", "Initializing", "Disabled", "InitializationFailed")) {
      pinecone.next(
          "GET /indexes/",
          200,
          TestingPlane.json(
              Map.of(
                  "name",
                  schema.name().name(),
                  "metric",
                  "euclidean",
                  "dimension",
                  DIMENSION,
                  "host",
                  "127.0.0.1:1",
                  "status",
                  Map.of("ready", false, "state", state))));
      assertThat(engine.control().indexState(schema))
          .isInstanceOf(
              state.startsWith("Sc") || state.equals("Initializing")
                  ? IndexState.Building.class
                  : IndexState.Broken.class);
    }
  }

  private static final Map<String, Object> DEDICATED =
      Map.of(
          "mode",
          "Dedicated",
          "dedicated",
          Map.of(
              "node_type",
              "t1",
              "scaling",
              "Manual",
              "manual",
              Map.of("shards", 1, "replicas", 1)));

  private CollectionSchema dedicated() throws Exception {
    return engine
        .control()
        .schema(
            made(
                Map.of(
                    "dimension",
                    DIMENSION,
                    "metric",
                    "cosine",
                    "spec",
                    Map.of(
                        "serverless",
                        Map.of(
                            "cloud", "aws", "region", "us-east-1", "read_capacity", DEDICATED)))));
  }

  @Test
  void dedicated_nodes_are_waited_for_after_the_index_says_ready() throws Exception {
    CollectionSchema schema = dedicated();
    assertThat(engine.control().indexState(schema))
        .isEqualTo(new IndexState.Building("pinecone says that its read capacity is Migrating"));
    pinecone.index(schema.name()).capacity("Scaling");
    assertThat(engine.control().indexState(schema)).isInstanceOf(IndexState.Building.class);
    pinecone.index(schema.name()).capacity("Error");
    assertThat(engine.control().indexState(schema))
        .isEqualTo(
            new IndexState.Broken("pinecone says that its read capacity is Error: too few shards"));
    pinecone.index(schema.name()).capacity("Ready");
    assertThat(engine.control().indexState(schema)).isEqualTo(new IndexState.Ready());
  }

  @Test
  void a_drill_provisions_no_nodes_and_a_restore_those_that_there_were() throws Exception {
    CollectionSchema schema = dedicated();
    CollectionSchema drill =
        created(schema.named(new CollectionName(List.of(), "drill-" + schema.name().name())));
    assertThat(drill.attributes().get("spec")).contains("OnDemand").doesNotContain("Dedicated");
    CollectionSchema restored = created(schema.named(TestingPinecone.newName("restored")));
    assertThat(restored.attributes()).isEqualTo(schema.attributes());
    assertThat(PineconeSchema.own(schema))
        .extracting(OwnTrait::subject)
        .contains("dedicated read nodes");
  }

  @Test
  void an_index_with_all_its_tags_comes_back_and_is_drilled() throws Exception {
    CollectionSchema schema = tagged(20, Metric.COSINE);
    CollectionSchema restored = created(schema.named(TestingPinecone.newName("restored")));
    assertThat(restored.attributes()).isEqualTo(schema.attributes());
    CollectionSchema drill =
        created(schema.named(new CollectionName(List.of(), "drill-" + schema.name().name())));
    assertThat(drill.attributes()).isEqualTo(schema.attributes());
    assertThat(engine.control().drop(drill.name())).isTrue();
  }

  @Test
  void tags_that_leave_no_room_for_what_pinecone_cannot_say_are_told() throws Exception {
    CollectionSchema schema = tagged(20, Metric.INNER_PRODUCT);
    CollectionSchema dense =
        new CollectionSchema(
            TestingPinecone.newName("dense"),
            DENSE,
            schema.idType(),
            List.of(new VectorIndex("", "hnsw", Metric.INNER_PRODUCT, Map.of())),
            schema.tenants(),
            List.of(),
            schema.attributes());
    assertThat(
            requireFailure(FailureKind.INCOMPATIBLE_TARGET, () -> engine.control().create(dense)))
        .hasMessageContaining("at most 20 tags")
        .hasMessageContaining("drillbook_layout");
  }

  private CollectionSchema tagged(int count, Metric metric) throws Exception {
    Map<String, Object> tags = new java.util.TreeMap<>();
    for (int i = 0; i < count; i++) {
      tags.put("tag" + i, "v");
    }
    return engine
        .control()
        .schema(
            made(
                Map.of(
                    "dimension",
                    DIMENSION,
                    "metric",
                    metric == Metric.COSINE ? "cosine" : "dotproduct",
                    "tags",
                    tags)));
  }

  @Test
  void neighbours_have_the_ids_that_were_written() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch =
        SampleRecords.records(
            DENSE, 100, 30, i -> i % 2 == 0 ? RecordId.of("é" + i) : RecordId.of("e" + i));
    write(schema, batch);
    ByteBuffer query = ByteBuffer.allocate(4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    query.put(batch.vectors().getFirst().bits().get(4));
    List<Neighbour> hits =
        engine
            .control()
            .nearest(new NearestQuery(schema.name(), "", "", query.array(), DIMENSION, 30, false));
    SeenRecords written = seen(batch);
    assertThat(hits).hasSize(30);
    assertThat(hits.getFirst().id()).isEqualTo(RecordId.of("é104"));
    assertThat(hits).isSortedAccordingTo((a, b) -> Double.compare(a.distance(), b.distance()));
    assertThat(hits.stream().map(Neighbour::id)).containsAll(written.ids());
  }

  @Test
  void batches_of_the_largest_records_are_bounded() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = new RecordBatch(DENSE);
    for (int i = 0; i < 300; i++) {
      batch.ids().add(RecordId.of("large" + i));
      batch.vectors().getFirst().add(vector(i), 0, DIMENSION);
      batch.documents().add("d".repeat(39_000).getBytes(StandardCharsets.UTF_8));
      batch.endRecord();
    }
    write(schema, batch);
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (var range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (read, cursor) -> {
                  assertThat(read.bytes()).isLessThan(2 << 20);
                  seen.add(read);
                });
      }
    }
    seen.requireSame(seen(batch));
  }
}
