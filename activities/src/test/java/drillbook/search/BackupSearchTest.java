package drillbook.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import drillbook.archive.PartId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.MemoryRun;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.index.RunReceipt;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.search.SearchQuestion.Near;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.MemoryArtifactStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nearest neighbours among the records of backups of the memory engine. */
final class BackupSearchTest {
  private static final int DIMENSION = 6;

  private final MemoryArtifactStore store = new MemoryArtifactStore();

  @TempDir Path folder;
  private Optional<MemoryRun> made = Optional.empty();

  @BeforeEach
  void begin() throws Exception {
    made = Optional.of(new MemoryRun(folder, store, true));
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void every_element_type_gives_the_true_neighbours_ties_by_id(Metric metric) throws Exception {
    Random random = new Random(11);
    for (ElementType type : ElementType.values()) {
      String name = "all-" + type.word();
      CollectionSchema schema = create(name, layout(type), "integer", metric);
      double[][] values = new double[150][];
      try (RecordWriter writer = run().engine().records().writer(schema, "")) {
        RecordBatch batch = new RecordBatch(schema.layout());
        for (int i = 0; i < values.length; i++) {
          values[i] = small(random, type);
          batch.ids().add(RecordId.of((long) i));
          batch.vectors().getFirst().add(bits(type, values[i]), 0, DIMENSION, 1);
          batch.endRecord();
        }
        writer.write(batch);
      }
      double[] query = values[7];
      SearchAnswer answer =
          search(
              run().backup(BackupKind.FULL),
              new SearchQuestion(
                  name,
                  List.of(),
                  Optional.empty(),
                  new Near.ToVector(json(type, query)),
                  40,
                  Optional.empty(),
                  false));
      assertThat(answer.metric())
          .isEqualTo(metric.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      assertThat(ids(answer)).as(type.word()).isEqualTo(naive(metric, values, query, 40));
      SearchAnswer.Hit first = answer.hits().getFirst();
      int id = Integer.parseInt(first.id());
      assertThat(first.distance()).isCloseTo(distance(metric, query, values[id]), within(1e-9));
    }
  }

  @Test
  void a_vector_is_compared_in_the_elements_that_the_engine_would_compare() throws Exception {
    CollectionSchema schema = create("halves", layout(ElementType.F16), "text", Metric.EUCLIDEAN);
    write(schema, "", "a", bits(ElementType.F16, new double[] {0.1f, 0, 0, 0, 0, 0}));
    SearchAnswer answer = near(run().backup(BackupKind.FULL), "[0.1, 0, 0, 0, 0, 0]", 1);
    assertThat(answer.hits().getFirst().distance()).isZero();
  }

  @Test
  void what_was_overwritten_in_an_increment_is_found_as_it_is_now() throws Exception {
    CollectionSchema schema = create("docs", layout(ElementType.F32), "text", Metric.EUCLIDEAN);
    for (int i = 0; i < 50; i++) {
      write(schema, "", "r" + i, f32(i));
    }
    BackupReport first = run().backup(BackupKind.FULL);
    write(schema, "", "r3", f32(1000));
    write(schema, "", "late", f32(3));
    BackupReport second = run().backup(BackupKind.INCREMENTAL);

    assertThat(ids(near(first, "[3, 0, 0, 0, 0, 0]", 3))).containsExactly("r3", "r2", "r4");
    SearchAnswer now = near(second, "[3, 0, 0, 0, 0, 0]", 3);
    assertThat(ids(now)).containsExactly("late", "r2", "r4");
    assertThat(now.compared()).isEqualTo(51);
    assertThat(ids(near(second, "[2000, 0, 0, 0, 0, 0]", 1))).containsExactly("r3");
  }

  @Test
  void a_record_is_its_own_nearest_before_others_of_the_same_vector() throws Exception {
    CollectionSchema schema = create("docs", layout(ElementType.F32), "text", Metric.COSINE);
    write(schema, "", "a", f32(1, 2));
    write(schema, "", "b", f32(1, 2));
    write(schema, "", "c", f32(1, 2));
    write(schema, "", "d", f32(-1, 2));
    write(schema, "", "zero", f32(0));
    BackupReport report = run().backup(BackupKind.FULL);

    SearchAnswer answer = like(report, "b", 10);
    assertThat(ids(answer)).containsExactly("b", "a", "c", "d");
    assertThat(answer.hits().getFirst().distance()).isCloseTo(0, within(1e-12));
    assertThat(answer.notComparable()).isEqualTo(1);
    assertThat(failure(() -> like(report, "zero", 3)).getMessage())
        .contains("nothing is like record 'zero'", "no cosine distance");
    assertThat(failure(() -> like(report, "nobody", 3)).kind()).isEqualTo(FailureKind.NOT_FOUND);
  }

  @Test
  void tenants_are_searched_together_or_one_by_one() throws Exception {
    CollectionSchema schema = run().create("docs", "acme", "beta");
    for (String tenant : schema.tenants()) {
      run().write(schema, tenant, 0, 20, tenant.length() + tenant.charAt(0));
    }
    BackupReport report = run().backup(BackupKind.FULL);

    assertThat(failure(() -> like(report, "record-3", 2)).getMessage())
        .contains("in several tenants: [acme, beta]");
    SearchAnswer one = search(report, question(new Near.ToRecord("record-3"), List.of("beta"), 40));
    assertThat(one.hits()).hasSize(20).allMatch(hit -> hit.tenant().equals("beta"));
    assertThat(one.hits().getFirst().id()).isEqualTo("record-3");
    String vector =
        json(ElementType.F32, new double[schema.layout().vectors().getFirst().dimension()])
            .replaceFirst("0", "1");
    assertThat(search(report, question(new Near.ToVector(vector), List.of(), 100)).hits())
        .extracting(SearchAnswer.Hit::tenant)
        .contains("acme", "beta")
        .hasSize(40);
    assertThat(
            failure(() -> search(report, question(new Near.ToVector(vector), List.of("x"), 1)))
                .kind())
        .isEqualTo(FailureKind.NOT_FOUND);
    assertThat(
            failure(
                () -> search(report, question(new Near.ToVector(vector), List.of("beta", "x"), 1))))
        .hasMessageContaining("has no tenant [x]");
  }

  @Test
  void what_is_no_vector_of_the_collection_is_told() throws Exception {
    CollectionSchema schema = create("docs", layout(ElementType.F32), "text", Metric.EUCLIDEAN);
    write(schema, "", "a", f32(1));
    BackupReport report = run().backup(BackupKind.FULL);
    Map<String, String> told =
        Map.of(
            "[1, 2, 3]", "it has 3 elements, and the records of the backup have vectors of 6",
            "[NaN, 0, 0, 0, 0, 0]", "NaN, to which nothing is near",
            "[1e39, 0, 0, 0, 0, 0]", "beyond what f32 holds",
            "[\"a\", 0, 0, 0, 0, 0]", "is no number",
            "[]", "at least 1",
            "{\"a\": 1}", "a vector is written as",
            "0.5, 1", "no JSON");
    for (Map.Entry<String, String> each : told.entrySet()) {
      DrillbookException failure = failure(() -> near(report, each.getKey(), 1));
      assertThat(failure).as(each.getKey()).hasMessageContaining(each.getValue());
      assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INNER_PRODUCT", "COSINE", "EUCLIDEAN", "MANHATTAN"})
  void sparse_vectors_are_compared_position_by_position(String metric) throws Exception {
    RecordLayout layout =
        new RecordLayout(
            List.of(new VectorField("dense", ElementType.F32, 2, false)),
            List.of(new SparseField("words", ElementType.F32, 0)));
    CollectionSchema schema = create("docs", layout, "integer", Metric.COSINE);
    Random random = new Random(5);
    double[][] values = new double[60][];
    try (RecordWriter writer = run().engine().records().writer(schema, "")) {
      RecordBatch batch = new RecordBatch(layout);
      for (int i = 0; i < values.length; i++) {
        values[i] = new double[12];
        batch.ids().add(RecordId.of((long) i));
        for (int p = 0; p < 12; p++) {
          values[i][p] = random.nextInt(3) == 0 ? random.nextInt(-4, 5) / 4.0 : 0;
        }
        addSparse(batch, values[i]);
        batch.endRecord();
      }
      writer.write(batch);
    }
    double[] query = new double[12];
    query[2] = 0.5;
    query[11] = 1;
    SearchAnswer answer =
        search(
            run().backup(BackupKind.FULL),
            new SearchQuestion(
                "docs",
                List.of(),
                Optional.of("words"),
                new Near.ToVector("{\"values\": [1, 0.5], \"indices\": [4294967295, 2]}"),
                20,
                Optional.of(Metric.valueOf(metric)),
                false));
    assertThat(ids(answer)).isEqualTo(naive(Metric.valueOf(metric), values, query, 20));
    assertThat(failure(() -> QueryText.sparse(layout.sparse().getFirst(), "[1, 2]")))
        .hasMessageContaining("a sparse vector is written as");
    assertThat(
            failure(() ->
                QueryText.sparse(
                    layout.sparse().getFirst(), "{\"indices\": [1, 1], \"values\": [1, 2]}")))
        .hasMessageContaining("stands twice");
  }

  @Test
  void lists_of_vectors_are_compared_by_the_nearest_of_each() throws Exception {
    RecordLayout layout = RecordLayout.dense(new VectorField("tokens", ElementType.F32, 2, true));
    CollectionSchema schema = create("docs", layout, "text", Metric.EUCLIDEAN);
    try (RecordWriter writer = run().engine().records().writer(schema, "")) {
      RecordBatch batch = new RecordBatch(layout);
      add(batch, "both", new double[] {0, 0, 9, 9, 5, 5}, 3);
      add(batch, "one", new double[] {0, 0}, 1);
      add(batch, "none", new double[] {-9, -9, -8, -8}, 2);
      writer.write(batch);
    }
    BackupReport report = run().backup(BackupKind.FULL);
    SearchAnswer answer = near(report, "[[0, 0], [9, 9]]", 3);
    assertThat(ids(answer)).containsExactly("both", "one", "none");
    assertThat(answer.hits().getFirst().distance()).isZero();
    assertThat(answer.hits().get(1).distance()).isCloseTo(Math.sqrt(162), within(1e-9));
    assertThat(ids(near(report, "[-8, -8]", 1))).containsExactly("none");
    assertThat(ids(like(report, "none", 1))).containsExactly("none");
  }

  @Test
  void payloads_come_on_request_in_the_form_of_an_export() throws Exception {
    CollectionSchema schema = create("docs", layout(ElementType.F32), "text", Metric.EUCLIDEAN);
    try (RecordWriter writer = run().engine().records().writer(schema, "")) {
      RecordBatch batch = new RecordBatch(schema.layout());
      batch.ids().add(RecordId.of("a"));
      batch.vectors().getFirst().add(f32(1), 0, DIMENSION, 1);
      batch.payloads().add(Payload.encode(Map.of("raw", new byte[] {1}, "year", 2026L)));
      batch.documents().add("text".getBytes(StandardCharsets.UTF_8));
      batch.endRecord();
      writer.write(batch);
    }
    write(schema, "", "b", f32(2));
    BackupReport report = run().backup(BackupKind.FULL);
    SearchQuestion asked =
        new SearchQuestion(
            "", List.of(), Optional.empty(), new Near.ToRecord("a"), 2, Optional.empty(), true);
    assertThat(search(report, asked).hits())
        .extracting(hit -> hit.record().toString())
        .containsExactly(
            "{\"id\":\"a\",\"metadata\":{\"raw\":{\"$bytes\":\"AQ==\"},\"year\":2026},"
                + "\"document\":\"text\"}",
            "{\"id\":\"b\"}");
  }

  @Test
  void any_damage_to_a_segment_or_an_index_is_corrupt_and_never_a_smaller_answer()
      throws Exception {
    CollectionSchema schema = run().create("docs");
    run().write(schema, "", 0, 300, 1);
    BackupReport report = run().backup(BackupKind.FULL);
    String part = run().folder(report) + "c0/";
    List<Listed> artifacts = store.list(part, "", 100);
    assertThat(artifacts).hasSizeGreaterThan(1);
    int damaged = 0;
    for (Listed artifact : artifacts) {
      byte[] whole = store.bytes(artifact.key());
      for (int at : new int[] {0, whole.length / 3, whole.length / 2, whole.length - 1}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= 1;
        store.tamper(artifact.key(), flipped);
        Optional<DrillbookException> failure = Optional.empty();
        try {
          // Only what no search reads may be damaged without anybody's notice.
          assertThat(like(report, "record-5", 3).compared()).isEqualTo(300);
        } catch (DrillbookException e) {
          failure = Optional.of(e);
        }
        if (failure.isPresent()) {
          assertThat(failure.get().kind()).as(artifact.key()).isEqualTo(FailureKind.CORRUPT);
          damaged++;
        } else {
          assertThat(isRead(report, artifact.key())).as(artifact.key()).isFalse();
        }
        store.tamper(artifact.key(), whole);
      }
    }
    assertThat(damaged).isGreaterThanOrEqualTo(8);
  }

  @Test
  void a_missing_segment_is_told() throws Exception {
    CollectionSchema schema = run().create("docs");
    run().write(schema, "", 0, 30, 1);
    BackupReport report = run().backup(BackupKind.FULL);
    String segment = segments(report).getFirst();
    store.delete(segment);
    assertThatThrownBy(() -> like(report, "record-5", 3))
        .isInstanceOf(DrillbookException.class)
        .hasMessageContaining(segment);
  }

  @Test
  void one_collection_and_one_vector_are_meant() throws Exception {
    create("docs", layout(ElementType.F32), "text", Metric.EUCLIDEAN);
    create("more", layout(ElementType.F32), "text", Metric.EUCLIDEAN);
    BackupReport report = run().backup(BackupKind.FULL);
    assertThat(failure(() -> near(report, "[1, 2, 3, 4, 5, 6]", 1)))
        .hasMessageContaining("2 collections are meant");
    SearchQuestion empty =
        new SearchQuestion(
            "main/more",
            List.of(),
            Optional.empty(),
            new Near.ToVector("[1, 2, 3, 4, 5, 6]"),
            5,
            Optional.empty(),
            false);
    assertThat(search(report, empty).hits()).isEmpty();
    assertThat(
            failure(() ->
                search(
                    report,
                    new SearchQuestion(
                        "docs",
                        List.of(),
                        Optional.of("other"),
                        empty.near(),
                        5,
                        Optional.empty(),
                        false))))
        .hasMessageContaining("no such vector");
    assertThatThrownBy(() ->
            new SearchQuestion(
                "", List.of(), Optional.empty(), empty.near(), 0, Optional.empty(), false))
        .hasMessageContaining("k must be 1 to 10000");
  }

  private MemoryRun run() {
    return made.orElseThrow();
  }

  private boolean isRead(BackupReport report, String key) throws Exception {
    return segments(report).contains(key)
        || run().archive().open(report.backupId()).parts().keySet().stream()
            .flatMap(part -> runs(report, part).stream())
            .anyMatch(key::equals);
  }

  private List<String> runs(BackupReport report, PartId part) {
    try {
      return run().archive().open(report.backupId()).runs(part).stream()
          .map(RunReceipt::key)
          .toList();
    } catch (DrillbookException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> segments(BackupReport report) throws Exception {
    var backup = run().archive().open(report.backupId());
    List<String> keys = new ArrayList<>();
    for (var part : backup.parts().keySet()) {
      backup.segments(part).values().forEach(segment -> keys.add(segment.key()));
    }
    return keys;
  }

  private CollectionSchema create(String name, RecordLayout layout, String idType, Metric metric)
      throws Exception {
    CollectionSchema schema =
        new CollectionSchema(
            run().name(name),
            layout,
            idType,
            List.of(new VectorIndex(layout.vectors().getFirst().name(), "hnsw", metric, Map.of())),
            List.of(""),
            List.of(),
            Map.of());
    run().engine().control().create(schema);
    run().engine().control().buildIndexes(schema);
    return schema;
  }

  private void write(CollectionSchema schema, String tenant, String id, byte[] bits)
      throws Exception {
    RecordBatch batch = new RecordBatch(schema.layout());
    batch.ids().add(RecordId.of(id));
    batch.vectors().getFirst().add(bits, 0, DIMENSION, 1);
    batch.endRecord();
    try (RecordWriter writer = run().engine().records().writer(schema, tenant)) {
      writer.write(batch);
    }
  }

  private static void add(RecordBatch batch, String id, double[] values, int rows) {
    batch.ids().add(RecordId.of(id));
    batch.vectors().getFirst().add(bits(ElementType.F32, values), 0, values.length / rows, rows);
    batch.endRecord();
  }

  /** The last of the values lies at the largest position there is. */
  private static void addSparse(RecordBatch batch, double[] values) {
    int[] positions = IntStream.range(0, 12).filter(p -> values[p] != 0).toArray();
    ByteBuffer keys = ByteBuffer.allocate(4 * positions.length).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bits = ByteBuffer.allocate(4 * positions.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int p : positions) {
      keys.putInt(p == 11 ? -1 : p);
      bits.putFloat((float) values[p]);
    }
    batch.sparse().getFirst().add(keys.array(), bits.array());
  }

  private SearchAnswer near(BackupReport report, String json, int k) throws Exception {
    return search(report, question(new Near.ToVector(json), List.of(), k));
  }

  private SearchAnswer like(BackupReport report, String id, int k)
      throws DrillbookException, InterruptedException {
    return search(report, question(new Near.ToRecord(id), List.of(), k));
  }

  private static SearchQuestion question(Near near, List<String> tenants, int k) {
    return new SearchQuestion("", tenants, Optional.empty(), near, k, Optional.empty(), false);
  }

  private SearchAnswer search(BackupReport report, SearchQuestion question)
      throws DrillbookException, InterruptedException {
    return new BackupSearch(run().archive().open(report.backupId()), sentence -> {})
        .search(question);
  }

  private static DrillbookException failure(ThrowingCallable call) {
    DrillbookException failure = catchThrowableOfType(DrillbookException.class, call);
    assertThat(failure).isNotNull();
    return failure;
  }

  private static List<String> ids(SearchAnswer answer) {
    return answer.hits().stream().map(SearchAnswer.Hit::id).toList();
  }

  private static RecordLayout layout(ElementType type) {
    return RecordLayout.dense(new VectorField("", type, DIMENSION, false));
  }

  /** Few different values, so that many distances are equal. */
  private static double[] small(Random random, ElementType type) {
    double[] values = new double[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] =
          switch (type) {
            case BIT -> random.nextInt(2);
            case U8 -> random.nextInt(4);
            default -> random.nextInt(-1, 3);
          };
    }
    values[0] = values[0] == 0 ? 1 : values[0];
    return values;
  }

  private static byte[] f32(double... first) {
    return bits(ElementType.F32, Arrays.copyOf(first, DIMENSION));
  }

  private static byte[] bits(ElementType type, double[] values) {
    ByteBuffer bits = ByteBuffer.allocate(type.bytes(values.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case F32 -> bits.putFloat((float) values[i]);
        case F64 -> bits.putDouble(values[i]);
        case F16 -> bits.putShort(Float.floatToFloat16((float) values[i]));
        case BF16 -> bits.putShort((short) (Float.floatToRawIntBits((float) values[i]) >>> 16));
        case I8, U8 -> bits.put((byte) values[i]);
        case BIT -> bits.put(i / 8, (byte) (bits.get(i / 8) | (int) values[i] << (7 - i % 8)));
      }
    }
    return bits.array();
  }

  private static String json(ElementType type, double[] values) {
    return Arrays.stream(values)
        .mapToObj(value ->
            type == ElementType.F32 || type == ElementType.F64
                ? String.valueOf(value)
                : String.valueOf((int) value))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static List<String> naive(Metric metric, double[][] values, double[] query, int k) {
    return IntStream.range(0, values.length)
        .boxed()
        .filter(i -> Double.isFinite(distance(metric, query, values[i])))
        .sorted(
            Comparator.comparingDouble(
                    (Integer i) -> Math.rint(distance(metric, query, values[i]) * 1e9))
                .thenComparing(i -> i))
        .limit(k)
        .map(String::valueOf)
        .toList();
  }

  private static double distance(Metric metric, double[] a, double[] b) {
    double product = 0;
    double squares = 0;
    double absolutes = 0;
    double left = 0;
    double right = 0;
    double differing = 0;
    double common = 0;
    double either = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squares += (a[i] - b[i]) * (a[i] - b[i]);
      absolutes += Math.abs(a[i] - b[i]);
      left += a[i] * a[i];
      right += b[i] * b[i];
      differing += a[i] == b[i] ? 0 : 1;
      common += a[i] != 0 && b[i] != 0 ? 1 : 0;
      either += a[i] != 0 || b[i] != 0 ? 1 : 0;
    }
    return switch (metric) {
      case COSINE -> 1 - product / Math.sqrt(left * right);
      case INNER_PRODUCT -> -product;
      case EUCLIDEAN -> Math.sqrt(squares);
      case MANHATTAN -> absolutes;
      case HAMMING -> differing;
      case JACCARD -> common == 0 ? 1 : 1 - common / either;
    };
  }
}
