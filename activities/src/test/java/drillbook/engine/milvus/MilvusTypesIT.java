package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.SeenRecords;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import io.milvus.grpc.InsertRequest;
import io.milvus.grpc.MutationResult;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Collections as users of Milvus make them, read and made again field by field. */
class MilvusTypesIT {
  private static final String SCALARS =
      """
      {"description":"what users keep","enableDynamicField":true,"fields":[
        {"name":"key","isPrimaryKey":true,"dataType":"VarChar",
         "typeParams":[{"key":"max_length","value":"100"}]},
        {"name":"vector","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]},
        {"name":"truth","dataType":"Bool"},
        {"name":"tiny","dataType":"Int8"},
        {"name":"small","dataType":"Int16"},
        {"name":"middle","dataType":"Int32"},
        {"name":"large","dataType":"Int64","description":"a count"},
        {"name":"single","dataType":"Float"},
        {"name":"precise","dataType":"Double"},
        {"name":"words","dataType":"VarChar","typeParams":[{"key":"max_length","value":"200"}]},
        {"name":"json","dataType":"JSON"},
        {"name":"numbers","dataType":"Array","elementType":"Int64",
         "typeParams":[{"key":"max_capacity","value":"10"}]}]}
      """;

  private static final String AUTO =
      """
      {"autoID":true,"fields":[
        {"name":"id","isPrimaryKey":true,"autoID":true,"dataType":"Int64"},
        {"name":"vector","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]}]}
      """;

  private static final String BY_KEY =
      """
      {"fields":[
        {"name":"id","isPrimaryKey":true,"dataType":"Int64"},
        {"name":"customer","isPartitionKey":true,"dataType":"VarChar",
         "typeParams":[{"key":"max_length","value":"100"}]},
        {"name":"vector","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]}]}
      """;

  private final List<CollectionName> created = new ArrayList<>();
  private final List<MilvusEngine> engines = new ArrayList<>();

  @AfterEach
  void drop() throws Exception {
    for (MilvusEngine engine : engines) {
      for (CollectionName name : created) {
        engine.control().drop(name);
      }
      engine.close();
    }
  }

  @Test
  void every_type_of_a_field_is_read_and_made_again_with_its_indexes() throws Exception {
    MilvusEngine engine = open(RealServers.milvus().url(), "2.3");
    MilvusSchema.Settings settings =
        new MilvusSchema.Settings(
            2, "Session", 0, true, Map.of("collection.ttl.seconds", "864000"));
    CollectionSchema users = TestingMilvus.own(name("scalars"), SCALARS, settings);
    CollectionSchema indexed =
        with(
            users,
            """
            [{"field":"vector","name":"near","type":"IVF_FLAT","metric":"IP","parameters":{"nlist":"4"}},
             {"field":"words","name":"by_word","type":"Trie","metric":"","parameters":{}},
             {"field":"large","name":"by_count","type":"STL_SORT","metric":"","parameters":{}}]
            """,
            "ivf_flat");
    engine.control().create(indexed);
    RecordBatch batch = new RecordBatch(users.layout());
    for (int i = 0; i < 50; i++) {
      batch.ids().add(RecordId.of("k" + i));
      batch.vectors().getFirst().add(new float[] {i, -0.0f}, 0, 2);
      batch.payloads().add(Payload.encode(payload(i)));
      batch.endRecord();
    }
    SeenRecords written = write(engine, users, batch);
    build(engine, indexed);

    CollectionSchema live = engine.control().schema(users.name());
    assertThat(live.indexes()).isEqualTo(indexed.indexes());
    assertThat(live.attributes().get(MilvusIndexes.ATTRIBUTE))
        .contains("by_word", "by_count", "STL_SORT");
    assertThat(live.attributes().get(MilvusSchema.SETTINGS))
        .contains("\"shards\":2", "Session", "864000", "\"loaded\":true");
    assertThat(live.attributes().get(MilvusSchema.ATTRIBUTE))
        .contains("what users keep", "a count");
    capture(engine, live).requireSame(written);

    CollectionSchema again = live.named(name("again"));
    engine.control().create(again);
    assertThat(write(engine, again, batch).size()).isEqualTo(50);
    build(engine, again);
    assertThat(engine.control().schema(again.name()).named(live.name()))
        .isEqualTo(live.named(live.name()));
    capture(engine, engine.control().schema(again.name())).requireSame(written);
  }

  @Test
  void ids_that_milvus_made_are_kept_and_no_longer_made() throws Exception {
    MilvusEngine engine = open(RealServers.milvus().url(), "2.3");
    CollectionSchema users = TestingMilvus.own(name("auto"), AUTO, MilvusSchema.Settings.DEFAULT);
    try (MilvusRpc rpc =
        new MilvusRpc(URI.create(RealServers.milvus().url()), SecretReference.NONE)) {
      rpc.run(
          "create",
          "default",
          FailureKind.INTERNAL,
          stub -> stub.createCollection(MilvusSchema.request(users, true)));
      insertWithoutIds(rpc, users);
    }
    CollectionSchema live = engine.control().schema(users.name());
    assertThat(live.attributes().get(MilvusSchema.ATTRIBUTE)).contains("autoID");
    assertThat(engine.control().requirements().toString()).contains("milvus makes them (autoID)");
    RecordBatch kept = new RecordBatch(live.layout());
    SeenRecords source = capture(engine, live, kept);
    assertThat(source.size()).isEqualTo(3);

    CollectionSchema copy = live.named(name("kept"));
    engine.control().create(copy);
    write(engine, copy, kept);
    CollectionSchema restored = engine.control().schema(copy.name());
    capture(engine, restored).requireSame(source);
    assertThat(restored.attributes().get(MilvusSchema.ATTRIBUTE)).doesNotContain("autoID");
    assertThat(restored.attributes().get(MilvusSchema.SETTINGS)).contains("autoId");
  }

  @Test
  void records_that_a_partition_key_spreads_are_one_tenant() throws Exception {
    MilvusEngine engine = open(RealServers.milvus().url(), "2.3");
    CollectionSchema users =
        TestingMilvus.own(
            name("by_key"), BY_KEY, new MilvusSchema.Settings(1, "Strong", 4, true, Map.of()));
    engine.control().create(users);
    RecordBatch batch = new RecordBatch(users.layout());
    for (long i = 0; i < 30; i++) {
      batch.ids().add(RecordId.of(i));
      batch.vectors().getFirst().add(new float[] {i, 1}, 0, 2);
      batch.payloads().add(Payload.encode(Map.of("customer", "c" + i % 7)));
      batch.endRecord();
    }
    SeenRecords written = write(engine, users, batch);
    CollectionSchema live = engine.control().schema(users.name());
    assertThat(live.tenants()).containsExactly("");
    assertThat(live.attributes().get(MilvusSchema.SETTINGS)).contains("\"partitions\":4");
    assertThat(engine.control().count(users.name(), "")).isEqualTo(30);
    capture(engine, live).requireSame(written);
  }

  @Test
  void a_collection_of_sparse_vectors_alone_and_one_of_several_are_held_by_lite() throws Exception {
    MilvusEngine engine = open(RealServers.milvusLite().url(), "lite");
    SparseField words = new SparseField("words", ElementType.F32, 0);
    RecordLayout several =
        new RecordLayout(
            List.of(
                new VectorField("title", ElementType.F32, 3, false),
                new VectorField("body", ElementType.F32, 5, false)),
            List.of(words));
    for (RecordLayout layout : List.of(new RecordLayout(List.of(), List.of(words)), several)) {
      CollectionSchema schema =
          new CollectionSchema(
              name("sparse"), layout, "text", List.of(), List.of(""), List.of(), Map.of());
      engine.control().create(schema);
      RecordBatch batch = new RecordBatch(layout);
      for (int i = 1; i < 20; i++) {
        batch.ids().add(RecordId.of("s" + i));
        layout
            .vectors()
            .forEach(field ->
                batch
                    .vectors()
                    .get(layout.vectors().indexOf(field))
                    .add(new float[field.dimension()], 0, field.dimension()));
        batch.sparse().getFirst().add(bits(i, 70_000), bits(Float.floatToRawIntBits(0.1f * i), 1));
        batch.endRecord();
      }
      SeenRecords written = write(engine, schema, batch);
      CollectionSchema live = engine.control().schema(schema.name());
      assertThat(live.layout()).isEqualTo(layout);
      capture(engine, live).requireSame(written);
    }
  }

  private static Map<String, @Nullable Object> payload(int i) {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("truth", i % 2 == 0);
    payload.put("tiny", -128L + i);
    payload.put("small", 32_767L - i);
    payload.put("middle", (long) Integer.MIN_VALUE + i);
    payload.put("large", Long.MAX_VALUE - i);
    payload.put("single", (double) 0.1f);
    payload.put("precise", 0.1 + i);
    payload.put("words", i == 0 ? "" : "naïve 😀 \"" + i);
    payload.put("json", Map.of("a", List.of(1L, 2.0, "x"), "b", Map.of()));
    payload.put("numbers", i == 0 ? List.of() : List.of(1L, (long) i));
    payload.put("free", "dynamic " + i);
    if (i % 3 == 0) {
      payload.put("free number", (1L << 53) + 1);
    }
    return payload;
  }

  private static byte[] bits(int first, int second) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(first)
        .putInt(second)
        .array();
  }

  private static CollectionSchema with(CollectionSchema schema, String indexes, String kind) {
    Map<String, String> attributes = new LinkedHashMap<>(schema.attributes());
    attributes.put(MilvusIndexes.ATTRIBUTE, indexes);
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        List.of(
            new drillbook.engine.VectorIndex(
                "vector",
                kind,
                drillbook.engine.VectorIndex.Metric.INNER_PRODUCT,
                Map.of("nlist", "4"))),
        schema.tenants(),
        schema.aliases(),
        attributes);
  }

  private static void build(MilvusEngine engine, CollectionSchema schema) throws Exception {
    engine.control().buildIndexes(schema);
    IndexState state = engine.control().indexState(schema);
    for (int i = 0; i < 240 && state instanceof IndexState.Building; i++) {
      Thread.sleep(250);
      state = engine.control().indexState(schema);
    }
    assertThat(state).isEqualTo(new IndexState.Ready());
  }

  private static void insertWithoutIds(MilvusRpc rpc, CollectionSchema schema) throws Exception {
    MilvusShape shape = new MilvusCatalog(rpc).describe(schema.name());
    MilvusRows rows = new MilvusRows(shape);
    RecordBatch batch = new RecordBatch(schema.layout());
    for (int i = 0; i < 3; i++) {
      batch.ids().add(RecordId.of((long) i));
      batch.vectors().getFirst().add(new float[] {i, 1}, 0, 2);
      batch.endRecord();
      rows.addPayload(ByteString.copyFromUtf8("{}"), List.of());
      rows.addVectors(batch, i);
      rows.end(new MilvusKeys.Key("", i, false), 8);
    }
    rpc.call(
        "insert",
        "default",
        stub ->
            stub.insert(
                InsertRequest.newBuilder()
                    .setCollectionName(schema.name().name())
                    .addAllFieldsData(rows.columns().subList(1, rows.columns().size()))
                    .setNumRows(3)
                    .build()),
        MutationResult::getStatus);
  }

  private MilvusEngine open(String url, String line) throws Exception {
    MilvusEngine engine = TestingMilvus.open(url, line);
    engines.add(engine);
    return engine;
  }

  private CollectionName name(String hint) {
    CollectionName name = TestingMilvus.newName(hint);
    created.add(name);
    return name;
  }

  private static SeenRecords write(MilvusEngine engine, CollectionSchema schema, RecordBatch batch)
      throws Exception {
    try (var writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
    SeenRecords written = new SeenRecords();
    written.add(batch);
    return written;
  }

  private static SeenRecords capture(MilvusEngine engine, CollectionSchema schema)
      throws Exception {
    return capture(engine, schema, new RecordBatch(schema.layout()));
  }

  private static SeenRecords capture(MilvusEngine engine, CollectionSchema schema, RecordBatch copy)
      throws Exception {
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    try (var capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  seen.add(batch);
                  for (int i = 0; i < batch.size(); i++) {
                    copy.append(batch, i);
                  }
                });
      }
    }
    return seen;
  }
}
