package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Capture;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryNotes;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fake Pinecone for each test, an adapter to it, and what tests do with both. */
abstract class PineconeFixture {
  static final int DIMENSION = 8;

  static final RecordLayout DENSE =
      RecordLayout.dense(new VectorField("", ElementType.F32, DIMENSION, false));

  static final SparseField SPARSE = new SparseField("sparse_values", ElementType.F32, 0);

  TestingPinecone pinecone;
  Engine engine;

  @BeforeEach
  void start() throws Exception {
    pinecone = new TestingPinecone();
    pinecone.lag(1, Duration.ofMillis(5));
    engine = pinecone.open();
  }

  @AfterEach
  void stop() {
    Thread.interrupted();
    engine.close();
    pinecone.close();
  }

  static CollectionSchema schema(RecordLayout layout, Metric metric) {
    String vector = layout.vectors().isEmpty() ? SPARSE.name() : "";
    return new CollectionSchema(
        TestingPinecone.newName("test"),
        layout,
        "text",
        List.of(new VectorIndex(vector, "hnsw", metric, Map.of())),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        Map.of());
  }

  /** Creates an index of dense vectors, and returns its schema. */
  CollectionSchema dense() throws Exception {
    return created(schema(DENSE, Metric.EUCLIDEAN));
  }

  CollectionSchema created(CollectionSchema schema) throws Exception {
    engine.control().create(schema);
    return engine.control().schema(schema.name());
  }

  /** Makes an index past the adapter. */
  CollectionName made(Map<String, Object> request) throws Exception {
    CollectionName name = TestingPinecone.newName("made");
    Map<String, Object> whole = new TreeMap<>(request);
    whole.put("name", name.name());
    whole.putIfAbsent("spec", Map.of("serverless", Map.of("cloud", "aws", "region", "us-east-1")));
    pinecone.make(whole);
    return name;
  }

  static RecordBatch records(int from, int count) {
    return SampleRecords.records(DENSE, from, count, i -> RecordId.of("r" + i));
  }

  /** Returns a batch with one record of a vector and nothing else. */
  static RecordBatch one(String id, float... vector) {
    RecordBatch batch =
        new RecordBatch(
            RecordLayout.dense(new VectorField("", ElementType.F32, vector.length, false)));
    batch.ids().add(RecordId.of(id));
    batch.vectors().getFirst().add(vector, 0, vector.length);
    batch.endRecord();
    return batch;
  }

  static float[] vector(float first) {
    float[] vector = new float[DIMENSION];
    vector[0] = first;
    vector[1] = 1;
    return vector;
  }

  static void addSparse(RecordBatch batch, int[] positions, float[] values) {
    ByteBuffer at = ByteBuffer.allocate(4 * positions.length).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bits = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < positions.length; i++) {
      at.putInt(positions[i]);
      bits.putFloat(values[i]);
    }
    batch.sparse().getFirst().add(at.array(), bits.array());
  }

  void write(CollectionSchema schema, RecordBatch batch) throws Exception {
    write(schema, CollectionSchema.NO_TENANT, batch);
  }

  void write(CollectionSchema schema, String tenant, RecordBatch batch) throws Exception {
    try (RecordWriter writer = engine.records().writer(schema, tenant)) {
      writer.write(batch);
    }
  }

  static SeenRecords seen(RecordBatch batch) {
    SeenRecords seen = new SeenRecords();
    seen.add(batch);
    return seen;
  }

  SeenRecords capture(CollectionName name) throws Exception {
    return capture(engine, engine.control().schema(name));
  }

  static SeenRecords capture(Engine engine, CollectionSchema schema) throws Exception {
    MemoryNotes notes = new MemoryNotes();
    SeenRecords seen = new SeenRecords();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (Range range : capture.token().ranges()) {
        engine
            .records()
            .read(capture.token(), range, "", notes, (batch, cursor) -> seen.add(batch));
      }
    }
    return seen;
  }

  static DrillbookException requireFailure(FailureKind kind, ThrowingCallable call) {
    DrillbookException failure = catchThrowableOfType(DrillbookException.class, call);
    assertThat(failure).as("a failure of kind " + kind).isNotNull();
    assertThat(failure.kind()).as(String.valueOf(failure.getMessage())).isEqualTo(kind);
    assertThat(failure).hasMessageMatching("(?s)\\S.*: \\S.*");
    return failure;
  }
}
