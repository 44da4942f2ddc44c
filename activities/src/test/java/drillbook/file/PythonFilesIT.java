package drillbook.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.SampleRecords;
import drillbook.localserver.PinnedPackage;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pyarrow, DuckDB and pandas find in the files, and what they write, is what is there. */
class PythonFilesIT {
  private static final PinnedPackage TOOLS =
      new PinnedPackage.Python(
          "column-tools",
          "1",
          List.of(
              "pyarrow==22.0.0",
              "duckdb==1.4.2",
              "pandas==2.3.3",
              "numpy==2.3.5",
              "python-dateutil==2.9.0.post0",
              "pytz==2025.2",
              "tzdata==2025.2",
              "six==1.17.0"));
  private static final RecordLayout LAYOUT =
      new RecordLayout(
          List.of(
              new VectorField("", ElementType.F32, 24, false),
              new VectorField("half", ElementType.F16, 8, false)),
          List.of(new SparseField("splade", ElementType.F32, 0)));
  private static final int RECORDS = 3000;

  @TempDir private Path folder = Path.of("");

  @Test
  void every_tool_finds_the_same_ids_vectors_and_metadata() throws Exception {
    Path home = RealServers.cache().install(TOOLS);
    RecordBatch batch = SampleRecords.records(LAYOUT, 0, RECORDS, i -> SampleRecords.id("text", i));
    write(FileForm.PARQUET, batch);
    write(FileForm.ARROW, batch);
    // The second record has an integer of 200 bits, which pandas cannot read.
    RecordBatch fewer = SampleRecords.records(LAYOUT, 2, RECORDS, i -> SampleRecords.id("text", i));
    write(FileForm.LINES, fewer);
    String expected = expected(batch);
    String lines = expected(fewer);
    Path script = Files.writeString(folder.resolve("read.py"), script("read_files.py"));
    String output = run(home, script, folder.toString());
    assertThat(output.lines().toList())
        .containsExactly(
            "parquet pyarrow " + expected,
            "parquet pandas " + expected,
            "parquet duckdb " + expected,
            "arrow pyarrow " + expected,
            "arrow pandas " + expected,
            "arrow duckdb " + expected,
            "jsonl.gz python " + lines,
            "jsonl.gz pandas " + lines,
            "jsonl.gz duckdb " + lines);
  }

  @Test
  void what_the_tools_write_is_read() throws Exception {
    Path home = RealServers.cache().install(TOOLS);
    Path script = Files.writeString(folder.resolve("write.py"), script("write_files.py"));
    String written = run(home, script, folder.toString());
    RecordShape shape =
        new RecordShape(
            new RecordLayout(
                List.of(new VectorField("", ElementType.F32, 0, false)),
                List.of(new SparseField("sparse_values", ElementType.F32, 0))),
            "text",
            "");
    for (String name : written.lines().toList()) {
      FileForm form = name.endsWith("parquet") ? FileForm.PARQUET : FileForm.ARROW;
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long[] seen = new long[1];
      form.read(
          folder.resolve(name),
          shape,
          name,
          (read, _) -> {
            for (int i = 0; i < read.size(); i++) {
              assertThat(RecordId.print(read.ids().get(i))).isEqualTo("id-" + seen[0]);
              assertThat(read.vectors().getFirst().dimension(i)).isEqualTo(4);
              assertThat(read.payloads().isPresent(i)).isEqualTo(seen[0] % 2 == 0);
              digest.update(read.vectors().getFirst().bits().get(i));
              seen[0]++;
            }
          });
      assertThat(seen[0]).as(name).isEqualTo(1000);
      assertThat(HexFormat.of().formatHex(digest.digest()))
          .as(name)
          .isEqualTo(Files.readString(folder.resolve("values.sha256")));
    }
    assertThat(written.lines()).hasSize(6);
    for (String name : List.of("integers.parquet", "integers.arrow")) {
      FileForm form = name.endsWith("parquet") ? FileForm.PARQUET : FileForm.ARROW;
      float[] seen = new float[4];
      form.read(
          folder.resolve(name),
          shape,
          name,
          (read, _) -> read.vectors().getFirst().bits().view(0).asFloatBuffer().get(seen));
      assertThat(seen).as(name).containsExactly(0, -3, 1 << 24, 0x1p40f);
      RecordShape bytes =
          new RecordShape(
              RecordLayout.dense(new VectorField("", ElementType.I8, 4, false)), "text", "");
      assertThatThrownBy(() -> form.read(folder.resolve(name), bytes, name, (_, _) -> {}))
          .hasMessageContaining("16777216");
    }
  }

  private void write(FileForm form, RecordBatch batch) throws Exception {
    try (OutputStream out = Files.newOutputStream(folder.resolve("records." + form.word()));
        RecordFileWriter writer = form.open(new RecordShape(LAYOUT, "text", ""), out)) {
      for (int i = 0; i < batch.size(); i++) {
        writer.write(batch, i);
      }
      writer.finish();
    }
  }

  /** The count, and digests of ids, of all vectors' bits, and of the metadata's texts. */
  private static String expected(RecordBatch batch) throws Exception {
    MessageDigest ids = MessageDigest.getInstance("SHA-256");
    MessageDigest values = MessageDigest.getInstance("SHA-256");
    MessageDigest half = MessageDigest.getInstance("SHA-256");
    int metadata = 0;
    for (int i = 0; i < batch.size(); i++) {
      ids.update(RecordId.print(batch.ids().get(i)).getBytes(StandardCharsets.UTF_8));
      ids.update((byte) 0);
      values.update(batch.vectors().get(LAYOUT.vector("")).bits().get(i));
      half.update(batch.vectors().get(LAYOUT.vector("half")).bits().get(i));
      metadata += batch.payloads().isPresent(i) ? 1 : 0;
    }
    return batch.size() + " " + hex(ids) + " " + hex(values) + " " + hex(half) + " " + metadata;
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static String script(String name) throws Exception {
    try (var in = PythonFilesIT.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String run(Path home, Path script, String argument) throws Exception {
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(home.resolve("bin/python").toString(), script.toString(), argument)
            .redirectError(errors.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return output;
  }
}
