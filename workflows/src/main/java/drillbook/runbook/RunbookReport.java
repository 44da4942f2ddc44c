package drillbook.runbook;

import drillbook.check.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run did.
 *
 * @param runbook its name
 * @param target on what
 * @param cadence which part of the runbook
 * @param startedAt when it began
 * @param verdict passed only when every step was done and none found anything wrong
 * @param steps those that were begun, in order
 * @param notBegun the words of those behind a step that failed
 * @param untold routes on which people could not be told, with the reason
 * @param seconds from beginning to end
 */
public record RunbookReport(
    String runbook,
    String target,
    Cadence cadence,
    Instant startedAt,
    Verdict verdict,
    List<StepReport> steps,
    List<String> notBegun,
    List<String> untold,
    double seconds) {
  /** Copies the lists. */
  public RunbookReport {
    steps = List.copyOf(steps);
    notBegun = List.copyOf(notBegun);
    untold = List.copyOf(untold);
  }

  /** Returns the last backup that a step was about, or an empty string. */
  public String backupId() {
    return steps.stream()
        .map(StepReport::backupId)
        .filter(id -> !id.isEmpty())
        .reduce("", (before, last) -> last);
  }

  /** Returns each step's word and outcome in one line: {@code backup PASSED, verify FAILED}. */
  public String outcomes() {
    return steps.stream()
        .map(step -> step.step() + " " + step.outcome())
        .collect(Collectors.joining(", "));
  }

  /** Returns what the steps add up to. */
  static Verdict verdict(List<StepReport> steps) {
    Verdict verdict = Verdict.PASSED;
    for (StepReport step : steps) {
      switch (step.outcome()) {
        case PASSED, WARNING, COVERED -> {}
        case COULD_NOT_VERIFY -> verdict = Verdict.COULD_NOT_VERIFY;
        case FAILED -> {
          return Verdict.FAILED;
        }
      }
    }
    return verdict;
  }

  /** Returns the same report with routes that could not be reached. */
  RunbookReport untold(List<String> routes) {
    return new RunbookReport(
        runbook, target, cadence, startedAt, verdict, steps, notBegun, routes, seconds);
  }
}
