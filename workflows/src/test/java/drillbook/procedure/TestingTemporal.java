package drillbook.procedure;

import drillbook.backup.BackupWorkflowImpl;
import drillbook.bisect.BisectWorkflowImpl;
import drillbook.disaster.DisasterDrillWorkflowImpl;
import drillbook.drill.AcceptDrillWorkflowImpl;
import drillbook.drill.DrillWorkflowImpl;
import drillbook.export.ExportWorkflowImpl;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.hold.MarkBackupWorkflowImpl;
import drillbook.inmemory.CancelGuard;
import drillbook.intake.ImportWorkflowImpl;
import drillbook.prune.PruneWorkflowImpl;
import drillbook.region.RegionDrillWorkflowImpl;
import drillbook.restore.RestoreWorkflowImpl;
import drillbook.runbook.RunbookWorkflowImpl;
import drillbook.verify.VerifyBackupWorkflowImpl;
import drillbook.watch.WatchdogWorkflowImpl;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.Objects;

/** All procedures on a Temporal in memory, with a {@link TestingWorld} for activities. */
public final class TestingTemporal implements AutoCloseable {
  private static final String QUEUE = "test";

  private final TestWorkflowEnvironment environment;

  /** Starts it. */
  public TestingTemporal(TestingWorld world) {
    environment =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setWorkflowServiceStubsOptions(new CancelGuard().stubs())
                .setWorkflowClientOptions(
                    // Histories are kept in the sources: they name no machine.
                    WorkflowClientOptions.newBuilder().setIdentity("drillbook").build())
                .build());
    environment
        .newWorker(
            QUEUE,
            WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(100))
                .setDefaultDeadlockDetectionTimeout(10_000)
                .build())
        .registerWorkflowImplementationTypes(
            BackupWorkflowImpl.class,
            VerifyBackupWorkflowImpl.class,
            RestoreWorkflowImpl.class,
            DrillWorkflowImpl.class,
            BisectWorkflowImpl.class,
            RegionDrillWorkflowImpl.class,
            DisasterDrillWorkflowImpl.class,
            AcceptDrillWorkflowImpl.class,
            PruneWorkflowImpl.class,
            MarkBackupWorkflowImpl.class,
            ExportWorkflowImpl.class,
            ImportWorkflowImpl.class,
            RunbookWorkflowImpl.class,
            WatchdogWorkflowImpl.class);
    environment
        .getWorkerFactory()
        .getWorker(QUEUE)
        .registerActivitiesImplementations(world, world.region, world.forms);
    environment.start();
  }

  /** Starts a workflow by type. */
  public WorkflowStub start(String type, Object request) {
    return start(type, type, request);
  }

  /** Starts a workflow by type and id. */
  public WorkflowStub start(String type, String id, Object request) {
    WorkflowStub stub =
        environment
            .getWorkflowClient()
            .newUntypedWorkflowStub(
                type, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).setWorkflowId(id).build());
    stub.start(request);
    return stub;
  }

  /** Runs a workflow to its end. */
  public <T> T run(String type, Object request, Class<T> report) {
    return start(type, request).getResult(report);
  }

  /** Returns the kind of the failure that a workflow ends with. */
  public FailureKind failure(String type, Object request) {
    try {
      run(type, request, Object.class);
    } catch (WorkflowFailedException e) {
      return WorkflowFailures.kind(e);
    }
    throw new AssertionError(type + " did not fail");
  }

  /** Returns the history of a started workflow as JSON. */
  public String history(WorkflowStub stub) {
    return environment
        .getWorkflowClient()
        .fetchHistory(Objects.requireNonNull(stub.getExecution()).getWorkflowId())
        .toJson(true);
  }

  @Override
  public void close() {
    environment.close();
  }
}
