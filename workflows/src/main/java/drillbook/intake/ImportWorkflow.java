package drillbook.intake;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Imports files of records into a target: creates the collection when it is absent, merges into it
 * when it is present. Every file is read to its end before the first record is written.
 */
@WorkflowInterface
public interface ImportWorkflow {
  /** Imports; what is returned is COMPLETED. */
  @WorkflowMethod(name = "ImportWorkflow")
  ImportReport run(ImportRequest request);

  /** Tells how far it is, by files. */
  @QueryMethod(name = "status")
  ImportReport status();
}
