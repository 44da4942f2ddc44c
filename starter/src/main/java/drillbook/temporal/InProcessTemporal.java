package drillbook.temporal;

import drillbook.failure.DrillbookException;
import drillbook.setting.TemporalAddress;
import io.temporal.client.WorkflowClient;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.util.List;

/**
 * A Temporal service, a worker and all activities inside this process: nothing to install, nothing
 * kept. It keeps histories in memory, so a procedure ends with the process.
 */
public final class InProcessTemporal implements TemporalHost {
  private final TestWorkflowEnvironment environment;

  private InProcessTemporal(TestWorkflowEnvironment environment) {
    this.environment = environment;
  }

  /** Starts it. */
  public static InProcessTemporal start(ActivityMaker activities) throws DrillbookException {
    List<Object> implementations = activities.make();
    TestWorkflowEnvironment environment =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowClientOptions(Workers.clientOptions(TemporalAddress.NAMESPACE))
                .build());
    Workers.register(
        environment.newWorker(TemporalAddress.TASK_QUEUE, Workers.options()), implementations);
    environment.start();
    return new InProcessTemporal(environment);
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
  public void close() {
    environment.close();
  }
}
