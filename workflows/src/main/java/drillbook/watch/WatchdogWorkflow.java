package drillbook.watch;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Looks whether a runbook's schedules do what they are there for: runs missed or skipped, schedules
 * paused or gone, an rpo about to be broken, a drill overdue. Tells people once, and once more when
 * it is over.
 */
@WorkflowInterface
public interface WatchdogWorkflow {
  /** Looks once. */
  @WorkflowMethod(name = "WatchdogWorkflow")
  WatchdogReport watch(WatchdogRequest request);
}
