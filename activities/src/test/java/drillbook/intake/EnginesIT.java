package drillbook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.engine.LiveEngines;
import drillbook.engine.SampleRecords;
import drillbook.export.CollectionExport;
import drillbook.export.CollectionExport.ExportFiles;
import drillbook.export.ExportFolder;
import drillbook.export.ExportSource;
import drillbook.export.LiveRecords;
import drillbook.file.FileForm;
import drillbook.file.RecordShape;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.LocalStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files into real engines and out of them again, in every format: the same records, bit for bit.
 */
class EnginesIT {
  private static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("", ElementType.F32, 16, false));
  private static final int RECORDS = 500;

  @TempDir private Path folder = Path.of("");

  @Test
  void chroma_takes_an_import_twice_and_gives_it_back() throws Exception {
    takesAndGivesBack("chroma");
  }

  @Test
  void pgvector_takes_an_import_twice_and_gives_it_back() throws Exception {
    takesAndGivesBack("pgvector");
  }

  private void takesAndGivesBack(String engineWord) throws Exception {
    EngineAddress address = LiveEngines.start(engineWord, Map.of());
    try (Engine engine = Engines.open(address, InstantSource.system())) {
      for (FileForm form : FileForm.values()) {
        String name = "intake_" + form.name().toLowerCase(Locale.ROOT);
        CollectionName live = new CollectionName(engine.profile().defaultScope(), name);
        engine.control().drop(live);
        Path files = folder.resolve(name);
        String written = export(form, name, files);
        assertThat(load(engine, files).created()).isTrue();
        assertThat(load(engine, files).created()).isFalse();
        assertThat(engine.control().count(live, "")).isEqualTo(RECORDS);
        assertThat(readBack(engine, address, live, form)).as("%s", form).isEqualTo(written);
        engine.control().drop(live);
      }
    }
  }

  /** Writes files as they come from an engine of the same kind; returns the digest of content. */
  private static String export(FileForm form, String name, Path files) throws Exception {
    CollectionSchema schema =
        new CollectionSchema(
            new CollectionName(List.of(), name),
            LAYOUT,
            "text",
            List.of(),
            List.of(""),
            List.of(),
            Map.of());
    RecordBatch batch = SampleRecords.records(LAYOUT, 4, RECORDS, i -> SampleRecords.id("text", i));
    Files.createDirectories(files);
    try (LocalStore store = new LocalStore(files);
        CollectionExport export =
            new CollectionExport(
                store,
                "",
                new ExportSource("weaviate", "", Instant.EPOCH, schema),
                ExportFiles.of(form))) {
      export.write(batch);
      export.finish();
    }
    return digest(batch);
  }

  private ImportReport load(Engine engine, Path files) throws Exception {
    ImportRequest request = new ImportRequest("here", files.toString(), null, null, true);
    try (LocalStore store = new LocalStore(files)) {
      Intake intake = new Intake(store, request, folder.resolve("scratch"));
      ImportReport report = TestingIntake.run(intake, request, engine);
      assertThat(report.records()).isEqualTo(RECORDS);
      return report;
    }
  }

  private String readBack(Engine engine, EngineAddress address, CollectionName live, FileForm form)
      throws Exception {
    Path out = Files.createDirectories(folder.resolve("out-" + form.word()));
    Target target = new Target("here", address, List.of(), List.of(), StoreAddress.folder(folder));
    LiveRecords records = new LiveRecords(target, engine, List.of(), folder.resolve("scratch"));
    CollectionSchema schema = records.collections(List.of(live.path())).getFirst();
    try (LocalStore store = new LocalStore(out)) {
      ExportFolder exported =
          records.write(
              schema, source -> new CollectionExport(store, "", source, ExportFiles.of(form)));
      assertThat(exported.records()).isEqualTo(RECORDS);
      RecordBatch all = new RecordBatch(LAYOUT);
      for (ExportFolder.Part part : exported.parts()) {
        form.read(
            out.resolve(part.name()),
            new RecordShape(exported.schema().layout(), exported.schema().idType(), ""),
            part.name(),
            (read, _) -> {
              for (int i = 0; i < read.size(); i++) {
                unnamed(read, i, all);
              }
            });
      }
      return digest(all);
    }
  }

  /** Engines may name the vector: its bits are what counts here. */
  private static void unnamed(RecordBatch read, int i, RecordBatch all) {
    all.ids().add(read.ids().get(i));
    var column = read.vectors().getFirst();
    all.vectors().getFirst().add(column.bits().data(), column.bits().offset(i), 16, 1);
    if (read.payloads().isPresent(i)) {
      all.payloads().add(read.payloads().get(i));
    }
    if (read.documents().isPresent(i)) {
      all.documents().add(read.documents().get(i));
    }
    if (read.uris().isPresent(i)) {
      all.uris().add(read.uris().get(i));
    }
    all.endRecord();
  }

  private static String digest(RecordBatch batch) {
    RecordHasher hasher = new RecordHasher(LAYOUT);
    MultisetSum sum = MultisetSum.empty();
    byte[] id = new byte[RecordHasher.HASH_BYTES];
    byte[] content = new byte[RecordHasher.HASH_BYTES];
    for (int i = 0; i < batch.size(); i++) {
      hasher.hash(batch, i, id, content);
      sum.add(content);
    }
    return sum.count() + ":" + sum.hex();
  }
}
