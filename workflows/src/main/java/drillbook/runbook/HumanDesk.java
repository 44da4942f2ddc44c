package drillbook.runbook;

import io.temporal.workflow.Workflow;
import java.util.Optional;

/** Where a run waits for a person, and where the answer comes in. One question at a time. */
final class HumanDesk {
  private Optional<Step.Human> asked = Optional.empty();
  private Optional<HumanAnswer> answer = Optional.empty();

  /** Takes an answer from now on: before people are asked, since one may be quick. */
  void open(Step.Human step) {
    answer = Optional.empty();
    asked = Optional.of(step);
  }

  /** Returns the answer, or nothing when the time is up. */
  Optional<HumanAnswer> await(Step.Human step) {
    Workflow.await(step.within(), () -> answer.isPresent());
    asked = Optional.empty();
    return answer;
  }

  void take(HumanAnswer given) {
    answer = Optional.of(given);
  }

  void check(HumanAnswer given) {
    if (asked.isEmpty() || answer.isPresent()) {
      throw new IllegalArgumentException("no human step is waited for at this moment");
    }
    if (given.who().isEmpty()) {
      throw new IllegalArgumentException("say who answers: {\"who\": \"...\", \"done\": true}");
    }
  }
}
