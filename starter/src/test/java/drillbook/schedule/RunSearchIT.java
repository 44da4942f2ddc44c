package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.localserver.RealServers;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.Procedure;
import drillbook.temporal.ProcedureRun;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.TestingActivities;
import drillbook.temporal.Workers;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Runs are found on a real Temporal server by what they were about and how they ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RunSearchIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final String taskQueue = "queue-" + UUID.randomUUID();
  private final String name = "r" + UUID.randomUUID().toString().substring(0, 8);
  private final TestingActivities activities = new TestingActivities();
  private RemoteTemporal temporal;
  private WorkerFactory workers;

  @BeforeAll
  void a_schedule_starts_runs() throws Exception {
    temporal =
        RemoteTemporal.connect(
            new TemporalAddress(
                RealServers.temporal().address(),
                TemporalAddress.NAMESPACE,
                taskQueue,
                TemporalAddress.Tls.OFF));
    workers = WorkerFactory.newInstance(temporal.client());
    Workers.register(workers.newWorker(taskQueue, Workers.options()), List.of(activities));
    workers.start();
    new Schedules(
            temporal, new Owner("owner-" + UUID.randomUUID()), InstantSource.system(), remark -> {})
        .apply(
            DesiredSchedule.of(
                List.of(
                    // A target of its own: others of this server may have left a backup of theirs.
                    new Runbook(
                        name,
                        name,
                        null,
                        null,
                        List.of(Occasion.usual(Cadence.DAILY), Occasion.usual(Cadence.WEEKLY)),
                        null,
                        null,
                        null,
                        null)),
                taskQueue),
            false);
    trigger("daily");
    await("DrillbookRunbook='" + name + "' AND DrillbookVerdict='PASSED'", 4);
  }

  @AfterAll
  void all_end() {
    workers.shutdownNow();
    temporal.close();
  }

  @Test
  void a_scheduled_run_and_its_steps_are_found_by_how_they_ended() {
    String passed = "DrillbookRunbook='" + name + "' AND DrillbookVerdict='PASSED'";
    assertThat(types(passed))
        .containsExactlyInAnyOrder(
            "RunbookWorkflow", "BackupWorkflow", "VerifyBackupWorkflow", "PruneWorkflow");
    String daily = passed + " AND DrillbookTarget='" + name + "' AND DrillbookCadence='daily'";
    assertThat(types(daily)).hasSize(4);
    assertThat(types(daily + " AND DrillbookBackup='" + TestingActivities.BACKUP + "'"))
        .contains("VerifyBackupWorkflow");
    assertThat(types(daily + " AND DrillbookEngine='memory'")).containsExactly("BackupWorkflow");
    assertThat(types("DrillbookRunbook='" + name + "' AND DrillbookVerdict='FAILED'")).isEmpty();
  }

  @Test
  void what_a_person_began_is_found_by_its_verdict_too() throws Exception {
    activities.find();
    String target = name + "-alone";

    DrillReport report =
        new ProcedureRun(temporal, step -> {}).await(Procedure.drill(DrillRequest.of(target)));

    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    await("DrillbookTarget='" + target + "' AND DrillbookVerdict='FAILED'", 1);
    assertThat(types("DrillbookTarget='" + target + "' AND DrillbookVerdict='PASSED'")).isEmpty();
  }

  private void trigger(String cadence) {
    ScheduleClient.newInstance(temporal.client().getWorkflowServiceStubs())
        .getHandle("drillbook/" + name + "/" + cadence)
        .trigger();
  }

  private List<String> types(String query) {
    return temporal
        .client()
        .getWorkflowServiceStubs()
        .blockingStub()
        .listWorkflowExecutions(
            ListWorkflowExecutionsRequest.newBuilder()
                .setNamespace(TemporalAddress.NAMESPACE)
                .setQuery(query)
                .build())
        .getExecutionsList()
        .stream()
        .map(found -> found.getType().getName())
        .toList();
  }

  /** What is searched lags behind what is by a second or so. */
  private void await(String query, int count) throws InterruptedException {
    Instant end = Instant.now().plus(SOON);
    while (types(query).size() < count) {
      assertThat(Instant.now()).as("in time: %s", query).isBefore(end);
      Thread.sleep(100);
    }
  }
}
