package drillbook.temporal;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.visibility.SearchKeys;
import io.grpc.StatusRuntimeException;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Starts procedures, tells how far they are, and waits for them. */
public final class ProcedureRun {
  private static final String METADATA = "__temporal_workflow_metadata";
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration CLEAN_UP = Duration.ofSeconds(30);

  private final TemporalHost host;
  private final Consumer<String> progress;
  private final Duration interval;

  /**
   * Prepares a run.
   *
   * @param progress told each step, in plain words, from another thread
   */
  public ProcedureRun(TemporalHost host, Consumer<String> progress) {
    this.host = host;
    this.progress = progress;
    this.interval = Duration.ofMillis(host.address().inProcess() ? 200 : 1000);
  }

  /**
   * Runs a procedure to its end. When the process is asked to end meanwhile, a procedure inside it
   * is cancelled and given {@code 30 s} to clean up; one on a server goes on.
   *
   * @throws DrillbookException the failure that ended the procedure; CONFLICT when one of the same
   *     id is running; UNAVAILABLE when the server is gone
   * @throws CancellationException when somebody cancelled it
   */
  public <T> T await(Procedure<T> procedure) throws DrillbookException {
    WorkflowStub stub = start(procedure);
    Thread watcher = Thread.ofVirtual().name("progress").start(() -> watch(stub));
    Thread onExit = Thread.ofPlatform().name("on-exit").unstarted(() -> atExit(procedure, stub));
    Runtime.getRuntime().addShutdownHook(onExit);
    try {
      return result(procedure, stub);
    } catch (WorkflowFailedException e) {
      throw failure(procedure, e);
    } catch (WorkflowException | StatusRuntimeException e) {
      throw gone(procedure, e);
    } finally {
      watcher.interrupt();
      forget(onExit);
    }
  }

  /**
   * Starts a procedure, and leaves it.
   *
   * @throws DrillbookException CONFLICT when one of the same id is running; UNAVAILABLE when the
   *     server is gone
   */
  public WorkflowStub start(Procedure<?> procedure) throws DrillbookException {
    WorkflowStub stub =
        host.client()
            .newUntypedWorkflowStub(
                procedure.workflowType(),
                WorkflowOptions.newBuilder()
                    .setWorkflowId(procedure.workflowId())
                    .setTaskQueue(host.address().taskQueue())
                    .setTypedSearchAttributes(searchedBy(procedure))
                    .build());
    try {
      stub.start(procedure.request());
    } catch (WorkflowExecutionAlreadyStarted e) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          procedure.words() + " is already running as workflow " + procedure.workflowId(),
          "Wait until it has ended, or cancel that workflow.",
          e);
    } catch (WorkflowServiceException | StatusRuntimeException e) {
      throw gone(procedure, e);
    }
    return stub;
  }

  private SearchAttributes searchedBy(Procedure<?> procedure) {
    SearchAttributes.Builder attributes = SearchAttributes.newBuilder();
    if (new NamespaceKeywords(host, progress).known(SearchKeys.names())) {
      procedure
          .searchedBy()
          .forEach((name, value) -> attributes.set(SearchAttributeKey.forKeyword(name), value));
    }
    return attributes.build();
  }

  /** Waits for the result; not for ever where the service inside this process lost track. */
  private <T> T result(Procedure<T> procedure, WorkflowStub stub) throws DrillbookException {
    while (true) {
      try {
        return stub.getResult(LOOK.toSeconds(), TimeUnit.SECONDS, procedure.report());
      } catch (TimeoutException e) {
        if (host.broken()) {
          throw new DrillbookException(
              FailureKind.UNAVAILABLE,
              "the service inside this process lost track of " + procedure.words(),
              "Run it again; what it left behind, the next run removes.",
              e);
        }
      }
    }
  }

  private static DrillbookException failure(Procedure<?> procedure, WorkflowFailedException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CanceledFailure) {
        throw new CancellationException(procedure.words() + " was cancelled");
      }
    }
    return new DrillbookException(
        WorkflowFailures.kind(e), WorkflowFailures.message(e), WorkflowFailures.hint(e), e);
  }

  private DrillbookException gone(Procedure<?> procedure, RuntimeException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        "Temporal at "
            + host.address().address()
            + " was lost during "
            + procedure.words()
            + ": "
            + root.getMessage(),
        "The workflow " + procedure.workflowId() + " may go on there.",
        e);
  }

  /** Asks for the page of the live run until interrupted, and passes on what is new. */
  private void watch(WorkflowStub stub) {
    String last = "";
    boolean waiting = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        String details =
            stub.query(METADATA, WorkflowMetadata.class).getCurrentDetails().replace("**", "");
        if (!details.isEmpty() && !details.equals(last)) {
          progress.accept(details);
          last = details;
        }
      } catch (RuntimeException e) {
        if (last.isEmpty() && !waiting && !Thread.currentThread().isInterrupted()) {
          progress.accept(
              "Waiting for a worker on task queue '" + host.address().taskQueue() + "'.");
          waiting = true;
        }
      }
      try {
        Thread.sleep(interval);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void atExit(Procedure<?> procedure, WorkflowStub stub) {
    if (!host.address().inProcess()) {
      progress.accept(
          procedure.words()
              + " goes on as workflow "
              + procedure.workflowId()
              + " on "
              + host.address().address());
      return;
    }
    progress.accept("Cancelling " + procedure.words() + ", and cleaning up.");
    try {
      stub.cancel();
      stub.getResult(CLEAN_UP.toSeconds(), TimeUnit.SECONDS, procedure.report());
    } catch (TimeoutException e) {
      progress.accept("The clean-up takes too long; the next run finishes it.");
    } catch (RuntimeException e) {
      progress.accept("Cancelled.");
    }
  }

  private static void forget(Thread onExit) {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs: it is needed.
      return;
    }
  }
}
