package drillbook.verify;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Asks a backup the questions that need no restore, and writes the answers into the journal. */
@WorkflowInterface
public interface VerifyBackupWorkflow {
  /** Verifies a backup; findings are in the report, a failure means that it could not be asked. */
  @WorkflowMethod(name = "VerifyBackupWorkflow")
  VerifyReport verify(VerifyRequest request);
}
