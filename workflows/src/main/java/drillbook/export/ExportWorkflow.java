package drillbook.export;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Exports the records of a backup, or of a live engine, into files that any tool reads. An export
 * is whole or absent: a failed one deletes what it wrote.
 */
@WorkflowInterface
public interface ExportWorkflow {
  /** Exports; what is returned is COMPLETED. */
  @WorkflowMethod(name = "ExportWorkflow")
  ExportReport export(ExportRequest request);

  /** Tells how far it is; to be polled until it is not RUNNING. */
  @QueryMethod(name = "status")
  ExportReport status();
}
