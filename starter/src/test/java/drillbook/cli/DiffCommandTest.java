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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiffCommandTest {
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
  void two_backups_are_compared_by_id_time_and_latest() throws Exception {
    write("a", 1);
    write("b", 1);
    String first = backup(BackupKind.FULL).backupId();
    write("b", 2);
    write("c", 1);
    backup(BackupKind.INCREMENTAL);

    assertThat(run("diff", "docs", first, "latest")).isEqualTo(1);
    assertThat(out.toString())
        .contains("1 added, 0 removed, 1 changed", "+ main/docs  c", "~ main/docs  b  (vector)");
    assertThat(run("diff", "2036-01-01", first, "--target", "docs")).isEqualTo(1);
    assertThat(out.toString()).contains("0 added, 1 removed, 1 changed", "- main/docs  c");
    assertThat(run("diff", "docs", "latest", "latest")).isZero();
    assertThat(out.toString()).contains("hold the same");
  }

  @Test
  void json_holds_the_figures_and_no_more_examples_than_were_asked_for() throws Exception {
    write("a", 1);
    String first = backup(BackupKind.FULL).backupId();
    for (int i = 0; i < 30; i++) {
      write("more-" + i, 1);
    }
    String second = backup(BackupKind.FULL).backupId();

    assertThat(run("diff", "docs", first, second, "--json")).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("added").asInt()).isEqualTo(30);
    assertThat(json.get("examples")).hasSize(20);
    assertThat(json.get("parts").get(0).get("collection").asText()).isEqualTo("main/docs");
    assertThat(run("diff", "docs", first, second, "--json", "--limit", "0")).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(out.toString()).get("examples")).isEmpty();
  }

  @Test
  void what_cannot_be_compared_is_told_apart_from_a_difference() {
    assertThat(run("diff", "docs", "latest", "latest")).isEqualTo(2);
    assertThat(err.toString()).contains("no backup of 'docs'");
    assertThat(run("diff", "docs", "latest")).isEqualTo(2);
    assertThat(err.toString()).contains("two backups are compared, 1 were named");
    assertThat(run("diff", "docs", "latest", "nonsense")).isEqualTo(2);
    assertThat(run("diff", "docs", "latest", "latest", "--limit", "-1")).isEqualTo(2);
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
