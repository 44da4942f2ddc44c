package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.VectorIndex;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.LoadPartitionsRequest;
import io.milvus.grpc.LoadState;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is loaded for a question, and what of it stays. */
class MilvusLoadsIT {
  private static final List<String> NONE = List.of();

  @Test
  void partitions_that_users_did_not_load_are_read_and_released_again() throws Exception {
    String url = RealServers.milvus().url();
    CollectionSchema schema =
        new CollectionSchema(
            TestingMilvus.newName("partly"),
            RecordLayout.dense(new VectorField("v", ElementType.F32, 2, false)),
            "text",
            List.of(new VectorIndex("v", "flat", VectorIndex.Metric.EUCLIDEAN, Map.of())),
            List.of("", "loaded", "unloaded"),
            List.of(),
            Map.of());
    CollectionName name = schema.name();
    try (MilvusEngine engine = TestingMilvus.open(url, "2.3");
        MilvusRpc rpc = new MilvusRpc(URI.create(url), SecretReference.NONE)) {
      engine.control().create(schema);
      for (String tenant : schema.tenants()) {
        engine.records().writer(schema, tenant).write(record(schema, tenant + "!"));
      }
      MilvusCatalog catalog = new MilvusCatalog(rpc);
      MilvusLoads look = new MilvusLoads(rpc, catalog);
      engine.control().buildIndexes(schema);
      look.release(name);
      rpc.run(
          "load",
          "default",
          FailureKind.INTERNAL,
          stub ->
              stub.loadPartitions(
                  LoadPartitionsRequest.newBuilder()
                      .setCollectionName(name.name())
                      .addPartitionNames("loaded")
                      .build()));
      look.require(catalog.describe(name), List.of("loaded"));
      assertThat(look.state(name, NONE)).isEqualTo(LoadState.LoadStateLoaded);
      assertThat(look.state(name, List.of("unloaded"))).isEqualTo(LoadState.LoadStateNotLoad);

      try (MilvusEngine reader = TestingMilvus.open(url, "2.3")) {
        assertThat(reader.control().count(name, "unloaded")).isEqualTo(1);
        CollectionSchema live = reader.control().schema(name);
        assertThat(live.tenants()).containsExactlyInAnyOrder("", "loaded", "unloaded");
        assertThat(capture(reader, live))
            .isEqualTo(Map.of("", "!", "loaded", "loaded!", "unloaded", "unloaded!"));
        assertThat(look.state(name, List.of("unloaded"))).isEqualTo(LoadState.LoadStateLoaded);
      }
      assertThat(look.state(name, List.of("unloaded"))).isEqualTo(LoadState.LoadStateNotLoad);
      assertThat(look.state(name, List.of(MilvusCatalog.DEFAULT_PARTITION)))
          .isEqualTo(LoadState.LoadStateNotLoad);
      assertThat(look.state(name, List.of("loaded"))).isEqualTo(LoadState.LoadStateLoaded);
      engine.control().drop(name);
    }
  }

  @Test
  void milvus_lite_gets_no_index_that_nobody_asked_for() throws Exception {
    String url = RealServers.milvusLite().url();
    CollectionSchema schema = several("some");
    CollectionName name = schema.name();
    try (MilvusEngine engine = TestingMilvus.open(url, "lite");
        MilvusRpc rpc = new MilvusRpc(URI.create(url), SecretReference.NONE)) {
      engine.control().create(schema);
      engine.records().writer(schema, "").write(record(schema, "one"));
      engine.control().buildIndexes(schema);
      assertThat(engine.control().indexState(schema)).isEqualTo(new IndexState.Ready());
      MilvusCatalog catalog = new MilvusCatalog(rpc);
      new MilvusLoads(rpc, catalog).release(name);
      try (MilvusEngine reader = TestingMilvus.open(url, "lite")) {
        assertThat(capture(reader, reader.control().schema(name))).isEqualTo(Map.of("", "one"));
      }
      assertThat(indexed(catalog, name)).isEqualTo(Map.of("b", "b"));
      engine.control().drop(name);
    }
  }

  /** Returns a schema of three vectors of which one has an index. */
  private static CollectionSchema several(String hint) {
    return new CollectionSchema(
        TestingMilvus.newName(hint),
        new RecordLayout(
            List.of(
                new VectorField("a", ElementType.F32, 2, false),
                new VectorField("b", ElementType.F32, 3, false)),
            List.of(new SparseField("s", ElementType.F32, 0))),
        "text",
        List.of(new VectorIndex("b", "flat", VectorIndex.Metric.INNER_PRODUCT, Map.of())),
        List.of(""),
        List.of(),
        Map.of());
  }

  private static RecordBatch record(CollectionSchema schema, String id) {
    RecordBatch batch = new RecordBatch(schema.layout());
    batch.ids().add(RecordId.of(id));
    batch
        .vectors()
        .forEach(column ->
            column.add(new float[column.field().dimension()], 0, column.field().dimension()));
    batch.endRecord();
    return batch;
  }

  private static Map<String, String> indexed(MilvusCatalog catalog, CollectionName name)
      throws Exception {
    Map<String, String> names = new TreeMap<>();
    for (IndexDescription index : catalog.indexes(name)) {
      names.put(index.getFieldName(), index.getIndexName());
    }
    return names;
  }

  /** Returns the ids of a collection's records by tenant. */
  private static Map<String, String> capture(MilvusEngine engine, CollectionSchema schema)
      throws Exception {
    Map<String, String> ids = new TreeMap<>();
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
                    ids.merge(
                        range.tenant(), RecordId.print(batch.ids().get(i)), (a, b) -> a + " " + b);
                  }
                });
      }
    }
    return ids;
  }
}
