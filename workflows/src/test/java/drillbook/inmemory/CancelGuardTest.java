package drillbook.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends an activity just while the workflow makes up its mind to cancel it. */
final class CancelGuardTest {
  private static final String QUEUE = "guarded";

  /** The task of the slow activity, once it has begun. */
  private static final BlockingQueue<byte[]> BEGUN = new ArrayBlockingQueue<>(1);

  private static final CountDownLatch DECIDING = new CountDownLatch(1);
  private static final CountDownLatch ENDED = new CountDownLatch(1);

  /** Two that run at a time. */
  @ActivityInterface
  public interface Steps {
    /** Ends at once. */
    String quick();

    /** Ends when it is told to. */
    String slow();
  }

  /** Waits for the quick one, and wants no more of the slow one. */
  @WorkflowInterface
  public interface Impatient {
    /** Returns what the slow one gave, or how it ended. */
    @WorkflowMethod
    String run();
  }

  /** The activities. */
  public static final class StepsImpl implements Steps {
    @Override
    public String quick() {
      return "quick";
    }

    @Override
    public String slow() {
      var context = Activity.getExecutionContext();
      context.doNotCompleteOnReturn();
      BEGUN.add(context.getTaskToken());
      return "";
    }
  }

  /** The workflow. */
  public static final class ImpatientImpl implements Impatient {
    private final Steps steps =
        Workflow.newActivityStub(
            Steps.class,
            ActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofMinutes(1))
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .build());

    @Override
    public String run() {
      CompletablePromise<Promise<String>> begun = Workflow.newPromise();
      CancellationScope scope =
          Workflow.newCancellationScope(() -> begun.complete(Async.function(steps::slow)));
      scope.run();
      Promise<String> slow = begun.get();
      steps.quick();
      ponder();
      if (!slow.isCompleted()) {
        scope.cancel();
      }
      return slow.get();
    }

    /** Waits, which no workflow may: this is the moment that the service cannot bear. */
    private static void ponder() {
      DECIDING.countDown();
      try {
        assertThat(ENDED.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  @Timeout(60)
  void an_activity_that_ends_while_it_is_to_be_cancelled_is_heard_of() throws Exception {
    CancelGuard guard = new CancelGuard();
    try (TestWorkflowEnvironment temporal =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setWorkflowServiceStubsOptions(guard.stubs())
                .build())) {
      var worker =
          temporal.newWorker(
              QUEUE, WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build());
      worker.registerWorkflowImplementationTypes(ImpatientImpl.class);
      worker.registerActivitiesImplementations(new StepsImpl());
      temporal.start();
      WorkflowClient client = temporal.getWorkflowClient();
      WorkflowStub run =
          client.newUntypedWorkflowStub(
              "Impatient",
              WorkflowOptions.newBuilder().setTaskQueue(QUEUE).setWorkflowId("run").build());
      run.start();
      assertThat(DECIDING.await(30, TimeUnit.SECONDS)).isTrue();
      client.newActivityCompletionClient().complete(BEGUN.take(), "ended by itself");
      ENDED.countDown();
      assertThat(run.getResult(String.class)).isEqualTo("ended by itself");
      assertThat(guard.broken()).isFalse();
      assertThat(client.fetchHistory("run").getEvents())
          .as("the task that wanted to cancel it was failed, not lost")
          .anyMatch(HistoryEvent::hasWorkflowTaskFailedEventAttributes);
    }
  }
}
