package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.restore.RestoreMode;
import drillbook.runbook.Retention;
import drillbook.temporal.InProcessTemporal;
import drillbook.temporal.Procedure;
import drillbook.temporal.ProcedureRun;
import drillbook.temporal.TestingActivities;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class CommandLineTest extends CommandLineSession {
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
}
