package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.NearestQuery;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.FailureKind;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sparse vectors: alone in an index, and beside dense ones. */
class PineconeSparseTest extends PineconeFixture {
  private static final RecordLayout ALONE = new RecordLayout(List.of(), List.of(SPARSE));
  private static final RecordLayout BESIDE = new RecordLayout(DENSE.vectors(), List.of(SPARSE));

  static CollectionSchema sparseOnly() {
    return schema(ALONE, Metric.INNER_PRODUCT);
  }

  static RecordBatch sparseRecords(int from, int count) {
    RecordBatch batch = new RecordBatch(ALONE);
    for (int i = from; i < from + count; i++) {
      batch.ids().add(RecordId.of("s" + i));
      addSparse(batch, new int[] {i, 1_000_000, -1}, new float[] {0.1f * (i + 1), -2, 1e-40f});
      batch.payloads().add(Payload.encode(Map.of("number", (long) i)));
      batch.endRecord();
    }
    return batch;
  }

  @Test
  void an_index_of_sparse_vectors_alone_comes_back_bit_equal() throws Exception {
    CollectionSchema asked = sparseOnly();
    CollectionSchema schema = created(asked);
    assertThat(schema.layout()).isEqualTo(ALONE);
    assertThat(schema.indexes()).isEqualTo(asked.indexes());
    RecordBatch batch = sparseRecords(0, 120);
    write(schema, batch);
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(120);
    capture(schema.name()).requireSame(seen(batch));
    CollectionName again = TestingPinecone.newName("again");
    CollectionSchema copy = created(schema.named(again));
    assertThat(copy).isEqualTo(schema.named(again));
  }

  @Test
  void an_index_with_a_model_of_sparse_vectors_comes_back_with_it() throws Exception {
    CollectionName name =
        made(
            Map.of(
                "cloud",
                "aws",
                "region",
                "us-east-1",
                "embed",
                Map.of(
                    "model", "pinecone-sparse-english-v0", "field_map", Map.of("text", "chunk"))));
    CollectionSchema schema = engine.control().schema(name);
    assertThat(schema.layout()).isEqualTo(ALONE);
    RecordBatch batch = sparseRecords(0, 30);
    write(schema, batch);
    capture(name).requireSame(seen(batch));
    CollectionName again = TestingPinecone.newName("again");
    CollectionSchema copy = created(schema.named(again));
    assertThat(copy).isEqualTo(schema.named(again));
    assertThat(copy.attributes().get("embed"))
        .contains("pinecone-sparse-english-v0")
        .contains("\"vector_type\":\"sparse\"");
  }

  @Test
  void a_record_may_lack_the_sparse_vector_beside_its_dense_one() throws Exception {
    CollectionSchema schema = created(schema(BESIDE, Metric.INNER_PRODUCT));
    assertThat(schema.layout()).isEqualTo(BESIDE);
    RecordBatch batch = new RecordBatch(BESIDE);
    for (int i = 0; i < 20; i++) {
      batch.ids().add(RecordId.of("h" + i));
      batch.vectors().getFirst().add(vector(i), 0, DIMENSION);
      if (i % 2 == 0) {
        addSparse(batch, new int[] {3, 5 + i}, new float[] {0.5f, i + 0.25f});
      }
      batch.endRecord();
    }
    write(schema, batch);
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void positions_that_come_in_another_order_are_sorted() throws Exception {
    CollectionName name = made(Map.of("vector_type", "sparse"));
    CollectionSchema schema = engine.control().schema(name);
    write(schema, sparseRecords(0, 1));
    pinecone
        .index(name)
        .next(
            "vectors/fetch",
            200,
            "{\"vectors\":{\"s0\":{\"id\":\"s0\",\"sparseValues\":{\"values\":[3,1,-0],"
                + "\"indices\":[4294967295,0,7]}}}}");
    RecordBatch expected = new RecordBatch(ALONE);
    expected.ids().add(RecordId.of("s0"));
    addSparse(expected, new int[] {0, 7, -1}, new float[] {1, -0.0f, 3});
    expected.endRecord();
    capture(name).requireSame(seen(expected));
  }

  @Test
  void a_dotproduct_index_of_dense_vectors_alone_stays_one() throws Exception {
    CollectionSchema schema = created(schema(DENSE, Metric.INNER_PRODUCT));
    assertThat(schema.layout()).isEqualTo(DENSE);
    assertThat(schema.attributes()).as("our tags are not the user's").doesNotContainKey("tags");
    CollectionName native0 = made(Map.of("metric", "dotproduct", "dimension", DIMENSION));
    assertThat(engine.control().schema(native0).layout())
        .as("one that somebody else made may have sparse vectors")
        .isEqualTo(BESIDE);
  }

  @Test
  void a_sparse_vector_that_somebody_adds_where_there_were_none_is_not_dropped_in_silence()
      throws Exception {
    CollectionSchema schema = created(schema(DENSE, Metric.INNER_PRODUCT));
    RecordBatch batch = new RecordBatch(BESIDE);
    batch.ids().add(RecordId.of("hybrid"));
    batch.vectors().getFirst().add(vector(1), 0, DIMENSION);
    addSparse(batch, new int[] {3}, new float[] {0.5f});
    batch.endRecord();
    write(schema, batch);
    assertThat(requireFailure(FailureKind.CORRUPT, () -> capture(schema.name())))
        .hasMessageContaining("hybrid")
        .hasMessageContaining("sparse");
  }

  @Test
  void what_an_index_cannot_hold_of_vectors_is_refused_with_the_record() throws Exception {
    CollectionSchema sparse = created(sparseOnly());
    assertThat(
            requireFailure(
                FailureKind.INCOMPATIBLE_TARGET, () -> write(sparse, one("fat", vector(1)))))
        .hasMessageContaining("fat");
    RecordBatch empty = new RecordBatch(ALONE);
    empty.ids().add(RecordId.of("empty"));
    addSparse(empty, new int[0], new float[0]);
    empty.endRecord();
    assertThat(requireFailure(FailureKind.INCOMPATIBLE_TARGET, () -> write(sparse, empty)))
        .hasMessageContaining("empty");
    CollectionSchema dense = dense();
    assertThat(
            requireFailure(
                FailureKind.INCOMPATIBLE_TARGET, () -> write(dense, sparseRecords(5, 1))))
        .hasMessageContaining("s5");
    assertThat(engine.control().count(sparse.name(), "")).isZero();
  }

  @Test
  void sparse_vectors_need_the_metric_dotproduct() {
    for (CollectionSchema schema :
        List.of(schema(ALONE, Metric.COSINE), schema(BESIDE, Metric.EUCLIDEAN))) {
      assertThat(
              requireFailure(
                  FailureKind.INCOMPATIBLE_TARGET, () -> engine.control().create(schema)))
          .hasMessageContaining("dotproduct");
    }
  }

  @Test
  void a_dense_question_to_a_sparse_index_is_unsupported() throws Exception {
    CollectionSchema schema = created(sparseOnly());
    NearestQuery query =
        new NearestQuery(schema.name(), "", SPARSE.name(), new byte[4], 1, 3, false);
    requireFailure(FailureKind.UNSUPPORTED, () -> engine.control().nearest(query));
    SeenRecords none = capture(schema.name());
    assertThat(none.size()).isZero();
  }
}
