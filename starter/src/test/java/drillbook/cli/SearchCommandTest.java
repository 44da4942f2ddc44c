package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.archive.Archive;
import drillbook.backup.BackupId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeRun;
import drillbook.backup.SealRun;
import drillbook.capture.Seal;
import drillbook.capture.SharedIndexes;
import drillbook.capture.TargetCapture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.MemoryEngine;
import drillbook.engine.RecordWriter;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.setting.Home;
import drillbook.target.Target;
import drillbook.temporal.TestingParts;
import drillbook.worker.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchCommandTest {
  private static final CollectionSchema DOCS =
      new CollectionSchema(
          new CollectionName(List.of("main"), "docs"),
          RecordLayout.dense(new VectorField("", ElementType.F32, 2, false)),
          "text",
          List.of(),
          List.of(""),
          List.of(),
          Map.of());

  private final TestingParts parts = new TestingParts();
  private final Engine engine = MemoryEngine.rich(parts.server);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Instant now = Instant.parse("2026-11-20T02:00:00Z");

  @TempDir Path folder;

  @BeforeEach
  void connect() throws Exception {
    engine.control().create(DOCS);
    assertThat(
            run("connect", "docs", "--engine", "memory", "--url", "http://up:1", "--store", "/b"))
        .isZero();
  }

  @Test
  void a_backup_is_searched_by_a_vector_and_by_one_of_its_records() throws Exception {
    write("a", 1);
    write("b", 2);
    String first = backup(BackupKind.FULL).backupId();
    write("c", 1.5f);
    backup(BackupKind.INCREMENTAL);

    assertThat(run("search", "docs", "--vector", "[2, 1]", "-k", "1", "--metric", "euclidean"))
        .isZero();
    assertThat(out.toString())
        .contains(
            "DISTANCE  ID", "0.000000  b", "the 1 nearest of 3 records of main/docs by euclidean");
    assertThat(run("search", "docs", "--backup", first, "--like", "a", "--metric", "euclidean"))
        .isZero();
    assertThat(out.toString()).contains("0.000000  a", "1.000000  b").doesNotContain("0.500000  c");
  }

  @Test
  void a_vector_may_lie_in_a_file_and_json_holds_the_records() throws Exception {
    write("a", 1);
    write("b", 2);
    backup(BackupKind.FULL);
    Path query = folder.resolve("query.json");
    Files.writeString(query, "[1, 1]");
    assertThat(
            run(
                "search",
                "docs",
                "--vector",
                "@" + query,
                "--metric",
                "manhattan",
                "--with-payload",
                "--json"))
        .isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("compared").asInt()).isEqualTo(2);
    assertThat(json.get("metric").asText()).isEqualTo("manhattan");
    assertThat(json.get("hits").get(0).get("record").get("id").asText()).isEqualTo("a");
    assertThat(run("search", "docs", "--vector", "@" + folder.resolve("none.json"))).isEqualTo(2);
    assertThat(err.toString()).contains("none.json cannot be read");
  }

  @Test
  void what_cannot_be_searched_for_is_a_usage_failure() throws Exception {
    write("a", 1);
    backup(BackupKind.FULL);
    assertThat(run("search", "docs", "--vector", "[1, 2, 3]")).isEqualTo(2);
    assertThat(err.toString()).contains("it has 3 elements", "vectors of 2");
    assertThat(run("search", "docs", "--vector", "[1, NaN]")).isEqualTo(2);
    assertThat(run("search", "docs")).isEqualTo(2);
    assertThat(run("search", "docs", "--like", "a", "--vector", "[1, 2]")).isEqualTo(2);
    assertThat(run("search", "docs", "--like", "a", "-k", "0")).isEqualTo(2);
    assertThat(run("search", "docs", "--like", "a", "--metric", "near")).isEqualTo(2);
    assertThat(err.toString()).contains("--metric near is unknown");
    assertThat(run("search", "docs", "--like", "nobody")).isEqualTo(2);
  }

  private void write(String id, float value) throws Exception {
    RecordBatch batch = new RecordBatch(DOCS.layout());
    batch.ids().add(RecordId.of(id));
    batch.vectors().getFirst().add(new float[] {value, 1}, 0, 2);
    batch.endRecord();
    try (RecordWriter writer = engine.records().writer(DOCS, "")) {
      writer.write(batch);
    }
  }

  private BackupReport backup(BackupKind kind) throws Exception {
    now = now.plusSeconds(3600);
    Installation installation = installation();
    Target target = installation.home().targets().named("docs");
    Surroundings believed = installation.surroundings(installation.home().targets(), folder);
    TargetCapture capture =
        new TargetCapture(
            target,
            engine,
            new Archive(parts.store, "docs", believed.trustedKeys()),
            new SharedIndexes(),
            folder.resolve("scratch"),
            () -> now);
    BackupRequest request = BackupRequest.of("docs", kind);
    var plan = capture.plan(request);
    CaptureRun run =
        new CaptureRun(request, plan, BackupId.of(now, plan.kind(), "abcdef").text(), now);
    try (TargetCapture.Held held = capture.hold(run, 0)) {
      long records = 0;
      for (int range = 0; range < held.opened().ranges(); range++) {
        records +=
            capture
                .captureRange(new RangeRun(run, 0, range), (read, stored, segments) -> {})
                .records();
      }
      SealRun seal = new SealRun(run, 0, held.opened().ranges(), records);
      return new Seal(capture, believed.signingKey(), seal, sentence -> {}).seal();
    }
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    return DrillbookMain.commandLine(installation()).execute(arguments);
  }

  private Installation installation() {
    return new Installation(
        new Home(folder.resolve("home")),
        folder,
        parts,
        () -> now,
        new PrintWriter(out),
        new PrintWriter(err));
  }
}
