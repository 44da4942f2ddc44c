package drillbook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.EngineProfile;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryServer;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorTerms;
import drillbook.export.CollectionExport;
import drillbook.export.CollectionExport.ExportFiles;
import drillbook.export.ExportSource;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.format.TestingRecords;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.store.TestingStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files become collections, or merge into them; nothing is written of what is refused. */
class IntakeTest {
  private static final RecordLayout LAYOUT =
      new RecordLayout(
          List.of(
              new VectorField("title", ElementType.F32, 8, false),
              new VectorField("body", ElementType.F16, 4, false)),
          List.of(new SparseField("splade", ElementType.F32, 0)));
  private static final CollectionSchema SCHEMA =
      new CollectionSchema(
          new CollectionName(List.of("main"), "docs"),
          LAYOUT,
          "text",
          List.of(new VectorIndex("title", "hnsw", VectorIndex.Metric.COSINE, Map.of())),
          List.of("acme", "zeta"),
          List.of(),
          Map.of());

  private final TestingStore store = new TestingStore();
  private final Engine engine = MemoryEngine.rich(new MemoryServer());

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @EnumSource
  void an_export_is_created_when_absent_and_merged_when_present(FileForm form) throws Exception {
    export(form, 0, 200);
    ImportReport first = run(request("", ""));
    assertThat(first.created()).isTrue();
    assertThat(first.records()).isEqualTo(400);
    assertThat(count("acme")).isEqualTo(200);
    assertThat(engine.control().schema(SCHEMA.name()).layout()).isEqualTo(LAYOUT);

    ImportReport again = run(request("", ""));
    assertThat(again.created()).isFalse();
    assertThat(count("acme")).isEqualTo(200);

    clear();
    export(form, 150, 100);
    run(request("", ""));
    assertThat(count("acme")).isEqualTo(250);
    assertThat(count("zeta")).isEqualTo(250);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void importing_again_after_a_failure_builds_the_indexes_that_are_missing() throws Exception {
    export(FileForm.LINES, 0, 20);
    failsAfterItsFirstFile(request("", ""));
    assertThat(engine.control().schema(SCHEMA.name()).indexes()).isEmpty();
    assertThat(run(request("", "")).created()).isFalse();
    assertThat(engine.control().schema(SCHEMA.name()).indexes()).isEqualTo(SCHEMA.indexes());
    assertThat(count("zeta")).isEqualTo(20);
  }

  @Test
  void a_live_collection_keeps_its_own_indexes() throws Exception {
    CollectionSchema own =
        new CollectionSchema(
            SCHEMA.name(),
            LAYOUT,
            "text",
            List.of(new VectorIndex("title", "hnsw", VectorIndex.Metric.EUCLIDEAN, Map.of())),
            SCHEMA.tenants(),
            List.of(),
            Map.of());
    engine.control().create(own);
    engine.control().buildIndexes(own);
    export(FileForm.LINES, 0, 20);
    run(request("", ""));
    assertThat(engine.control().schema(SCHEMA.name()).indexes()).isEqualTo(own.indexes());
  }

  private void failsAfterItsFirstFile(ImportRequest request) throws Exception {
    Intake intake = intake(request);
    ImportPlan plan = intake.plan(engine);
    ImportStep whole = new ImportStep(request, plan, 0, FileFacts.NONE);
    assertThat(intake.prepare(whole, engine).created()).isTrue();
    intake.load(whole, engine, GroupProgress.start(0), _ -> {});
  }

  @Test
  void lines_that_others_wrote_become_a_collection() throws Exception {
    put(
        "part.jsonl.gz",
        "{\"id\":\"a\",\"values\":[1,2,3],\"metadata\":{\"n\":1}}\n{\"id\":\"b\",\"values\":[4.5,0,-1]}\n");
    ImportReport report = run(request("articles", "euclidean"));
    assertThat(report.created()).isTrue();
    assertThat(report.collection()).isEqualTo("main/articles");
    CollectionSchema live =
        engine.control().schema(new CollectionName(List.of("main"), "articles"));
    assertThat(live.layout().vectors())
        .singleElement()
        .extracting(VectorField::dimension)
        .isEqualTo(3);
    assertThat(live.indexes())
        .singleElement()
        .extracting(VectorIndex::metric)
        .isEqualTo(VectorIndex.Metric.EUCLIDEAN);
    assertThat(engine.control().count(live.name(), "")).isEqualTo(2);
  }

  @Test
  void folders_are_tenants_and_the_default_namespace_is_the_one_without_a_name() throws Exception {
    put("acme/0.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n");
    put("__default__/0.jsonl.gz", "{\"id\":\"b\",\"values\":[1,2]}\n");
    run(request("articles", ""));
    CollectionName name = new CollectionName(List.of("main"), "articles");
    assertThat(engine.control().schema(name).tenants()).containsExactly("", "acme");
    assertThat(engine.control().count(name, "acme")).isEqualTo(1);
  }

  @Test
  void the_layout_of_pinecone_loses_nothing_and_has_a_folder_for_each_namespace() throws Exception {
    RecordLayout layout =
        new RecordLayout(
            List.of(new VectorField("", ElementType.F32, 8, false)),
            List.of(new SparseField("splade", ElementType.F32, 0)));
    CollectionSchema schema =
        new CollectionSchema(
            SCHEMA.name(), layout, "integer", List.of(), List.of("", "acme"), List.of(), Map.of());
    ExportSource source = new ExportSource("memory", "", Instant.EPOCH, schema);
    RecordBatch batch = SampleRecords.records(layout, 2, 60, i -> SampleRecords.id("integer", i));
    ExportFiles files = new ExportFiles(FileForm.PARQUET, "pinecone", 1);
    try (CollectionExport export = new CollectionExport(store, "", source, files)) {
      for (String tenant : schema.tenants()) {
        export.tenant(tenant);
        export.write(batch);
      }
      export.finish();
    }
    assertThat(store.keys())
        .containsExactly(
            "export.json",
            "import/__default__/part-00000.parquet",
            "import/acme/part-00001.parquet");
    run(request("", ""));
    CollectionSchema live = engine.control().schema(SCHEMA.name());
    assertThat(live.idType()).isEqualTo("integer");
    RecordBatch found = new RecordBatch(live.layout());
    List<byte[]> ids = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      ids.add(batch.ids().get(i));
    }
    engine
        .records()
        .fetch(
            live,
            "acme",
            ids,
            (read, _) -> {
              for (int i = 0; i < read.size(); i++) {
                found.append(read, i);
              }
            });
    assertThat(found.size()).isEqualTo(60);
    for (int i = 0; i < 60; i++) {
      int at = i;
      while (!Arrays.equals(batch.ids().get(at), found.ids().get(i))) {
        at = (at + 1) % 60;
      }
      TestingRecords.assertSame(found, i, batch, at);
    }
  }

  @Test
  void an_empty_collection_in_the_layout_of_pinecone_keeps_its_schema() throws Exception {
    RecordLayout layout = RecordLayout.dense(new VectorField("body", ElementType.F32, 8, false));
    CollectionSchema schema =
        new CollectionSchema(
            SCHEMA.name(),
            layout,
            "integer",
            List.of(new VectorIndex("body", "hnsw", VectorIndex.Metric.EUCLIDEAN, Map.of())),
            List.of(""),
            List.of(),
            Map.of());
    ExportSource source = new ExportSource("memory", "", Instant.EPOCH, schema);
    ExportFiles files = new ExportFiles(FileForm.PARQUET, "pinecone", 1);
    try (CollectionExport export = new CollectionExport(store, "", source, files)) {
      export.finish();
    }
    assertThat(run(request("", "")).created()).isTrue();
    CollectionSchema live = engine.control().schema(SCHEMA.name());
    assertThat(live.layout()).isEqualTo(layout);
    assertThat(live.indexes()).isEqualTo(schema.indexes());
    assertThat(live.idType()).isEqualTo("integer");
  }

  @Test
  void a_dimension_that_the_schema_leaves_open_is_that_of_the_records() throws Exception {
    RecordLayout open = RecordLayout.dense(new VectorField("v", ElementType.F32, 0, false));
    CollectionSchema schema =
        new CollectionSchema(
            SCHEMA.name(), open, "text", List.of(), List.of(""), List.of(), Map.of());
    RecordBatch batch = new RecordBatch(open);
    batch.ids().add(SampleRecords.id("text", 1));
    batch.vectors().getFirst().add(new byte[12], 0, 3, 1);
    batch.endRecord();
    try (CollectionExport export =
        new CollectionExport(
            store,
            "",
            new ExportSource("pgvector", "", Instant.EPOCH, schema),
            ExportFiles.of(FileForm.LINES))) {
      export.write(batch);
      export.finish();
    }
    Engine closed = new ClosedDimensions(engine);
    ImportReport report = TestingIntake.run(intake(request("", "")), request("", ""), closed);
    assertThat(report.records()).isEqualTo(1);
    CollectionName name = new CollectionName(closed.profile().defaultScope(), "docs");
    assertThat(closed.control().schema(name).layout().vectors().getFirst().dimension())
        .isEqualTo(3);
  }

  @Test
  void two_dimensions_are_told_with_their_files_and_nothing_is_written() throws Exception {
    put("a.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n");
    put("b.jsonl.gz", "{\"id\":\"b\",\"values\":[1,2,3]}\n");
    assertRefused(
        FailureKind.INCOMPATIBLE_TARGET,
        "2 elements in a.jsonl.gz and 3 in b.jsonl.gz",
        () -> run(request("articles", "")));
    assertThat(engine.control().collections()).isEmpty();
  }

  @Test
  void another_dimension_than_the_live_one_is_told_before_anything_is_written() throws Exception {
    put("a.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n");
    run(request("articles", ""));
    clear();
    put("a.jsonl.gz", "{\"id\":\"x\",\"values\":[1,2,3]}\n");
    assertRefused(
        FailureKind.INCOMPATIBLE_TARGET,
        "its dimension is 2, not 3",
        () -> run(request("articles", "")));
    assertThat(engine.control().count(new CollectionName(List.of("main"), "articles"), ""))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void a_file_that_is_not_what_export_json_says_is_refused(FileForm form) throws Exception {
    export(form, 0, 50);
    String key = "part-00001." + form.word();
    byte[] whole = store.bytes(key);
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    store.tamper(key, changed);
    assertRefused(FailureKind.CORRUPT, "its sha256 is", () -> run(request("", "")));
    store.tamper(key, store.bytes("part-00000." + form.word()));
    assertThatThrownBy(() -> run(request("", ""))).isInstanceOf(DrillbookException.class);
    store.delete(key);
    assertThatThrownBy(() -> run(request("", ""))).isInstanceOf(DrillbookException.class);
    assertThat(engine.control().collections()).isEmpty();
  }

  @Test
  void a_line_that_is_no_record_is_told_with_its_file_and_line() throws Exception {
    put("a.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n{\"id\":\"b\",\"value\":[1,2]}\n");
    assertRefused(
        FailureKind.CORRUPT,
        "a.jsonl.gz, line 2: unknown field 'value'",
        () -> run(request("articles", "")));
  }

  @Test
  void an_export_that_did_not_finish_is_refused() throws Exception {
    export(FileForm.LINES, 0, 20);
    store.putNew("unfinished.json", new byte[0]);
    assertRefused(FailureKind.NOT_FOUND, "is being written", () -> run(request("articles", "")));
    store.delete("export.json");
    assertRefused(FailureKind.NOT_FOUND, "is being written", () -> run(request("articles", "")));
    assertThat(engine.control().collections()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-1/export.json", "b/a-1/unfinished.json", "status/x/running.json"})
  void a_folder_of_exports_is_refused_with_their_names(String key) throws Exception {
    put("a-1/part-00000.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n");
    run(request("articles", ""));
    store.putNew(key, new byte[] {'{', '}'});
    String folder = key.substring(0, key.startsWith("status") ? 6 : key.lastIndexOf('/'));
    assertRefused(
        FailureKind.CONFIGURATION,
        "holds exports in folders of their own: " + folder,
        () -> run(request("articles", "")));
  }

  @Test
  void an_empty_folder_and_files_without_a_name_are_refused() throws Exception {
    assertRefused(FailureKind.NOT_FOUND, "nothing to import", () -> run(request("", "")));
    put("a.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n");
    assertRefused(FailureKind.CONFIGURATION, "do not say", () -> run(request("", "")));
  }

  @Test
  void a_group_goes_on_behind_its_last_finished_file() throws Exception {
    for (int i = 0; i < 4; i++) {
      put("f" + i + ".jsonl.gz", "{\"id\":\"i" + i + "\",\"values\":[1,2]}\n");
    }
    ImportRequest request = request("articles", "");
    ImportPlan all = intake(request).plan(engine);
    ImportPlan plan = new ImportPlan(4, all.digest(), "", List.of(0, 3));
    ImportStep step = new ImportStep(request, plan, 0, FileFacts.NONE);
    List<GroupProgress> told = new ArrayList<>();
    FileFacts facts = intake(request).check(step, GroupProgress.start(0), told::add);
    assertThat(facts.records()).isEqualTo(3);
    GroupProgress second =
        told.stream().filter(now -> now.position() == 1).findFirst().orElseThrow();
    int reads = store.reads();
    assertThat(intake(request).check(step, second, _ -> {})).isEqualTo(facts);
    // Its look for an export.json, and two files.
    assertThat(store.reads() - reads).isEqualTo(3);

    ImportStep write = new ImportStep(request, plan, 0, facts);
    intake(request).prepare(write, engine);
    assertThat(intake(request).load(write, engine, new GroupProgress(2, null, 7, 2), _ -> {}))
        .isEqualTo(3);
    CollectionName name = new CollectionName(List.of("main"), "articles");
    assertThat(engine.control().count(name, "")).isEqualTo(1);
  }

  @Test
  void a_folder_that_changes_during_the_import_is_found() throws Exception {
    put("a.jsonl.gz", "{\"id\":\"a\",\"values\":[1,2]}\n");
    ImportRequest request = request("articles", "");
    ImportPlan plan = intake(request).plan(engine);
    put("b.jsonl.gz", "{\"id\":\"b\",\"values\":[1,2]}\n");
    assertRefused(
        FailureKind.CORRUPT,
        "were changed",
        () ->
            intake(request)
                .check(
                    new ImportStep(request, plan, 0, FileFacts.NONE),
                    GroupProgress.start(0),
                    _ -> {}));
  }

  private ImportReport run(ImportRequest request) throws Exception {
    return TestingIntake.run(intake(request), request, engine);
  }

  private Intake intake(ImportRequest request) {
    return new Intake(store, request, scratch);
  }

  private static ImportRequest request(String collection, String metric) {
    return new ImportRequest("docs", "memory", collection, metric, false);
  }

  private long count(String tenant) throws Exception {
    return engine.control().count(SCHEMA.name(), tenant);
  }

  private void export(FileForm form, int from, int count) throws Exception {
    ExportSource source = new ExportSource("memory", "", Instant.EPOCH, SCHEMA);
    try (CollectionExport export = new CollectionExport(store, "", source, ExportFiles.of(form))) {
      for (String tenant : SCHEMA.tenants()) {
        export.tenant(tenant);
        RecordBatch batch =
            SampleRecords.records(LAYOUT, from, count, i -> SampleRecords.id("text", i));
        export.write(batch);
      }
      export.finish();
    }
  }

  private void clear() throws Exception {
    for (String key : List.copyOf(store.keys())) {
      store.delete(key);
    }
  }

  private void put(String key, String lines) throws Exception {
    store.putNew(key, TestingIntake.compressed(lines));
  }

  private static void assertRefused(FailureKind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  /** The records of an import are those of the export: written and read by the same engine. */
  @Test
  void every_record_comes_back() throws Exception {
    engine.control().create(SCHEMA);
    RecordBatch batch = SampleRecords.records(LAYOUT, 0, 100, i -> SampleRecords.id("text", i));
    try (RecordWriter writer = engine.records().writer(SCHEMA, "acme")) {
      writer.write(batch);
    }
    export(FileForm.PARQUET, 0, 100);
    run(request("copy", ""));
    CollectionSchema copy = engine.control().schema(new CollectionName(List.of("main"), "copy"));
    List<byte[]> ids = List.of(batch.ids().get(1), batch.ids().get(4), batch.ids().get(50));
    RecordBatch found = new RecordBatch(LAYOUT);
    engine.records().fetch(copy, "acme", ids, (read, _) -> found.append(read, 0));
    RecordBatch expected = new RecordBatch(LAYOUT);
    engine.records().fetch(SCHEMA, "acme", ids, (read, _) -> expected.append(read, 0));
    assertThat(found.size()).isEqualTo(expected.size()).isPositive();
    for (int i = 0; i < found.size(); i++) {
      TestingRecords.assertSame(found, i, expected, i);
    }
  }

  /** An engine that wants to know a dimension before there are records. */
  private record ClosedDimensions(Engine engine) implements Engine {
    @Override
    public EngineProfile profile() {
      EngineProfile open = engine.profile();
      VectorTerms vectors = open.vectors();
      return new EngineProfile(
          open.name(),
          open.capabilities(),
          open.scopeLevels(),
          open.defaultScope(),
          open.names(),
          open.tenants(),
          new VectorTerms(
              vectors.elementTypes(),
              vectors.maxDimension(),
              Set.of(VectorTerms.Trait.MANY),
              vectors.sparse(),
              vectors.grammar()),
          open.indexes(),
          open.idTypes(),
          open.own());
    }

    @Override
    public Control control() {
      return engine.control();
    }

    @Override
    public Records records() throws DrillbookException {
      return engine.records();
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
