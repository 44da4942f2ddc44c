package drillbook.runbook;

import drillbook.check.Finding;
import drillbook.notice.Notice.Fact;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a step.
 *
 * @param step the step's word
 * @param outcome how it went
 * @param backupId the backup that it was about, or an empty string
 * @param facts its figures, in the order in which people read them
 * @param findings what is wrong or worth a look, with what to do
 * @param seconds how long it took
 */
public record StepReport(
    String step,
    Outcome outcome,
    String backupId,
    List<Fact> facts,
    List<Finding> findings,
    double seconds) {
  /** How a step went. */
  public enum Outcome {
    /** Done, and as expected. */
    PASSED,
    /** Done, and worth a look. */
    WARNING,
    /** Another run does it at this moment. */
    COVERED,
    /** A question could not be asked; never green. */
    COULD_NOT_VERIFY,
    /** Something is wrong, or it could not be done. */
    FAILED;

    /** Tells whether the run goes on behind it. */
    public boolean goesOn() {
      return switch (this) {
        case PASSED, WARNING, COVERED -> true;
        case COULD_NOT_VERIFY, FAILED -> false;
      };
    }
  }

  /** Copies the lists. */
  public StepReport {
    facts = List.copyOf(facts);
    findings = List.copyOf(findings);
  }

  /** Returns the same report with one more fact. */
  StepReport and(Fact fact) {
    List<Fact> more = new ArrayList<>(facts);
    more.add(fact);
    return new StepReport(step, outcome, backupId, more, findings, seconds);
  }
}
