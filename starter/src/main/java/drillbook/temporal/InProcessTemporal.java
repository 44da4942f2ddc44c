package drillbook.temporal;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.inmemory.CancelGuard;
import drillbook.runbook.Runbook;
import drillbook.setting.TemporalAddress;
import drillbook.watch.WatchActivities;
import drillbook.watch.WatchFacts;
import io.temporal.client.WorkflowClient;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.ArrayList;
import java.util.List;

/**
 * A Temporal service, a worker and all activities inside this process: nothing to install, nothing
 * kept. It keeps histories in memory, so a procedure ends with the process.
 */
public final class InProcessTemporal implements TemporalHost {
  private final TestWorkflowEnvironment environment;
  private final CancelGuard guard;

  private InProcessTemporal(TestWorkflowEnvironment environment, CancelGuard guard) {
    this.environment = environment;
    this.guard = guard;
  }

  /** Starts it. */
  public static InProcessTemporal start(ActivityMaker activities) throws DrillbookException {
    List<Object> implementations = new ArrayList<>(activities.make());
    implementations.add(new WithoutSchedules());
    CancelGuard guard = new CancelGuard();
    TestWorkflowEnvironment environment =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowServiceStubsOptions(guard.stubs())
                .setWorkflowClientOptions(Workers.clientOptions(TemporalAddress.NAMESPACE))
                .build());
    Workers.register(
        environment.newWorker(TemporalAddress.TASK_QUEUE, Workers.options()), implementations);
    environment.start();
    return new InProcessTemporal(environment, guard);
  }

  /** The service in this process has no schedules, so there is nothing to look after. */
  private static final class WithoutSchedules implements WatchActivities {
    @Override
    public WatchFacts look(Runbook runbook) {
      throw WorkflowFailures.of(
          FailureKind.CONFIGURATION,
          "schedules need a Temporal server",
          "Run a worker for one: drillbook worker --temporal HOST:PORT");
    }
  }

  @Override
  public WorkflowClient client() {
    return environment.getWorkflowClient();
  }

  @Override
  public TemporalAddress address() {
    return TemporalAddress.IN_PROCESS;
  }

  @Override
  public boolean broken() {
    return guard.broken();
  }

  @Override
  public void close() {
    environment.close();
  }
}
