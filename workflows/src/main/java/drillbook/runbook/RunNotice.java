package drillbook.runbook;

import drillbook.check.Finding;
import drillbook.notice.Figures;
import drillbook.notice.Notice;
import drillbook.notice.Notice.Fact;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Occasion.Notify;
import drillbook.runbook.StepReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What people are told of a run. Asks nobody. */
final class RunNotice {
  private RunNotice() {}

  /**
   * Returns the notice of a finished run; nothing where it went as expected and people asked to
   * hear of problems only.
   */
  static Optional<Notice> of(RunbookReport report, Notify notify, String workflowId, String runId) {
    Level level = level(report);
    if (level == Level.FINE && notify == Notify.PROBLEMS) {
      return Optional.empty();
    }
    List<Fact> facts = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (StepReport step : report.steps()) {
      facts.addAll(step.facts());
      findings.addAll(step.findings());
    }
    if (!report.notBegun().isEmpty()) {
      facts.add(new Fact("Not begun", String.join(", ", report.notBegun())));
    }
    facts.add(new Fact("Run took", Figures.seconds(report.seconds())));
    return Optional.of(new Notice(level, title(report, level), facts, findings, workflowId, runId));
  }

  /** Returns what is told while a person is waited for. */
  static Notice asking(RunbookRequest request, Step.Human step, String workflowId, String runId) {
    return new Notice(
        Level.WARNING,
        request.runbook().target()
            + " "
            + request.cadence().word()
            + ": "
            + step.owner()
            + " is asked to act",
        List.of(
            new Fact("To do", step.instruction()),
            new Fact("Owner", step.owner()),
            new Fact("Within", Figures.seconds(step.within().toMillis() / 1000.0)),
            new Fact("Answer", "update 'answer' of this workflow")),
        List.of(),
        workflowId,
        runId);
  }

  private static String title(RunbookReport report, Level level) {
    String what = report.target() + " " + report.cadence().word() + ": ";
    return switch (level) {
      case FINE -> what + "as expected";
      case WARNING -> what + "done, worth a look";
      case PROBLEM ->
          what
              + report.steps().stream()
                  .filter(step -> !step.outcome().goesOn())
                  .map(step -> step.step() + " " + words(step.outcome()))
                  .findFirst()
                  .orElse("FAILED");
    };
  }

  private static String words(Outcome outcome) {
    return outcome == Outcome.COULD_NOT_VERIFY ? "COULD NOT VERIFY" : "FAILED";
  }

  private static Level level(RunbookReport report) {
    return switch (report.verdict()) {
      case PASSED ->
          report.steps().stream().anyMatch(step -> step.outcome() == Outcome.WARNING)
              ? Level.WARNING
              : Level.FINE;
      case FAILED, COULD_NOT_VERIFY -> Level.PROBLEM;
    };
  }
}
