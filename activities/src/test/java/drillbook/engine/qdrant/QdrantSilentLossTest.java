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
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.record.ElementType;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Losses that Qdrant does not report, as they were seen on a real server, made on our fake of one.
 * What snapshots do to a collection is done to it past the API: here is what its records tell.
 */
final class QdrantSilentLossTest {
  private static final CollectionName DOCS = new CollectionName(List.of(), "docs");
  private static final CollectionName CURRENT = new CollectionName(List.of(), "current");

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
  void sl_18_a_recovered_collection_without_data_is_found_by_exact_counts() throws Exception {
    filled("ten-a", "ten-b");
    assertThat(count("ten-a")).isEqualTo(50);
    String whole = digest("ten-a");
    server.empty("docs");
    assertThat(green()).as("what the server says").isEqualTo(new IndexState.Ready());
    assertThat(count("ten-a")).isZero();
    assertThat(digest("ten-a")).isNotEqualTo(whole);
  }

  @Test
  void sl_18_shard_keys_are_made_first_and_in_the_order_of_their_shards() throws Exception {
    filled("zebra", "ant", "mule");
    List<Object> made = shardKeys();
    assertThat(made).containsExactly("ant", "mule", "zebra");
    CollectionSchema read = engine.control().schema(DOCS);
    engine.control().drop(DOCS);
    engine
        .control()
        .create(
            new CollectionSchema(
                DOCS,
                read.layout(),
                read.idType(),
                read.indexes(),
                read.tenants(),
                List.of(),
                withShardKeys(read, "[\"mule\",12,\"zebra\",\"ant\"]", "12")));
    assertThat(shardKeys())
        .as("another order than that of names")
        .containsExactly("mule", "zebra", "ant");
    assertThat(engine.control().schema(DOCS).tenants()).containsExactly("ant", "mule", "zebra");
  }

  @Test
  void sl_19_swapped_tenants_are_found_by_digests_though_all_counts_agree() throws Exception {
    filled("ten-a", "ten-b");
    String first = digest("ten-a");
    String second = digest("ten-b");
    server.swapTenants("docs", "ten-a", "ten-b");
    assertThat(count("ten-a")).isEqualTo(50);
    assertThat(count("ten-b")).isEqualTo(50);
    assertThat(green()).isEqualTo(new IndexState.Ready());
    assertThat(digest("ten-a")).isEqualTo(second).isNotEqualTo(first);
    assertThat(digest("ten-b")).isEqualTo(first);
  }

  @Test
  void sl_20_one_peers_share_is_found_by_the_exact_count_over_the_cluster() throws Exception {
    engine.control().create(schema(CollectionSchema.NO_TENANT));
    write(CollectionSchema.NO_TENANT, 0, 1000);
    for (int i = 0; green() instanceof IndexState.Building && i < 20; i++) {
      assertThat(count(CollectionSchema.NO_TENANT)).isEqualTo(1000);
    }
    String whole = digest(CollectionSchema.NO_TENANT);
    server.keepOnly("docs", 2);
    assertThat(green()).as("what the server says").isEqualTo(new IndexState.Ready());
    assertThat(count(CollectionSchema.NO_TENANT)).isBetween(200L, 500L);
    assertThat(digest(CollectionSchema.NO_TENANT)).isNotEqualTo(whole);
  }

  @Test
  void sl_23_nothing_is_written_through_an_alias() throws Exception {
    filled("ten-a", "ten-b");
    engine.control().pointAlias(new Alias(CURRENT, DOCS));
    String before = digest("ten-a");
    CollectionSchema aliased = engine.control().schema(DOCS).named(CURRENT);
    for (DrillbookException refusal :
        List.of(
            refusal(() -> engine.control().create(aliased)),
            refusal(() -> engine.control().drop(CURRENT)),
            refusal(() -> engine.records().writer(aliased, "ten-a").close()))) {
      assertThat(refusal.kind()).isEqualTo(FailureKind.CONFLICT);
      assertThat(refusal).hasMessageContaining("current is an alias of the collection docs");
      assertThat(refusal.hint()).startsWith("Nothing was written");
    }
    assertThat(digest("ten-a")).isEqualTo(before);
    assertThat(engine.control().aliases()).containsExactly(new Alias(CURRENT, DOCS));
  }

  @Test
  void sl_23_the_server_itself_would_have_written() throws Exception {
    filled("ten-a", "ten-b");
    engine.control().pointAlias(new Alias(CURRENT, DOCS));
    TestingPoints.delete(server.url(), DOCS, "ten-a", List.of(RecordId.of("ten-a-7")));
    long left = count("ten-a");
    assertThat(TestingPoints.deleteThrough(server.url(), "current", DOCS, "ten-a", "ten-a-8"))
        .isEqualTo("completed");
    assertThat(count("ten-a")).as("gone from the collection behind").isEqualTo(left - 1);
  }

  @Test
  void sl_24_aliases_are_part_of_the_schema_and_go_with_the_collection() throws Exception {
    filled("ten-a", "ten-b");
    engine.control().pointAlias(new Alias(CURRENT, DOCS));
    CollectionSchema captured = engine.control().schema(DOCS);
    assertThat(captured.aliases()).containsExactly("current");
    engine.control().drop(DOCS);
    engine.control().create(captured);
    assertThat(engine.control().schema(DOCS).aliases()).as("the server forgets them").isEmpty();
    engine.control().pointAlias(new Alias(CURRENT, DOCS));
    assertThat(engine.control().schema(DOCS)).isEqualTo(captured);
  }

  private static Map<String, String> withShardKeys(
      CollectionSchema read, String keys, String withoutTenant) {
    assertThat(read.tenants()).doesNotContain(withoutTenant);
    Map<String, String> attributes = new java.util.HashMap<>(read.attributes());
    attributes.put("qdrant-shard-keys", keys);
    return attributes;
  }

  private List<Object> shardKeys() {
    return server.collection("docs").shardKeys().stream()
        .map(key -> key instanceof Map<?, ?> map ? map.get("key") : key)
        .map(Object.class::cast)
        .toList();
  }

  private IndexState green() throws Exception {
    return engine.control().indexState(engine.control().schema(DOCS));
  }

  private long count(String tenant) throws Exception {
    return engine.control().count(DOCS, tenant);
  }

  private void filled(String... tenants) throws Exception {
    engine.control().create(schema(tenants));
    for (String tenant : tenants) {
      write(tenant, 0, 50);
    }
  }

  private static CollectionSchema schema(String... tenants) {
    return new CollectionSchema(
        DOCS,
        RecordLayout.dense(new VectorField("embedding", ElementType.F32, 8, false)),
        "text",
        List.of(new VectorIndex("embedding", "hnsw", VectorIndex.Metric.COSINE, Map.of())),
        List.of(tenants),
        List.of(),
        Map.of("qdrant-params", "{\"shard_number\":" + (tenants[0].isEmpty() ? 4 : 1) + "}"));
  }

  private void write(String tenant, int from, int count) throws Exception {
    CollectionSchema schema = engine.control().schema(DOCS);
    try (RecordWriter writer = engine.records().writer(schema, tenant)) {
      writer.write(
          SampleRecords.records(schema.layout(), from, count, i -> RecordId.of(tenant + "-" + i)));
    }
  }

  private String digest(String tenant) throws Exception {
    CollectionSchema schema = engine.control().schema(DOCS);
    RecordHasher hasher = new RecordHasher(schema.layout());
    MultisetSum sum = MultisetSum.empty();
    byte[] id = new byte[RecordHasher.HASH_BYTES];
    byte[] content = new byte[RecordHasher.HASH_BYTES];
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        if (range.tenant().equals(tenant)) {
          engine
              .records()
              .read(
                  capture.token(),
                  range,
                  "",
                  notes,
                  (batch, cursor) -> {
                    for (int row = 0; row < batch.size(); row++) {
                      hasher.hash(batch, row, id, content);
                      sum.add(content);
                    }
                  });
        }
      }
    }
    return sum.hex();
  }

  private static DrillbookException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(DrillbookException.class, call);
  }
}
