package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionSchema;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex.Metric;
import drillbook.export.CollectionExport;
import drillbook.export.CollectionExport.ExportFiles;
import drillbook.export.ExportFolder;
import drillbook.export.ExportSource;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.TestingStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is exported for Pinecone's bulk import is taken by it, and comes back through it whole. */
class PineconeImportTest extends PineconeFixture {
  private static final RecordLayout HYBRID = new RecordLayout(DENSE.vectors(), List.of(SPARSE));
  private static final RecordLayout SPARSE_ALONE = new RecordLayout(List.of(), List.of(SPARSE));

  private final TestingStore store = new TestingStore();

  /** An import shows as a whole, and Pinecone says when; no write of ours is waited for. */
  @BeforeEach
  void showAtOnce() {
    pinecone.lag(0, Duration.ZERO);
  }

  @Test
  void every_record_is_read_as_it_was_after_an_import_by_pinecone() throws Exception {
    CollectionSchema schema = created(schema(HYBRID, Metric.INNER_PRODUCT));
    RecordBatch batch = SampleRecords.records(HYBRID, 0, 60, i -> SampleRecords.id("text", i));
    for (int i = 0; i < AWKWARD_IDS.size(); i++) {
      byte[] id = AWKWARD_IDS.get(i);
      RecordBatch one = SampleRecords.records(HYBRID, 100 + i, 1, _ -> id);
      batch.append(one, 0);
    }
    addWithPayload(batch, "large", Map.of("text", "a page of text. ".repeat(10_000), "n", 7L));
    addWithPayload(batch, "numbers", numbers());
    export(HYBRID, batch);
    assertThat(TestingImport.run(store, "import/", pinecone.index(schema.name())))
        .isEqualTo(batch.size());
    capture(schema.name()).requireSame(seen(batch));
  }

  private static final List<byte[]> AWKWARD_IDS =
      List.of(
          RecordId.of(""),
          RecordId.of("nul\0inside"),
          RecordId.of("y".repeat(513)),
          RecordId.of("drillbook:0123"),
          RecordId.of(42),
          RecordId.of(Long.MIN_VALUE),
          RecordId.of(new UUID(1, 2)),
          RecordId.ofParts(List.of(new byte[] {0, -1})),
          RecordId.ofParts(List.of("tenant", 9L)));

  private static Map<String, Object> numbers() {
    Map<String, Object> payload = new TreeMap<>();
    payload.put("integer", 3L);
    payload.put("integer-largest", 1L << 53);
    payload.put("integer-beyond", (1L << 53) + 1);
    payload.put("float-whole", 3.0);
    payload.put("float", 0.1);
    payload.put("$set", 1L);
    payload.put("", 2L);
    payload.put("nul\0key", "x");
    payload.put("none", List.of());
    payload.put("_drillbook_integers", List.of("float-whole"));
    return payload;
  }

  @Test
  void numbers_and_texts_can_be_filtered_by_after_the_import() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = new RecordBatch(DENSE);
    addWithPayload(batch, "a", Map.of("year", 2019L, "share", 0.5, "tags", List.of("x")));
    export(DENSE, batch);
    TestingImport.run(store, "import/", pinecone.index(schema.name()));
    assertThat(stored(schema))
        .containsEntry("year", 2019.0)
        .containsEntry("share", 0.5)
        .containsEntry("tags", List.of("x"))
        .doesNotContainKey("_drillbook");
  }

  @Test
  void sparse_vectors_alone_come_back() throws Exception {
    CollectionSchema schema = created(schema(SPARSE_ALONE, Metric.INNER_PRODUCT));
    RecordBatch batch =
        SampleRecords.records(SPARSE_ALONE, 0, 20, i -> SampleRecords.id("text", i));
    export(SPARSE_ALONE, batch);
    TestingImport.run(store, "import/", pinecone.index(schema.name()));
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void vectors_that_pinecone_refuses_are_refused_with_the_record() throws Exception {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertRefused(DENSE, one("bad", vector(bad)), "record bad", String.valueOf(bad));
    }
    assertRefused(DENSE, one("nothing", new float[DIMENSION]), "record nothing", "zero");
    RecordBatch without = new RecordBatch(DENSE);
    without.ids().add(RecordId.of("bare"));
    without.endRecord();
    assertRefused(DENSE, without, "record bare", "not exactly one dense vector");
  }

  @Test
  void sparse_vectors_that_pinecone_refuses_are_refused_with_the_record() throws Exception {
    assertRefused(SPARSE_ALONE, sparse(1, Float.NaN), "record s", "NaN");
    assertRefused(SPARSE_ALONE, sparse(0, 1), "record s", "at least one value");
    assertRefused(SPARSE_ALONE, sparse(1001, 1), "record s", "1001 values");
    export(SPARSE_ALONE, sparse(1000, 1));
  }

  private static RecordBatch sparse(int count, float value) {
    RecordBatch batch = new RecordBatch(SPARSE_ALONE);
    batch.ids().add(RecordId.of("s"));
    int[] positions = new int[count];
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      positions[i] = i;
      values[i] = value;
    }
    addSparse(batch, positions, values);
    batch.endRecord();
    return batch;
  }

  @Test
  void metadata_that_cannot_be_made_to_fit_is_refused_with_the_record() throws Exception {
    byte[] noise = new byte[40_000];
    new Random(1).nextBytes(noise);
    RecordBatch batch = new RecordBatch(DENSE);
    addWithPayload(batch, "big", Map.of("noise", Base64.getEncoder().encodeToString(noise)));
    assertRefused(DENSE, batch, "record big", "40 KB");
  }

  @Test
  void a_collection_without_a_dimension_has_that_of_its_first_record() throws Exception {
    RecordLayout open = RecordLayout.dense(new VectorField("", ElementType.F32, 0, false));
    try (CollectionExport export = collection(open)) {
      export.tenant("a");
      export.write(one("first", 1, 2, 3));
      export.write(one("second", 4, 5, 6));
      export.tenant("b");
      DrillbookException failure =
          requireFailure(FailureKind.UNSUPPORTED, () -> export.write(one("other", 1, 2)));
      assertThat(failure).hasMessageContaining("record other").hasMessageContaining("2 elements");
    }
  }

  @Test
  void vectors_larger_than_pinecone_has_are_refused_before_a_file_is_written() throws Exception {
    RecordLayout large = RecordLayout.dense(new VectorField("", ElementType.F32, 20_001, false));
    try (CollectionExport export = collection(large)) {
      requireFailure(
          FailureKind.UNSUPPORTED,
          () -> export.write(SampleRecords.records(large, 0, 1, _ -> RecordId.of("a"))));
    }
    assertThat(store.keys())
        .as("no file of records stands in the folder")
        .allMatch(key -> key.endsWith(ExportFolder.UNFINISHED));
  }

  private void assertRefused(RecordLayout layout, RecordBatch batch, String... words)
      throws Exception {
    try (CollectionExport export = collection(layout)) {
      DrillbookException failure =
          requireFailure(FailureKind.UNSUPPORTED, () -> export.write(batch));
      assertThat(failure).hasMessageContainingAll(words);
      assertThat(failure.hint()).contains("layout drillbook");
    }
  }

  private static void addWithPayload(RecordBatch batch, String id, Map<String, Object> payload) {
    batch.ids().add(RecordId.of(id));
    SampleRecords.addVectors(batch, 500);
    batch.payloads().add(Payload.encode(new TreeMap<>(payload)));
    batch.documents().add(("of " + id).getBytes(StandardCharsets.UTF_8));
    batch.endRecord();
  }

  private Map<String, Object> stored(CollectionSchema schema) {
    TestingIndex index = pinecone.index(schema.name());
    synchronized (index) {
      return index.shown("").firstEntry().getValue().metadata();
    }
  }

  private void export(RecordLayout layout, RecordBatch batch) throws Exception {
    try (CollectionExport export = collection(layout)) {
      export.write(batch);
      export.finish();
    }
  }

  private CollectionExport collection(RecordLayout layout) {
    ExportSource source =
        new ExportSource("memory", "", Instant.EPOCH, schema(layout, Metric.INNER_PRODUCT));
    return new CollectionExport(
        store, "", source, new ExportFiles(FileForm.PARQUET, "pinecone", 1));
  }
}
