package drillbook.temporal;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCanceledRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedResponse;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskFailedRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets activities end one at a time, each only after its workflow has thought about the one before.
 *
 * <p>Temporal's service in memory forgets an activity that ends during a workflow task. When that
 * task then asks to cancel it, the service refuses the task and never hands it out again: the
 * workflow hangs for ever. Ranges of a capture that fail together, as they do when an engine goes
 * away, meet exactly that. The end of an activity makes a workflow task, so that holding back the
 * next end until that task was answered keeps the two apart. A server keeps such an activity until
 * the task has ended, and needs no gate. Source: temporal-test-server 1.39, observed:
 * FAILED_PRECONDITION ACTIVITY_UNKNOWN.
 */
final class ActivityGate implements ClientInterceptor {
  /** Below the 10 s that a request may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * A failure that is tried again makes no workflow task, and cannot be told from one that does.
   */
  private static final Duration SETTLED = Duration.ofMillis(500);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<ByteString> thinking = new HashSet<>();
  private boolean ending;
  private long endedAt;
  private volatile boolean broken;

  /** Tells whether a workflow task was refused all the same, so that its workflow hangs. */
  boolean broken() {
    return broken;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<Q, R>(next.newCall(method, options)) {
      private ByteString task = ByteString.EMPTY;
      private boolean endsActivity;

      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<R>(listener) {
              @Override
              public void onMessage(R message) {
                received(message);
                super.onMessage(message);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                if (!task.isEmpty()) {
                  answered(task, status);
                } else if (endsActivity && !status.isOk()) {
                  refused();
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }

      @Override
      public void sendMessage(Q message) {
        task = workflowTask(message);
        endsActivity = endsActivity(message);
        if (endsActivity) {
          awaitTurn();
        }
        super.sendMessage(message);
      }
    };
  }

  private static boolean endsActivity(Object request) {
    return request instanceof RespondActivityTaskCompletedRequest
        || request instanceof RespondActivityTaskFailedRequest
        || request instanceof RespondActivityTaskCanceledRequest;
  }

  private static ByteString workflowTask(Object request) {
    if (request instanceof RespondWorkflowTaskCompletedRequest completed) {
      return completed.getTaskToken();
    }
    return request instanceof RespondWorkflowTaskFailedRequest failed
        ? failed.getTaskToken()
        : ByteString.EMPTY;
  }

  private void received(Object response) {
    if (response instanceof PollWorkflowTaskQueueResponse task) {
      begun(task);
    } else if (response instanceof RespondWorkflowTaskCompletedResponse completed
        && completed.hasWorkflowTask()) {
      begun(completed.getWorkflowTask());
    }
  }

  private void begun(PollWorkflowTaskQueueResponse task) {
    if (task.getTaskToken().isEmpty() || task.hasQuery()) {
      return;
    }
    lock.lock();
    try {
      thinking.add(task.getTaskToken());
    } finally {
      lock.unlock();
    }
  }

  private void answered(ByteString task, Status status) {
    if (status.getCode() == Status.Code.FAILED_PRECONDITION
        && String.valueOf(status.getDescription()).contains("ACTIVITY_UNKNOWN")) {
      broken = true;
    }
    lock.lock();
    try {
      if (thinking.remove(task) && thinking.isEmpty()) {
        ending = false;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An activity whose end the service does not want makes no workflow task. */
  private void refused() {
    lock.lock();
    try {
      ending = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn() {
    lock.lock();
    try {
      long begun = System.nanoTime();
      while (ending || !thinking.isEmpty()) {
        long now = System.nanoTime();
        long left =
            thinking.isEmpty()
                ? SETTLED.toNanos() - (now - endedAt)
                : PATIENCE.toNanos() - (now - begun);
        if (left <= 0) {
          // A task that nobody will answer must not hold up activities again.
          thinking.clear();
          break;
        }
        changed.awaitNanos(left);
      }
      ending = true;
      endedAt = System.nanoTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
