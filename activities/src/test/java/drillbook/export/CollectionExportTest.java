package drillbook.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.export.CollectionExport.ExportFiles;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.TestingStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Folders of exported lines: parts, tenants, schema, and that damage is found. */
class CollectionExportTest {
  private static final Instant TIME = Instant.parse("2026-11-21T02:00:00Z");
  private static final String FOLDER = "exports/docs-20261121t020000z/";

  private static final ExportFiles LINES = ExportFiles.of(FileForm.LINES);

  private final TestingStore store = new TestingStore();

  @Test
  void parts_are_cut_by_lines_and_by_tenants_and_come_back() throws Exception {
    ExportFolder written = export(schema("docs"), 4);
    assertThat(store.keys())
        .containsExactly(
            FOLDER + "export.json",
            FOLDER + "part-00000.jsonl.gz",
            FOLDER + "part-00001.jsonl.gz",
            FOLDER + "part-00002.jsonl.gz",
            FOLDER + "part-00003.jsonl.gz",
            FOLDER + "record.schema.json");
    assertThat(written.records()).isEqualTo(13);
    assertThat(written.parts())
        .extracting(ExportFolder.Part::records)
        .containsExactly(4L, 4L, 2L, 3L);
    assertThat(written.parts())
        .extracting(ExportFolder.Part::tenant)
        .containsExactly("acme", "acme", "acme", "zeta");

    List<String> seen = new ArrayList<>();
    ExportFolder read =
        LinesImport.read(
            store,
            FOLDER,
            (tenant, batch) -> {
              for (int i = 0; i < batch.size(); i++) {
                seen.add(tenant + "/" + RecordId.print(batch.ids().get(i)));
              }
            });
    assertThat(read).isEqualTo(written);
    assertThat(seen).hasSize(13).startsWith("acme/0", "acme/1").endsWith("zeta/11", "zeta/12");
  }

  @Test
  void a_part_is_lines_that_any_tool_reads() throws Exception {
    export(schema("docs"), 100);
    byte[] part = store.bytes(FOLDER + "part-00001.jsonl.gz");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(part))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(
              """
              {"id":10,"tenant":"zeta","values":[10.0,0.5]}
              {"id":11,"tenant":"zeta","values":[11.0,0.5]}
              {"id":12,"tenant":"zeta","values":[12.0,0.5]}
              """);
    }
  }

  @Test
  void an_export_names_every_file_that_lies_there() throws Exception {
    ExportFolder written = export(schema("docs"), 4);
    assertThat(written.files().stream().map(name -> FOLDER + name))
        .containsExactlyInAnyOrderElementsOf(store.keys())
        .endsWith(FOLDER + "export.json");
  }

  @Test
  void an_export_that_was_not_finished_is_none() throws Exception {
    try (CollectionExport export =
        new CollectionExport(store, FOLDER, source(schema("docs"), ""), LINES, 4)) {
      export.write(batch(0, 6));
    }
    assertKind(FailureKind.NOT_FOUND);
  }

  @Test
  void damage_is_found() throws Exception {
    export(schema("docs"), 4);
    String key = FOLDER + "part-00001.jsonl.gz";
    byte[] whole = store.bytes(key);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 4;
      store.tamper(key, changed);
      assertKind(FailureKind.CORRUPT);
    }
    store.tamper(key, Arrays.copyOf(whole, whole.length - 9));
    assertKind(FailureKind.CORRUPT);
    store.tamper(key, store.bytes(FOLDER + "part-00000.jsonl.gz"));
    assertKind(FailureKind.CORRUPT);
    store.delete(key);
    assertKind(FailureKind.NOT_FOUND);
  }

  @Test
  void folders_are_named_by_collection_and_time() {
    assertThat(ExportFolder.key("exports", schema("docs"), TIME)).isEqualTo(FOLDER);
    assertThat(ExportFolder.key("", schema("docs"), TIME)).isEqualTo("docs-20261121t020000z/");
    String upper = ExportFolder.key("e", schema("Docs"), TIME);
    String spaced = ExportFolder.key("e", schema("../docs"), TIME);
    assertThat(List.of(upper, spaced, ExportFolder.key("e", schema("文"), TIME)))
        .doesNotHaveDuplicates()
        .allMatch(key -> key.matches("e/[a-z0-9-]+/"));
    assertThat(ExportFolder.key("e", schema("x".repeat(300)), TIME).length()).isLessThan(120);
  }

  private ExportFolder export(CollectionSchema schema, int lines) throws Exception {
    try (CollectionExport export =
        new CollectionExport(
            store, FOLDER, source(schema, "20261121t020000z_full_abcdef"), LINES, lines)) {
      export.tenant("acme");
      export.write(batch(0, 7));
      export.write(batch(7, 3));
      export.tenant("empty");
      export.tenant("zeta");
      export.write(batch(10, 3));
      return export.finish();
    }
  }

  private static ExportSource source(CollectionSchema schema, String backup) {
    return new ExportSource("memory", backup, TIME, schema);
  }

  private void assertKind(FailureKind kind) {
    assertThatThrownBy(() -> LinesImport.read(store, FOLDER, (_, _) -> {}))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static RecordBatch batch(int from, int count) {
    RecordBatch batch = new RecordBatch(schema("docs").layout());
    for (int i = from; i < from + count; i++) {
      batch.ids().add(RecordId.of(i));
      batch.vectors().getFirst().add(new float[] {i, 0.5f}, 0, 2);
      batch.endRecord();
    }
    return batch;
  }

  private static CollectionSchema schema(String name) {
    return new CollectionSchema(
        new CollectionName(List.of(), name),
        RecordLayout.dense(new VectorField("", ElementType.F32, 2, false)),
        "integer",
        List.of(new VectorIndex("", "hnsw", Metric.COSINE, Map.of("m", "16"))),
        List.of("acme", "zeta"),
        List.of("alias"),
        Map.of("metadata", "{}"));
  }
}
