package drillbook.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.runbook.Cadence;
import drillbook.schedule.TestingRunbooks;
import drillbook.watch.WatchdogReport;
import drillbook.watch.WatchdogRequest;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the service inside this process cannot do, it says. */
final class InProcessTemporalTest {
  @Test
  void there_are_no_schedules_to_look_after() throws Exception {
    try (InProcessTemporal temporal =
        InProcessTemporal.start(() -> List.of(new TestingActivities()))) {
      WorkflowStub look =
          temporal
              .client()
              .newUntypedWorkflowStub(
                  "WatchdogWorkflow",
                  WorkflowOptions.newBuilder()
                      .setWorkflowId("watch-docs")
                      .setTaskQueue(temporal.address().taskQueue())
                      .build());
      look.start(new WatchdogRequest(TestingRunbooks.usual("docs", Cadence.DAILY)));

      WorkflowFailedException refused =
          catchThrowableOfType(
              WorkflowFailedException.class, () -> look.getResult(WatchdogReport.class));

      assertThat(WorkflowFailures.kind(refused)).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(WorkflowFailures.message(refused)).contains("need a Temporal server");
      assertThat(WorkflowFailures.hint(refused)).contains("drillbook worker --temporal");
    }
  }

  /** Ranges that end while another's failure cancels them: of ten such backups most meet it. */
  @Test
  @Timeout(120)
  void a_range_that_fails_while_others_end_does_not_hang_the_backup() throws Exception {
    for (int round = 0; round < 10; round++) {
      TestingActivities activities = new TestingActivities();
      activities.failRange(0, FailureKind.CORRUPT);
      try (InProcessTemporal temporal = InProcessTemporal.start(() -> List.of(activities))) {
        ProcedureRun run = new ProcedureRun(temporal, step -> {});
        Procedure<?> backup = Procedure.backup(BackupRequest.of("docs", BackupKind.FULL));
        DrillbookException failed =
            catchThrowableOfType(DrillbookException.class, () -> run.await(backup));
        assertThat(failed.kind()).isEqualTo(FailureKind.CORRUPT);
        assertThat(temporal.broken()).isFalse();
      }
    }
  }
}
