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
 * Keeps an activity from ending while its workflow is thinking.
 *
 * <p>Temporal's service in memory forgets an activity that ends during a workflow task. When that
 * task then asks to cancel it, the service refuses the task and never hands it out again: the
 * workflow hangs for ever. Ranges of a capture that fail together, as they do when an engine goes
 * away, meet exactly that. A server keeps such an activity until the task has ended, and needs no
 * gate. Source: temporal-test-server 1.39, observed: FAILED_PRECONDITION ACTIVITY_UNKNOWN.
 */
final class ActivityGate implements ClientInterceptor {
  /** Below the 10 s that a request may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();
  private final Set<ByteString> thinking = new HashSet<>();
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
                ended(task, status);
                super.onClose(status, trailers);
              }
            },
            headers);
      }

      @Override
      public void sendMessage(Q message) {
        task = workflowTask(message);
        if (endsActivity(message)) {
          awaitQuiet();
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

  private void ended(ByteString task, Status status) {
    if (task.isEmpty()) {
      return;
    }
    if (status.getCode() == Status.Code.FAILED_PRECONDITION
        && String.valueOf(status.getDescription()).contains("ACTIVITY_UNKNOWN")) {
      broken = true;
    }
    lock.lock();
    try {
      thinking.remove(task);
      quiet.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitQuiet() {
    lock.lock();
    try {
      long left = PATIENCE.toNanos();
      while (!thinking.isEmpty() && left > 0) {
        left = quiet.awaitNanos(left);
      }
      if (left <= 0) {
        // A task that nobody will answer must not hold up activities again.
        thinking.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
