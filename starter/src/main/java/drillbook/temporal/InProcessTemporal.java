package drillbook.temporal;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.runbook.Runbook;
import drillbook.setting.TemporalAddress;
import drillbook.watch.WatchActivities;
import drillbook.watch.WatchFacts;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
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
  private final ActivityGate gate;

  private InProcessTemporal(TestWorkflowEnvironment environment, ActivityGate gate) {
    this.environment = environment;
    this.gate = gate;
  }

  /** Starts it. */
  public static InProcessTemporal start(ActivityMaker activities) throws DrillbookException {
    List<Object> implementations = new ArrayList<>(activities.make());
    implementations.add(new WithoutSchedules());
    ActivityGate gate = new ActivityGate();
    TestWorkflowEnvironment environment =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowServiceStubsOptions(
                    WorkflowServiceStubsOptions.newBuilder()
                        .setGrpcClientInterceptors(List.of(gate))
                        .build())
                .setWorkflowClientOptions(Workers.clientOptions(TemporalAddress.NAMESPACE))
                .build());
    Workers.register(
        environment.newWorker(TemporalAddress.TASK_QUEUE, Workers.options()), implementations);
    environment.start();
    return new InProcessTemporal(environment, gate);
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
    return gate.broken();
  }

  @Override
  public void close() {
    environment.close();
  }
}
