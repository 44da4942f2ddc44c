package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineFixture;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.secret.SecretReference;
import io.milvus.grpc.DataType;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.FloatArray;
import io.milvus.grpc.InsertRequest;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.SparseFloatArray;
import io.milvus.grpc.StringArray;
import io.milvus.grpc.VectorField;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Collections that users made past the adapter, in shapes that it would not have chosen. */
class MilvusNativeIT {
  private final List<CollectionName> created = new ArrayList<>();
  private String url = "";
  private MilvusEngine engine;
  private MilvusRpc rpc;

  @BeforeEach
  void open() throws Exception {
    url = RealServers.milvusLite().url();
    engine = TestingMilvus.open(url, "lite");
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
  void vectors_declared_in_no_order_of_their_names_keep_their_names() throws Exception {
    requireNamesKept(2, 2);
  }

  @Test
  void vectors_of_different_dimensions_in_no_order_of_their_names_keep_them() throws Exception {
    requireNamesKept(2, 5);
  }

  @Test
  void a_collection_whose_only_vector_milvus_computes_is_made_again() throws Exception {
    CollectionSchema own =
        TestingMilvus.own(
            newName("computed"),
            """
            {"fields":[
              {"name":"id","isPrimaryKey":true,"dataType":"Int64"},
              {"name":"text","dataType":"VarChar","typeParams":[
                {"key":"max_length","value":"1000"},{"key":"enable_analyzer","value":"true"}]},
              {"name":"words","dataType":"SparseFloatVector","isFunctionOutput":true}],
             "functions":[{"name":"bm25","type":"BM25","inputFieldNames":["text"],
              "outputFieldNames":["words"]}]}
            """,
            MilvusSchema.Settings.DEFAULT);
    rpc.run(
        "create",
        "default",
        FailureKind.INTERNAL,
        stub -> stub.createCollection(MilvusSchema.request(own, true)));
    InsertRequest insert =
        InsertRequest.newBuilder()
            .setCollectionName(own.name().name())
            .setNumRows(1)
            .addFieldsData(number("id", 7))
            .addFieldsData(
                FieldData.newBuilder()
                    .setFieldName("text")
                    .setType(DataType.VarChar)
                    .setScalars(
                        ScalarField.newBuilder()
                            .setStringData(StringArray.newBuilder().addData("a drill a day"))))
            .build();
    rpc.call("insert", "default", stub -> stub.insert(insert), MutationResult::getStatus);

    CollectionSchema live = engine.control().schema(own.name());
    assertThat(live.layout()).isEqualTo(new RecordLayout(List.of(), List.of()));
    RecordBatch read = EngineFixture.records(engine, live);
    assertThat(read.size()).isEqualTo(1);
    CollectionSchema copy = live.named(newName("copy"));
    engine.control().create(copy);
    engine.records().writer(copy, "").write(read);
    CollectionSchema restored = engine.control().schema(copy.name());
    assertThat(restored.attributes().get(MilvusSchema.ATTRIBUTE))
        .isEqualTo(live.attributes().get(MilvusSchema.ATTRIBUTE))
        .contains("BM25");
    RecordBatch again = EngineFixture.records(engine, restored);
    assertThat(Payload.decode(again.payloads().get(0)))
        .isEqualTo(Payload.decode(read.payloads().get(0)))
        .containsEntry("text", "a drill a day");
  }

  /** Fails unless each vector is read under its own name, of the collection and of its copy. */
  private void requireNamesKept(int title, int body) throws Exception {
    CollectionName name = newName("native");
    CollectionSchema own =
        TestingMilvus.own(
            name,
            """
            {"fields":[
              {"name":"words","dataType":"SparseFloatVector"},
              {"name":"title","dataType":"FloatVector","typeParams":[{"key":"dim","value":"%d"}]},
              {"name":"id","isPrimaryKey":true,"dataType":"Int64"},
              {"name":"entities","dataType":"SparseFloatVector"},
              {"name":"body","dataType":"FloatVector","typeParams":[{"key":"dim","value":"%d"}]}]}
            """
                .formatted(title, body),
            MilvusSchema.Settings.DEFAULT);
    rpc.run(
        "create",
        "default",
        FailureKind.INTERNAL,
        stub -> stub.createCollection(MilvusSchema.request(own, true)));
    InsertRequest.Builder insert =
        InsertRequest.newBuilder().setCollectionName(name.name()).setNumRows(1);
    insert.addFieldsData(number("id", 7));
    insert.addFieldsData(dense("title", title, 1));
    insert.addFieldsData(dense("body", body, 100));
    insert.addFieldsData(sparse("words", 3));
    insert.addFieldsData(sparse("entities", 4));
    rpc.call("insert", "default", stub -> stub.insert(insert.build()), MutationResult::getStatus);

    CollectionSchema live = engine.control().schema(name);
    RecordBatch read = EngineFixture.records(engine, live);
    requireNamed(read, title, body);
    CollectionSchema copy = live.named(newName("copy"));
    engine.control().create(copy);
    engine.records().writer(copy, "").write(read);
    requireNamed(EngineFixture.records(engine, engine.control().schema(copy.name())), title, body);
  }

  private static void requireNamed(RecordBatch read, int title, int body) {
    assertThat(read.size()).isEqualTo(1);
    assertThat(values(read, "title", title)).startsWith(1f, 2f).hasSize(title);
    assertThat(values(read, "body", body)).startsWith(100f, 101f).hasSize(body);
    assertThat(position(read, "words")).isEqualTo(3);
    assertThat(position(read, "entities")).isEqualTo(4);
  }

  private static float[] values(RecordBatch batch, String name, int dimension) {
    float[] values = new float[dimension];
    batch.vectors().get(batch.layout().vector(name)).get(0, values);
    return values;
  }

  private static int position(RecordBatch batch, String name) {
    byte[] positions = batch.sparse().get(batch.layout().sparse(name)).positions().get(0);
    return ByteBuffer.wrap(positions).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static FieldData number(String name, long value) {
    return FieldData.newBuilder()
        .setFieldName(name)
        .setType(DataType.Int64)
        .setScalars(ScalarField.newBuilder().setLongData(LongArray.newBuilder().addData(value)))
        .build();
  }

  private static FieldData dense(String name, int dimension, int first) {
    FloatArray.Builder values = FloatArray.newBuilder();
    for (int i = 0; i < dimension; i++) {
      values.addData(first + i);
    }
    return FieldData.newBuilder()
        .setFieldName(name)
        .setType(DataType.FloatVector)
        .setVectors(VectorField.newBuilder().setDim(dimension).setFloatVector(values))
        .build();
  }

  private static FieldData sparse(String name, int position) {
    byte[] pair =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(position)
            .putFloat(0.5f)
            .array();
    return FieldData.newBuilder()
        .setFieldName(name)
        .setType(DataType.SparseFloatVector)
        .setVectors(
            VectorField.newBuilder()
                .setSparseFloatVector(
                    SparseFloatArray.newBuilder().addContents(ByteString.copyFrom(pair))))
        .build();
  }

  private CollectionName newName(String hint) {
    CollectionName name = TestingMilvus.newName(hint);
    created.add(name);
    return name;
  }
}
