package drillbook.temporal;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowQueryException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowUpdateException;

/**
 * A procedure that runs somewhere, and takes messages.
 *
 * @param host where
 * @param words what it is, for people
 * @param workflowId its id
 */
public record RunningProcedure(TemporalHost host, String words, String workflowId) {
  /**
   * Tells it something, and waits until it took it.
   *
   * @param update the update's name
   * @throws DrillbookException CONFLICT with its words when it refuses the message, NOT_FOUND when
   *     it does not run, UNAVAILABLE when nobody answers
   */
  public void tell(String update, Object message) throws DrillbookException {
    try {
      host.client().newUntypedWorkflowStub(workflowId).update(update, Void.class, message);
    } catch (WorkflowUpdateException e) {
      throw new DrillbookException(
          FailureKind.CONFLICT, words + " refuses it: " + root(e), "Nothing was changed by it.", e);
    } catch (WorkflowNotFoundException e) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          words + " does not run: there is no open workflow " + workflowId,
          "It begins with its runbook's schedule: drillbook runbook status",
          e);
    } catch (WorkflowServiceException | StatusRuntimeException e) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE,
          words + " did not answer: " + root(e),
          "A worker has to run on its task queue.",
          e);
    }
  }

  /**
   * Asks it something; also one that has ended, as long as the server keeps its history.
   *
   * @throws DrillbookException NOT_FOUND when the server knows none of this id, UNAVAILABLE when no
   *     worker answers
   */
  public <T> T ask(String query, Class<T> answer) throws DrillbookException {
    try {
      return host.client().newUntypedWorkflowStub(workflowId).query(query, answer);
    } catch (WorkflowNotFoundException e) {
      throw unknown(e);
    } catch (WorkflowServiceException | WorkflowQueryException | StatusRuntimeException e) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE,
          words + " did not answer: " + root(e),
          "A worker has to run on its task queue.",
          e);
    }
  }

  /** Tells whether it goes on. */
  public boolean isOpen() throws DrillbookException {
    try {
      return host.client().newUntypedWorkflowStub(workflowId).describe().getStatus()
          == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    } catch (WorkflowNotFoundException e) {
      throw unknown(e);
    }
  }

  private DrillbookException unknown(WorkflowNotFoundException e) {
    return new DrillbookException(
        FailureKind.NOT_FOUND,
        words + " is not known here: there is no workflow " + workflowId,
        "Ask the Temporal that it was started on; --temporal none looks beside its files.",
        e);
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return message.replaceFirst("^message='(.*?)', type=.*$", "$1");
  }
}
