package drillbook.runbook;

import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Does one part of a runbook, step by step, and tells people how it went. */
@WorkflowInterface
public interface RunbookWorkflow {
  /** Runs; a step that failed is in the report, and ends the run. */
  @WorkflowMethod(name = "RunbookWorkflow")
  RunbookReport run(RunbookRequest request);

  /** Tells that a person did, or could not do, the step that is waited for. */
  @UpdateMethod(
      name = "answer",
      description = "Ends the human step that is waited for: {\"who\", \"done\", \"words\"}")
  void answer(HumanAnswer answer);

  /** Refuses an answer that nobody waits for, or that does not say who gives it. */
  @UpdateValidatorMethod(updateName = "answer")
  void checkAnswer(HumanAnswer answer);
}
