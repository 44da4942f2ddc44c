package drillbook.demo.calendar;

import drillbook.demo.calendar.QuarterOutcome.CadenceRow;
import drillbook.demo.calendar.QuarterOutcome.NoticeRow;
import drillbook.demo.calendar.QuarterOutcome.RecoveryRow;
import drillbook.demo.calendar.QuarterOutcome.TicketRow;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Cadence;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Whether what was planted was noticed, and nothing else. */
final class QuarterProof {
  private final QuarterOutcome outcome;
  private final List<String> problems = new ArrayList<>();

  private QuarterProof(QuarterOutcome outcome) {
    this.outcome = outcome;
  }

  /** Returns what is not as it must be. */
  static List<String> problems(QuarterOutcome outcome) {
    QuarterProof proof = new QuarterProof(outcome);
    proof.runs();
    proof.notices();
    proof.tickets();
    proof.recoveries();
    outcome.leftovers().forEach(left -> proof.problems.add("left behind: " + left));
    return List.copyOf(proof.problems);
  }

  private void runs() {
    for (CadenceRow row : outcome.cadences()) {
      require(
          row.begun() == row.passed() + row.warned() + row.covered() + row.failed(),
          row.cadence() + ": not every run that was begun wrote itself down: " + row);
      require(
          row.due() == row.begun() + row.missed(),
          row.cadence() + ": runs that were due are neither begun nor missed: " + row);
    }
    CadenceRow hourly = outcome.row(Cadence.HOURLY);
    CadenceRow daily = outcome.row(Cadence.DAILY);
    require(hourly.missed() == 12 && daily.missed() == 1, "one night is missed: " + hourly);
    require(
        hourly.failed() == 0 && hourly.covered() == daily.begun(),
        "hourly runs pass, but for those that a daily one covers: " + hourly);
    require(daily.failed() == 1 && daily.warned() == 1, "one size jump there and back: " + daily);
    require(outcome.row(Cadence.WEEKLY).failed() == 1, "one slow drill");
    for (Cadence rare : List.of(Cadence.MONTHLY, Cadence.QUARTERLY)) {
      CadenceRow row = outcome.row(rare);
      require(row.passed() == row.due(), row.cadence() + ": all pass: " + row);
    }
  }

  private void notices() {
    List<NoticeRow> problemsTold = told(notice -> notice.level() == Level.PROBLEM);
    require(problemsTold.size() == 3, "three problems are told, and were: " + problemsTold);
    one(
        "the size jump",
        notice -> notice.level() == Level.PROBLEM && says(notice, "logical bytes"),
        QuarterStory.JUMP_UNDONE);
    one("the missed night", notice -> says(notice, "12 hourly runs"), QuarterStory.OUTAGE_OVER);
    one(
        "the slow restore",
        notice -> notice.level() == Level.PROBLEM && notice.title().contains("weekly"),
        QuarterStory.SLOW_DRILL.atTime(4, 0).toInstant(ZoneOffset.UTC));
    List<NoticeRow> warnings = told(notice -> notice.level() == Level.WARNING);
    require(warnings.size() == 3, "people are asked twice and warned once, and were: " + warnings);
  }

  private void tickets() {
    require(outcome.tickets().size() == 1, "one ticket is filed: " + outcome.tickets());
    for (TicketRow ticket : outcome.tickets()) {
      LocalDate opened = LocalDate.ofInstant(ticket.opened(), ZoneOffset.UTC);
      require(opened.equals(QuarterStory.SLOW_DRILL), "it is filed by the slow drill: " + ticket);
      Instant closed = ticket.closed();
      require(
          closed != null
              && LocalDate.ofInstant(closed, ZoneOffset.UTC)
                  .equals(QuarterStory.SLOW_DRILL.plusWeeks(1)),
          "it is closed by the next drill: " + ticket);
    }
  }

  private void recoveries() {
    List<RecoveryRow> slow = outcome.recoveries().stream().filter(RecoveryRow::slow).toList();
    require(slow.size() == 1, "one recovery is slow: " + slow);
    double usual =
        outcome.recoveries().stream()
            .filter(row -> row.what().equals("drill") && !row.slow())
            .mapToDouble(RecoveryRow::seconds)
            .max()
            .orElse(0);
    for (RecoveryRow row : slow) {
      double slower = row.seconds() / usual - 1;
      require(
          slower > QuarterStory.SLOWDOWN - 0.1 && slower < QuarterStory.SLOWDOWN + 0.1,
          "it is slow by what was planted, not by " + slower);
    }
  }

  private void one(String what, Predicate<NoticeRow> is, Instant about) {
    List<NoticeRow> found = told(is);
    require(found.size() == 1, what + " is told once, and was told " + found.size() + " times");
    for (NoticeRow row : found) {
      require(
          !row.at().isAfter(about.plusSeconds(3600))
              && !row.at().isBefore(about.minusSeconds(36000)),
          what + " is told when it happens, not at " + row.at());
    }
  }

  private List<NoticeRow> told(Predicate<NoticeRow> is) {
    return outcome.notices().stream().filter(is).toList();
  }

  private static boolean says(NoticeRow notice, String words) {
    return notice.findings().stream().anyMatch(found -> found.contains(words));
  }

  private void require(boolean so, String otherwise) {
    if (!so) {
      problems.add(otherwise);
    }
  }
}
