package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryEngine;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.restore.RestoreMode;
import drillbook.runbook.Retention;
import drillbook.setting.Home;
import drillbook.temporal.InProcessTemporal;
import drillbook.temporal.Procedure;
import drillbook.temporal.ProcedureRun;
import drillbook.temporal.TestingActivities;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  private final TestingParts parts = new TestingParts();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;
  private Home home = new Home(Path.of("/nowhere"));

  @BeforeEach
  void home() {
    home = new Home(folder.resolve("home"));
  }

  @Test
  void connect_asks_the_engine_and_remembers_the_target_without_a_secret() throws Exception {
    holdCollection("docs");
    assertThat(connect("docs")).isZero();
    assertThat(out.toString())
        .contains("connected", "COLLECTION", "main/docs", "drillbook backup docs");
    String file = Files.readString(home.targets().file("docs"));
    assertThat(file).contains("credential: \"env:TOKEN\"", "location: \"/backups\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs://KEY:hunter2", "s3://KEY:hunt/hunter2@bucket", "s3:/hunter2@x"})
  void what_no_store_is_called_is_refused_before_anything_starts(String place) throws Exception {
    holdCollection("docs");
    connect("docs");
    for (List<String> words :
        List.of(
            List.of("export", "docs", "--to", place),
            List.of("export", "status", "export-docs-20261121t020000z", "--to", place),
            List.of("import", "docs", "--from", place),
            List.of(
                "connect",
                "other",
                "--engine",
                "memory",
                "--url",
                "http://x:1",
                "--store",
                place))) {
      err.getBuffer().setLength(0);
      assertThat(run(words.toArray(String[]::new))).as("%s", words).isEqualTo(2);
      assertThat(err.toString()).contains("hint: ").doesNotContain("hunter2", "KEY", "defect");
    }
  }

  @Test
  void connect_refuses_an_engine_that_is_down_unless_told_not_to_ask() {
    assertThat(
            run("connect", "docs", "--engine", "memory", "--url", "http://down:1", "--store", "/b"))
        .isEqualTo(3);
    assertThat(err.toString()).contains("drillbook: probe: refused", "hint: Is it running?");
    assertThat(home.targets().file("docs")).doesNotExist();
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://down:1",
                "--store",
                "/b",
                "--offline"))
        .isZero();
    assertThat(home.targets().file("docs")).exists();
  }

  @Test
  void connect_overwrites_only_on_request() {
    connected();
    assertThat(connect("docs")).isEqualTo(2);
    assertThat(err.toString()).contains("exists already", "--replace");
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b",
                "--replace"))
        .isZero();
  }

  @Test
  void connect_never_repeats_a_secret() {
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b",
                "--credential",
                "hunter2"))
        .isEqualTo(2);
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://me:hunter2@up:1",
                "--store",
                "/b"))
        .isEqualTo(2);
    assertThat(err.toString() + out).contains("env:NAME or file:/path").doesNotContain("hunter2");
  }

  @Test
  void connect_refuses_a_collection_that_is_not_there() {
    holdCollection("docs");
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b",
                "--collections",
                "notes"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("collection 'notes' does not exist", "main/docs");
  }

  @Test
  void backup_prints_one_json_object_and_its_progress_elsewhere() throws Exception {
    connected();
    assertThat(run("backup", "docs", "--incremental", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("target").asText()).isEqualTo("docs");
    assertThat(json.get("kind").asText()).isEqualTo("INCREMENTAL");
    assertThat(json.get("records").asLong()).isEqualTo(1200);
    assertThat(json.get("addedBytes").asLong()).isEqualTo(15_000);
    assertThat(json.get("asOf").asText()).isEqualTo("2026-11-21T02:00:00Z");
    assertThat(parts.activities.calls)
        .containsExactlyInAnyOrder(
            "plan backup INCREMENTAL", "open", "range 0", "range 1", "seal 1200", "journal backup");
  }

  @Test
  void backup_reads_well() {
    connected();
    assertThat(run("backup", "docs", "--anew")).isZero();
    assertThat(out.toString())
        .contains("sealed", "1,200 in 1 collection: 12 stored, 0 deleted", "1.4 MiB of content");
    assertThat(parts.activities.calls).contains("plan backup FULL anew");
  }

  @Test
  void a_backup_of_a_target_with_a_file_holds_all_that_the_file_names() {
    connected();
    assertThat(run("backup", "docs", "--collections", "a,b")).isEqualTo(2);
    assertThat(err.toString()).contains("a backup holds all that its target names");
    assertThat(parts.activities.calls).isEmpty();
  }

  @Test
  void a_target_can_be_described_instead_of_named() {
    assertThat(
            run(
                "backup",
                "tmp",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                folder.toString(),
                "--collections",
                "a,b"))
        .isZero();
    assertThat(home.targets().file("tmp")).doesNotExist();
  }

  @Test
  void a_target_can_be_a_file() throws Exception {
    connected();
    Path file = folder.resolve("mine.yaml");
    Files.copy(home.targets().file("docs"), file);
    Files.delete(home.targets().file("docs"));
    assertThat(run("backup", "--file", file.toString())).isZero();
    assertThat(run("backup", "other", "--file", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("describes target 'docs', not 'other'");
  }

  @Test
  void failures_have_their_kinds_exit_codes_and_no_stack_trace() {
    connected();
    Map.of(
            FailureKind.CONFIGURATION, 2,
            FailureKind.DENIED, 2,
            FailureKind.EXHAUSTED, 3,
            FailureKind.CORRUPT, 1,
            FailureKind.INTERNAL, 4)
        .forEach((kind, code) -> {
          parts.activities.fail(kind);
          assertThat(run("backup", "docs")).as(kind.name()).isEqualTo(code);
        });
    assertThat(err.toString())
        .contains("drillbook: it did not work: engine's words\nhint: Do something.")
        .doesNotContain("at drillbook.");
    assertThat(parts.activities.calls).doesNotContain("abandon");
  }

  @Test
  void debug_prints_the_stack_trace() {
    connected();
    parts.activities.fail(FailureKind.CONFIGURATION);
    assertThat(run("backup", "docs", "--debug")).isEqualTo(2);
    assertThat(err.toString()).contains("at drillbook.");
  }

  @Test
  void a_failure_is_json_too() throws Exception {
    assertThat(run("backup", "nobody", "--json")).isEqualTo(2);
    JsonNode failure = new ObjectMapper().readTree(out.toString()).get("failure");
    assertThat(failure.get("kind").asText()).isEqualTo("CONFIGURATION");
    assertThat(failure.get("message").asText()).contains("no target 'nobody'");
    assertThat(failure.get("exitCode").asInt()).isEqualTo(2);
  }

  @Test
  void verify_finds() {
    connected();
    assertThat(run("verify", "docs")).isZero();
    assertThat(out.toString()).contains("verdict  passed");
    parts.activities.find();
    assertThat(run("verify", "docs", "--backup", TestingActivities.BACKUP)).isEqualTo(1);
    assertThat(out.toString()).contains("FAILED", "finding COUNT_MISMATCH: 1 record is missing");
    assertThat(parts.activities.calls)
        .contains("verify latest", "verify " + TestingActivities.BACKUP);
    assertThat(run("verify", "docs", "--backup", "yesterday")).isEqualTo(2);
    assertThat(err.toString()).contains("no backup is meant by 'yesterday'");
  }

  @Test
  void restore_overwrites_nothing_by_default() throws Exception {
    connected();
    assertThat(run("restore", "docs", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("verdict").asText()).isEqualTo("PASSED");
    assertThat(json.get("plan").get("collections").get(0).get("into").asText())
        .isEqualTo("docs_restored");
    assertThat(parts.activities.calls).contains("plan restore NEW").doesNotContain("cut over");
  }

  @Test
  void a_dry_run_touches_nothing() {
    connected();
    assertThat(run("restore", "docs", "--dry-run")).isZero();
    assertThat(parts.activities.calls).containsExactly("plan restore NEW");
    assertThat(out.toString()).contains("nothing was touched", "docs_restored");
  }

  @Test
  void in_place_needs_the_written_name_of_what_is_replaced() {
    connected();
    assertThat(run("restore", "docs", "--in-place")).isEqualTo(2);
    assertThat(run("restore", "docs", "--in-place", "--confirm", "doc")).isEqualTo(2);
    assertThat(err.toString()).contains("was not confirmed", "--confirm docs");
    assertThat(parts.activities.calls).isEmpty();
    assertThat(run("restore", "docs", "--in-place", "--confirm", "docs")).isZero();
    assertThat(parts.activities.calls).contains("cut over");
    assertThat(parts.activities.restores.getFirst().request().mode())
        .isEqualTo(RestoreMode.IN_PLACE);
  }

  @Test
  void older_spellings_are_understood() {
    connected();
    assertThat(
            run(
                "restore",
                "--asset",
                "docs",
                "--version",
                "latest",
                "--target-instance",
                "docs",
                "--type",
                "ai_vector_db"))
        .isZero();
    assertThat(run("backup", "--type", "ai_vector_db", "--provider", "memory")).isZero();
    assertThat(run("snapshots", "--asset", "docs")).isZero();
    assertThat(run("list", "--type", "ai_vector_db")).isZero();
    assertThat(run("list", "--type", "model_registry")).isEqualTo(2);
    assertThat(run("backup", "--provider", "chroma")).isEqualTo(2);
    assertThat(err.toString()).contains("TARGET is missing: of chroma there are []");
  }

  @Test
  void drill_tells_its_verdict() throws Exception {
    connected();
    assertThat(run("drill", "docs", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("verdict").asText()).isEqualTo("PASSED");
    assertThat(json.get("baseline").get("drills").asInt()).isZero();
    parts.activities.find();
    assertThat(run("drill", "docs")).isEqualTo(1);
    assertThat(out.toString()).contains("verdict", "FAILED", "no baseline yet");
    assertThat(parts.activities.calls).contains("drop", "publish", "journal drill");
  }

  @Test
  void a_slow_drill_is_accepted_on_somebodys_word() throws Exception {
    connected();
    assertThat(run("drill", "accept", "docs")).isEqualTo(2);
    assertThat(err.toString()).contains("--who");
    assertThat(run("drill", "accept", "docs", "--who", "maria", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("who").asText()).isEqualTo("maria");
    assertThat(json.get("recoverySeconds").asDouble()).isEqualTo(12.5);
    assertThat(parts.activities.calls).contains("accept  by maria");
  }

  @Test
  void a_prune_tells_what_becomes_of_each_backup() throws Exception {
    connected();
    assertThat(run("prune", "docs", "--dry-run")).isZero();
    assertThat(out.toString())
        .contains("nothing was touched", "20261001t020000z_full_1a2b3c  would go")
        .contains(TestingActivities.BACKUP + "  kept", "the newest backup");
    assertThat(parts.activities.calls)
        .containsExactly("plan prune " + Retention.DEFAULT)
        .doesNotContain("delete");
    assertThat(run("prune", "docs", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("deleted").asInt()).isEqualTo(1);
    assertThat(json.get("bytes").asLong()).isEqualTo(5000);
    assertThat(json.get("notes").get(0).asText()).isEqualTo("x is locked");
    assertThat(parts.activities.calls).contains("delete", "journal prune");
    parts.activities.find();
    assertThat(run("prune", "docs", "--dry-run")).isEqualTo(1);
    assertThat(out.toString()).contains("finding MANIFEST_NOT_AUTHENTIC: it stays");
  }

  @Test
  void a_prune_by_hand_keeps_what_the_runbook_keeps_unless_told_otherwise() throws Exception {
    connected();
    Path runbooks = Files.createDirectories(folder.resolve("home/runbooks"));
    Files.writeString(
        runbooks.resolve("docs.yaml"),
        "runbook: docs\ntarget: docs\ncadences: {daily: {}}\nretention: {all: 7d, monthly: 12}\n");
    assertThat(run("prune", "docs", "--dry-run")).isZero();
    assertThat(parts.activities.calls)
        .containsExactly("plan prune " + new Retention(Duration.ofDays(7), 0, 0, 0, 12, 0));
    parts.activities.calls.clear();
    assertThat(run("prune", "docs", "--dry-run", "--keep", "all=2d", "--keep", "yearly=3"))
        .isZero();
    assertThat(parts.activities.calls)
        .containsExactly("plan prune " + new Retention(Duration.ofDays(2), 0, 0, 0, 0, 3));
    Files.writeString(
        runbooks.resolve("other.yaml"), "runbook: other\ntarget: docs\ncadences: {weekly: {}}\n");
    assertThat(run("prune", "docs")).isEqualTo(2);
    assertThat(err.toString()).contains("[docs, other] keep different backups of 'docs'");
    assertThat(run("prune", "docs", "--keep", "all=soon")).isEqualTo(2);
    assertThat(run("prune", "docs", "--keep", "sometimes=3")).isEqualTo(2);
    assertThat(err.toString()).contains("--keep sometimes is unknown");
  }

  @Test
  void a_backup_is_held_released_and_labelled_on_somebodys_word() throws Exception {
    connected();
    String backup = TestingActivities.BACKUP;
    assertThat(run("backups", "hold", "docs", backup)).isEqualTo(2);
    assertThat(err.toString()).contains("--who");
    assertThat(run("backups", "hold", "docs", backup, "--who", "maria")).isZero();
    assertThat(out.toString()).contains("held", "by", "maria");
    assertThat(run("backups", "release", "docs", backup, "--who", "maria", "--json")).isZero();
    assertThat(run("backups", "label", "docs", backup, "b", "a", "--who", "maria")).isZero();
    assertThat(run("backups", "hold", "docs", "latest", "--who", "maria")).isEqualTo(2);
    assertThat(parts.activities.calls)
        .containsExactly(
            "HOLD " + backup + " []", "RELEASE " + backup + " []", "LABEL " + backup + " [a, b]");
  }

  @Test
  void backups_and_list_say_that_there_are_none() {
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("no targets yet");
    connected();
    assertThat(run("backups", "docs")).isZero();
    assertThat(out.toString()).contains("no backups yet; make one: drillbook backup docs");
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("TARGET", "docs", "memory", "/backups", "none");
  }

  @Test
  void a_manifest_that_cannot_be_believed_is_a_finding() throws Exception {
    connected();
    parts.store.putNew(
        "docs/backups/" + TestingActivities.BACKUP + "/manifest.json",
        "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(run("backups", "docs")).isEqualTo(1);
    assertThat(out.toString()).contains(TestingActivities.BACKUP, "NOT AUTHENTIC", "finding: ");
  }

  @Test
  void an_unreachable_temporal_is_said_in_one_sentence() {
    connected();
    assertThat(run("backup", "docs", "--temporal", "127.0.0.1:1")).isEqualTo(3);
    assertThat(err.toString())
        .contains("drillbook: Temporal at 127.0.0.1:1 could not be reached")
        .doesNotContain("at io.");
    assertThat(run("worker", "--temporal", "127.0.0.1:1")).isEqualTo(3);
    assertThat(run("worker")).isEqualTo(2);
    assertThat(run("backup", "docs", "--temporal", "nonsense")).isEqualTo(2);
  }

  @Test
  void a_described_target_cannot_be_sent_to_workers_elsewhere() {
    assertThat(
            run(
                "backup",
                "tmp",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b",
                "--temporal",
                "127.0.0.1:1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("which workers do not see");
  }

  @Test
  void usage_errors_point_at_the_help() {
    assertThat(run("backup", "docs", "--no-such-option")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "drillbook: Unknown option: '--no-such-option'", "hint: see drillbook backup --help");
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void every_command_has_a_help_with_an_example_and_hides_old_spellings() {
    DrillbookMain.commandLine(installation())
        .getSubcommands()
        .forEach((name, command) -> {
          if (!command.getSubcommands().isEmpty()) {
            return;
          }
          String usage = command.getUsageMessage();
          assertThat(usage).as(name).contains("Examples:", "drillbook ", "--json");
          assertThat(usage).as(name).doesNotContain("--provider", "--asset", "--type");
        });
  }

  @Test
  void a_second_backup_of_a_target_is_refused_while_one_runs() throws Exception {
    try (InProcessTemporal temporal = InProcessTemporal.start(() -> List.of(parts.activities))) {
      CountDownLatch gate = parts.activities.block();
      ProcedureRun runner = new ProcedureRun(temporal, step -> {});
      Procedure<?> backup = Procedure.backup(BackupRequest.of("docs", BackupKind.FULL));
      Thread first =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  runner.await(backup);
                } catch (DrillbookException e) {
                  throw new IllegalStateException(e);
                }
              });
      while (!parts.activities.calls.contains("open")) {
        Thread.sleep(10);
      }
      DrillbookException second =
          catchThrowableOfType(DrillbookException.class, () -> runner.await(backup));
      assertThat(second.kind().exitCode()).isEqualTo(2);
      assertThat(second).hasMessageContaining("already running as workflow backup-docs");
      gate.countDown();
      first.join();
    }
  }

  private void connected() {
    assertThat(connect("docs")).isZero();
    out.getBuffer().setLength(0);
  }

  private int connect(String name) {
    return run(
        "connect",
        name,
        "--engine",
        "memory",
        "--url",
        "http://up:1",
        "--store",
        "/backups",
        "--credential",
        "env:TOKEN");
  }

  private int run(String... arguments) {
    if (arguments.length > 0 && List.of(arguments).contains("--json")) {
      out.getBuffer().setLength(0);
    }
    return DrillbookMain.commandLine(installation()).execute(arguments);
  }

  private Installation installation() {
    return new Installation(
        home, folder, parts, () -> NOW, new PrintWriter(out), new PrintWriter(err));
  }

  private void holdCollection(String name) {
    try {
      MemoryEngine.rich(parts.server)
          .create(
              new CollectionSchema(
                  new CollectionName(List.of("main"), name),
                  new RecordLayout(
                      List.of(new VectorField("", ElementType.F32, 4, false)), List.of()),
                  "text",
                  List.of(),
                  List.of(""),
                  List.of(),
                  Map.of()));
    } catch (DrillbookException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
