package drillbook.inmemory;

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
import io.temporal.api.command.v1.Command;
import io.temporal.api.command.v1.RequestCancelActivityTaskCommandAttributes;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.CommandType;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowTaskFailedCause;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCanceledRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondActivityTaskFailedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedResponse;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskFailedRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceBlockingStub;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Keeps Temporal's service in memory from losing a workflow that cancels an activity.
 *
 * <p>The service forgets an activity that ends during a workflow task. When that task then asks to
 * cancel it, the service refuses the task half applied and never hands it out again: the workflow
 * hangs for ever. Ranges of a capture that fail together, as they do when an engine goes away, meet
 * exactly that. A server keeps such an activity until the task has ended, and needs no guard.
 *
 * <p>The guard looks at each workflow task that cancels activities. While it looks, no activity of
 * this process ends. When all of them are still pending, the task goes on; otherwise it is failed,
 * which the service can do: the workflow thinks again, and now knows of the end. Source:
 * temporal-test-server 1.39, observed: FAILED_PRECONDITION ACTIVITY_UNKNOWN.
 *
 * <p>One guard serves one service, from any number of threads.
 */
public final class CancelGuard implements ClientInterceptor {
  /** More than the activities that end at a time. */
  private static final int ALL = 1_000_000;

  private static final Status ENDED_MEANWHILE =
      Status.FAILED_PRECONDITION.withDescription(
          "an activity that this workflow task cancels has ended meanwhile");

  private final Semaphore ends = new Semaphore(ALL, true);
  private final Map<ByteString, WorkflowExecution> tasks = new ConcurrentHashMap<>();
  private volatile boolean broken;

  /** Returns options of a client of the service, with this guard in its way. */
  public WorkflowServiceStubsOptions stubs() {
    return WorkflowServiceStubsOptions.newBuilder()
        .setGrpcClientInterceptors(List.of(this))
        .build();
  }

  /**
   * Tells whether a workflow task was refused all the same, so that its workflow hangs: an activity
   * ran out of its time just when the guard had looked.
   */
  public boolean broken() {
    return broken;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new GuardedCall<>(
        next.newCall(method, options), WorkflowServiceGrpc.newBlockingStub(next));
  }

  private final class GuardedCall<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private final WorkflowServiceBlockingStub service;
    private int held;
    private boolean closed;
    private volatile boolean failed;

    GuardedCall(ClientCall<Q, R> call, WorkflowServiceBlockingStub service) {
      super(call);
      this.service = service;
    }

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
              letGo();
              super.onClose(failed ? ENDED_MEANWHILE : seen(status), trailers);
            }
          },
          headers);
    }

    @Override
    public void sendMessage(Q message) {
      if (endsActivity(message)) {
        hold(1);
      } else if (message instanceof RespondWorkflowTaskFailedRequest request) {
        tasks.remove(request.getTaskToken());
      } else if (message instanceof RespondWorkflowTaskCompletedRequest request) {
        WorkflowExecution execution = tasks.remove(request.getTaskToken());
        Set<Long> cancelled = cancelled(request);
        if (execution != null && !cancelled.isEmpty()) {
          hold(ALL);
          if (!pending(service, request.getNamespace(), execution).containsAll(cancelled)) {
            fail(request);
            return;
          }
        }
      }
      super.sendMessage(message);
    }

    @Override
    public void halfClose() {
      if (!failed) {
        super.halfClose();
      }
    }

    /** Takes what {@link #letGo} gives back, which may have been called already: calls time out. */
    private void hold(int permits) {
      ends.acquireUninterruptibly(permits);
      synchronized (this) {
        if (!closed) {
          held = permits;
          return;
        }
      }
      ends.release(permits);
    }

    private synchronized void letGo() {
      closed = true;
      ends.release(held);
      held = 0;
    }

    private void fail(RespondWorkflowTaskCompletedRequest request) {
      failed = true;
      service.respondWorkflowTaskFailed(
          RespondWorkflowTaskFailedRequest.newBuilder()
              .setTaskToken(request.getTaskToken())
              .setNamespace(request.getNamespace())
              .setIdentity(request.getIdentity())
              .setCause(WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND)
              .build());
      cancel("failed in place of being completed", null);
    }
  }

  private static boolean endsActivity(Object request) {
    return request instanceof RespondActivityTaskCompletedRequest
        || request instanceof RespondActivityTaskFailedRequest
        || request instanceof RespondActivityTaskCanceledRequest;
  }

  /** Returns the activities that a workflow task cancels, by the event that scheduled them. */
  private static Set<Long> cancelled(RespondWorkflowTaskCompletedRequest request) {
    return request.getCommandsList().stream()
        .filter(c -> c.getCommandType() == CommandType.COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK)
        .map(Command::getRequestCancelActivityTaskCommandAttributes)
        .map(RequestCancelActivityTaskCommandAttributes::getScheduledEventId)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the activities that have not ended, by the event that scheduled them. */
  private static Set<Long> pending(
      WorkflowServiceBlockingStub service, String namespace, WorkflowExecution execution) {
    Set<String> pending =
        service
            .describeWorkflowExecution(
                DescribeWorkflowExecutionRequest.newBuilder()
                    .setNamespace(namespace)
                    .setExecution(execution)
                    .build())
            .getPendingActivitiesList()
            .stream()
            .map(PendingActivityInfo::getActivityId)
            .collect(Collectors.toUnmodifiableSet());
    return service
        .getWorkflowExecutionHistory(
            GetWorkflowExecutionHistoryRequest.newBuilder()
                .setNamespace(namespace)
                .setExecution(execution)
                .build())
        .getHistory()
        .getEventsList()
        .stream()
        .filter(e -> e.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
        .filter(e -> pending.contains(e.getActivityTaskScheduledEventAttributes().getActivityId()))
        .map(HistoryEvent::getEventId)
        .collect(Collectors.toUnmodifiableSet());
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
    if (!task.getTaskToken().isEmpty() && !task.hasQuery()) {
      tasks.put(task.getTaskToken(), task.getWorkflowExecution());
    }
  }

  private Status seen(Status status) {
    broken |=
        status.getCode() == Status.Code.FAILED_PRECONDITION
            && String.valueOf(status.getDescription()).contains("ACTIVITY_UNKNOWN");
    return status;
  }
}
