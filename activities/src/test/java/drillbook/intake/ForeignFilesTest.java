package drillbook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryServer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.FileForm;
import drillbook.file.RecordFileWriter;
import drillbook.file.RecordShape;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.LocalStore;
import drillbook.store.TestingStore;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that others wrote, which say nothing of what their ids are. */
class ForeignFilesTest {
  private static final CollectionName NAME = new CollectionName(List.of("main"), "articles");
  private static final ImportRequest REQUEST =
      new ImportRequest("docs", "memory", "articles", "", false);
  private static final String UUID_ID = "00000000-0000-0001-0000-0000000000ab";

  private final TestingStore store = new TestingStore();
  private final Engine engine = MemoryEngine.rich(new MemoryServer());

  @TempDir private Path scratch = Path.of("");

  @Test
  void integers_in_lines_make_a_collection_of_integers() throws Exception {
    lines("a.jsonl.gz", "1", "2");
    run();
    assertThat(engine.control().schema(NAME).idType()).isEqualTo("integer");
    assertThat(present(RecordId.of(1), RecordId.of(2))).isEqualTo(2);
    assertThat(run().created()).isFalse();
    assertThat(engine.control().count(NAME, "")).isEqualTo(2);
  }

  @Test
  void ids_of_several_types_are_told_with_their_rows_and_nothing_is_written() throws Exception {
    lines("a.jsonl.gz", "1", "2");
    lines("b.jsonl.gz", "3", "\"x\"");
    assertRefused("integer in a.jsonl.gz, row 1, text in b.jsonl.gz, row 2", this::run);
    assertThat(engine.control().collections()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void texts_merge_as_the_ids_that_a_collection_has(FileForm form) throws Exception {
    live("integer|uuid");
    texts(form, "7", UUID_ID);
    assertThat(run().created()).isFalse();
    assertThat(engine.control().schema(NAME).idType()).isEqualTo("integer|uuid");
    assertThat(present(RecordId.of(7), RecordId.of(UUID.fromString(UUID_ID)))).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void an_id_that_is_none_of_the_collection_is_told_with_its_row(FileForm form) throws Exception {
    live("uuid");
    texts(form, UUID_ID, "seven");
    String file = "part." + form.word();
    assertRefused(file + ", row 2: 'seven' is no id of type uuid", this::run);
    assertThat(engine.control().count(NAME, "")).isZero();
  }

  @Test
  void integers_become_texts_where_ids_are_texts() throws Exception {
    live("text");
    lines("a.jsonl.gz", "1", "\"x\"");
    run();
    assertThat(present(RecordId.of("1"), RecordId.of("x"))).isEqualTo(2);
  }

  @Test
  void a_file_that_would_be_passed_over_is_named_and_nothing_is_written() throws Exception {
    Path files = Files.createDirectories(scratch.resolve("files"));
    Files.write(files.resolve("a.jsonl.gz"), TestingIntake.compressed("{\"id\":1}\n"));
    Files.createDirectories(files.resolve("Acme"));
    Files.writeString(files.resolve("Acme/README"), "no records");
    try (LocalStore local = new LocalStore(files)) {
      Intake intake = new Intake(local, REQUEST, scratch);
      assertThat(intake.plan(engine).files()).isEqualTo(1);
      Files.createSymbolicLink(files.resolve("b.parquet"), files.resolve("a.jsonl.gz"));
      assertThatThrownBy(() -> intake.plan(engine)).hasMessageContaining("'b.parquet'");
      Files.write(files.resolve("Acme/0.PARQUET"), new byte[1]);
      assertThatThrownBy(() -> intake.plan(engine))
          .hasMessageContaining("'Acme/0.PARQUET'")
          .isInstanceOfSatisfying(
              DrillbookException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED));
    }
  }

  private void live(String idType) throws Exception {
    engine
        .control()
        .create(
            new CollectionSchema(
                NAME, layout(2), idType, List.of(), List.of(""), List.of(), Map.of()));
  }

  private static RecordLayout layout(int dimension) {
    return RecordLayout.dense(new VectorField("", ElementType.F32, dimension, false));
  }

  private long present(byte[]... ids) throws Exception {
    List<byte[]> found = new ArrayList<>();
    engine
        .records()
        .fetch(
            engine.control().schema(NAME),
            "",
            List.of(ids),
            (batch, _) -> {
              for (int i = 0; i < batch.size(); i++) {
                found.add(batch.ids().get(i));
              }
            });
    return found.size();
  }

  private void texts(FileForm form, String... ids) throws Exception {
    RecordBatch batch = new RecordBatch(layout(0));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (RecordFileWriter writer = form.open(new RecordShape(layout(0), "text", ""), bytes)) {
      for (String id : ids) {
        batch.clear();
        batch.ids().add(RecordId.of(id));
        batch.vectors().getFirst().add(new byte[8], 0, 2, 1);
        batch.endRecord();
        writer.write(batch, 0);
      }
      writer.finish();
    }
    store.putNew("part." + form.word(), bytes.toByteArray());
  }

  private void lines(String key, String... ids) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (String id : ids) {
      lines.append("{\"id\":").append(id).append(",\"values\":[1,2]}\n");
    }
    store.putNew(key, TestingIntake.compressed(lines.toString()));
  }

  private ImportReport run() throws Exception {
    return TestingIntake.run(new Intake(store, REQUEST, scratch), REQUEST, engine);
  }

  private static void assertRefused(String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INCOMPATIBLE_TARGET));
  }
}
