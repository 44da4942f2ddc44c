package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.check.FindingCode;
import drillbook.engine.Alias;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryNotes;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import io.milvus.grpc.CreateAliasRequest;
import io.milvus.grpc.DropCollectionRequest;
import io.milvus.grpc.FlushRequest;
import io.milvus.grpc.FlushResponse;
import io.milvus.grpc.GetCollectionStatisticsRequest;
import io.milvus.grpc.GetCollectionStatisticsResponse;
import io.milvus.grpc.Status;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real Milvus loses without a word, and what Drillbook finds. */
class MilvusSilentLossIT {
  private static final String DATABASE = "default";

  private final List<CollectionName> created = new ArrayList<>();
  private MilvusEngine engine;
  private MilvusRpc rpc;

  @BeforeEach
  void open() throws Exception {
    String url = RealServers.milvus().url();
    engine = TestingMilvus.open(url, "2.3");
    rpc = new MilvusRpc(URI.create(url), SecretReference.NONE);
  }

  @AfterEach
  void drop() throws Exception {
    for (CollectionName name : created) {
      engine.control().drop(name);
    }
    engine.close();
    rpc.close();
  }

  @Test
  void sl_06_records_are_counted_where_statistics_ignore_the_unflushed_and_the_deleted()
      throws Exception {
    CollectionSchema schema = create("sl06", "text");
    RecordBatch batch = new RecordBatch(schema.layout());
    List<byte[]> ids = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      ids.add(RecordId.of("r" + i));
      add(batch, ids.getLast());
    }
    write(schema, batch);

    assertThat(statistics(schema.name())).as("what Milvus says of 2000 records").isZero();
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(2_000);

    flush(schema.name());
    TestingMilvus.delete(RealServers.milvus().url(), schema, "", ids.subList(0, 300));
    assertThat(statistics(schema.name())).as("what Milvus says of 1700").isEqualTo(2_000);
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(1_700);
    assertThat(captured(schema)).hasSize(1_700);
  }

  @Test
  void sl_07_an_alias_left_by_a_dropped_collection_is_missed_and_led_to_the_restored_one()
      throws Exception {
    CollectionSchema lost = create("sl07", "text");
    CollectionName alias = lost.name().named(lost.name().name() + "_alias");
    engine.control().pointAlias(new Alias(alias, lost.name()));
    CollectionSchema backedUp = engine.control().schema(lost.name());
    assertThat(backedUp.aliases()).containsExactly(alias.name());

    rpc.run(
        "drop",
        DATABASE,
        FailureKind.INTERNAL,
        stub ->
            stub.dropCollection(
                DropCollectionRequest.newBuilder().setCollectionName(lost.name().name()).build()));
    CollectionSchema restored = create("sl07_restored", "text");
    Status refusal =
        rpc.send(
            "alias",
            DATABASE,
            stub ->
                stub.createAlias(
                    CreateAliasRequest.newBuilder()
                        .setCollectionName(restored.name().name())
                        .setAlias(alias.name())
                        .build()));
    assertThat(refusal.getCode()).as("the name is taken").isEqualTo(MilvusFailures.ALIAS_EXISTS);
    assertThat(new MilvusCatalog(rpc).led(alias)).as("and found nowhere").isEmpty();

    assertThat(engine.control().schema(restored.name()).aliases())
        .as("the difference that a restore reports")
        .isNotEqualTo(backedUp.aliases());
    engine.control().pointAlias(new Alias(alias, restored.name()));
    assertThat(engine.control().schema(restored.name()).aliases()).containsExactly(alias.name());
    assertThat(engine.control().aliases()).contains(new Alias(alias, restored.name()));
  }

  @Test
  void an_alias_of_what_was_replaced_leads_to_its_successor() throws Exception {
    CollectionSchema live = create("live", "text");
    CollectionSchema fresh = create("fresh", "text");
    CollectionName aside = name("aside");
    CollectionName alias = live.name().named(live.name().name() + "_alias");
    engine.control().pointAlias(new Alias(alias, live.name()));
    engine.control().replace(live.name(), fresh.name(), aside);
    assertThat(engine.control().schema(live.name()).aliases()).containsExactly(alias.name());
    assertThat(engine.control().schema(aside).aliases()).isEmpty();
  }

  @Test
  void a_record_that_is_counted_and_never_handed_out_is_found() throws Exception {
    CollectionSchema schema = create("largest", "integer");
    engine.control().drop(schema.name());
    MilvusSchema.Settings settings = new MilvusSchema.Settings(1, "Strong", 0, true, Map.of());
    // A user's own collection has no field in which another key could be explained.
    CollectionSchema users =
        TestingMilvus.own(
            schema.name(),
            """
            {"fields":[
              {"name":"id","isPrimaryKey":true,"dataType":"Int64"},
              {"name":"v","dataType":"FloatVector","typeParams":[{"key":"dim","value":"2"}]}]}
            """,
            settings);
    engine.control().create(users);
    RecordBatch batch = new RecordBatch(users.layout());
    add(batch, RecordId.of(Long.MIN_VALUE));
    add(batch, RecordId.of(7L));
    add(batch, RecordId.of(Long.MAX_VALUE));
    write(users, batch);
    assertThat(engine.control().count(users.name(), "")).isEqualTo(3);
    DrillbookException failure =
        catchThrowableOfType(DrillbookException.class, () -> captured(users));
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(failure)
        .hasMessageContaining(FindingCode.ENGINE_READ_FAILED.toString())
        .hasMessageContaining(Long.toString(Long.MAX_VALUE));
  }

  @Test
  void what_an_old_server_would_take_and_not_know_is_refused_before_anything_is_written()
      throws Exception {
    try (MilvusEngine unaware = TestingMilvus.open(RealServers.milvus().url(), "2.4")) {
      VectorField dense = new VectorField("v", ElementType.F32, 2, false);
      VectorField half = new VectorField("h", ElementType.BF16, 2, false);
      for (RecordLayout layout :
          List.of(
              RecordLayout.dense(half),
              new RecordLayout(List.of(dense, half), List.of()),
              new RecordLayout(List.of(), List.of(new SparseField("s", ElementType.F32, 0))))) {
        CollectionSchema schema = schema(name("old"), layout, "text");
        DrillbookException failure =
            catchThrowableOfType(DrillbookException.class, () -> unaware.control().create(schema));
        assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
        assertThat(failure).hasMessageContaining("milvus 2.3 cannot hold it");
        assertThat(unaware.control().collections()).doesNotContain(schema.name());
      }
    }
  }

  @Test
  void a_vector_with_nan_is_refused_by_the_name_of_its_record() throws Exception {
    CollectionSchema schema = create("nan", "text");
    RecordBatch batch = new RecordBatch(schema.layout());
    batch.ids().add(RecordId.of("broken"));
    batch.vectors().getFirst().add(new float[] {1, Float.NaN}, 0, 2);
    batch.endRecord();
    DrillbookException failure =
        catchThrowableOfType(DrillbookException.class, () -> write(schema, batch));
    assertThat(failure.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(failure).hasMessageContaining("'broken'").hasMessageContaining("NaN");
  }

  private CollectionName name(String hint) {
    CollectionName name = TestingMilvus.newName(hint);
    created.add(name);
    return name;
  }

  private CollectionSchema create(String hint, String idType) throws Exception {
    CollectionSchema schema =
        schema(
            name(hint),
            RecordLayout.dense(new VectorField("v", ElementType.F32, 2, false)),
            idType);
    engine.control().create(schema);
    return engine.control().schema(schema.name());
  }

  private static CollectionSchema schema(CollectionName name, RecordLayout layout, String idType) {
    return new CollectionSchema(name, layout, idType, List.of(), List.of(""), List.of(), Map.of());
  }

  private static void add(RecordBatch batch, byte[] id) {
    batch.ids().add(id);
    batch.vectors().getFirst().add(new float[] {batch.size(), 1}, 0, 2);
    batch.endRecord();
  }

  private void write(CollectionSchema schema, RecordBatch batch) throws Exception {
    try (var writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
  }

  private Set<String> captured(CollectionSchema schema) throws Exception {
    Set<String> ids = new java.util.HashSet<>();
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
                  for (int i = 0; i < batch.size(); i++) {
                    ids.add(RecordId.print(batch.ids().get(i)));
                  }
                });
      }
    }
    return ids;
  }

  private long statistics(CollectionName name) throws Exception {
    GetCollectionStatisticsResponse answer =
        rpc.call(
            "statistics",
            DATABASE,
            stub ->
                stub.getCollectionStatistics(
                    GetCollectionStatisticsRequest.newBuilder()
                        .setCollectionName(name.name())
                        .build()),
            GetCollectionStatisticsResponse::getStatus);
    Optional<String> rows = MilvusShape.value(answer.getStatsList(), "row_count");
    return Long.parseLong(rows.orElseThrow());
  }

  private void flush(CollectionName name) throws Exception {
    rpc.call(
        "flush",
        DATABASE,
        stub -> stub.flush(FlushRequest.newBuilder().addCollectionNames(name.name()).build()),
        FlushResponse::getStatus);
    while (statistics(name) == 0) {
      Thread.sleep(100);
    }
  }
}
