package drillbook.runbook;

import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import drillbook.notice.Figures;
import drillbook.notice.Notice.Fact;
import drillbook.ticket.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which tickets a drill files and which it closes. Asks nobody. */
final class DrillTickets {
  /**
   * What is to happen to a ticket.
   *
   * @param open true: filed, or told the news; false: closed where it is open
   * @param ticket which, with what is said
   */
  record Move(boolean open, Ticket ticket) {}

  private DrillTickets() {}

  /**
   * Returns the moves. A regression is open until a drill that was compared with a baseline did not
   * regress; a drill that did not pass is open until one passes.
   */
  static List<Move> of(DrillReport drill, StepReport step) {
    List<Move> moves = new ArrayList<>();
    if (drill.regressed()) {
      moves.add(
          new Move(
              true,
              new Ticket(
                  key(drill, "recovery-time"),
                  String.format(
                      Locale.ROOT,
                      "Recovery of %s takes %.0f %% longer than it did",
                      drill.target(),
                      drill.baseline().regression(drill.recoverySeconds()) * 100),
                  body(step))));
    } else if (drill.baseline().known() && drill.verdict() == Verdict.PASSED) {
      moves.add(
          new Move(
              false,
              new Ticket(
                  key(drill, "recovery-time"),
                  "Recovery of " + drill.target() + " is as fast as before",
                  "Drill "
                      + drill.run()
                      + " took "
                      + Figures.seconds(drill.recoverySeconds())
                      + ", the baseline is "
                      + Figures.seconds(drill.baseline().seconds())
                      + ".")));
    }
    boolean slowOnly = drill.regressed() && failedChecks(drill) == 1;
    if (drill.verdict() != Verdict.PASSED && !slowOnly) {
      moves.add(
          new Move(
              true,
              new Ticket(
                  key(drill, "drill"),
                  "A backup of " + drill.target() + " did not come back",
                  body(step))));
    } else if (drill.verdict() == Verdict.PASSED) {
      moves.add(
          new Move(
              false,
              new Ticket(
                  key(drill, "drill"),
                  "Backups of " + drill.target() + " come back",
                  "Drill " + drill.run() + " passed with backup " + drill.backupId() + ".")));
    }
    return moves;
  }

  /** Returns the moves of a drill whose backup could not be read. */
  static List<Move> unreadable(String target, StepReport step) {
    return List.of(
        new Move(
            true,
            new Ticket(
                "drillbook/" + target + "/drill",
                "A backup of " + target + " did not come back",
                body(step))));
  }

  private static long failedChecks(DrillReport drill) {
    return drill.checks().stream().filter(check -> !check.findings().isEmpty()).count();
  }

  private static String key(DrillReport drill, String reason) {
    // A drill elsewhere says nothing about one at home: each closes its own tickets only.
    String place = drill.into().equals(drill.target()) ? "" : drill.into() + "/";
    return "drillbook/" + drill.target() + "/" + place + reason;
  }

  private static String body(StepReport step) {
    StringBuilder body = new StringBuilder();
    step.findings()
        .forEach(finding ->
            body.append("**")
                .append(finding.code())
                .append("** ")
                .append(finding.message())
                .append("\n\n")
                .append(finding.advice())
                .append("\n\n"));
    for (Fact fact : step.facts()) {
      body.append("- ").append(fact.name()).append(": ").append(fact.value()).append('\n');
    }
    return body.toString();
  }
}
