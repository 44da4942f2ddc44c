package drillbook.demo.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Verdict;
import drillbook.demo.calendar.QuarterOutcome.CadenceRow;
import drillbook.demo.calendar.QuarterOutcome.NoticeRow;
import drillbook.demo.calendar.QuarterOutcome.RecoveryRow;
import drillbook.demo.calendar.QuarterOutcome.TicketRow;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Cadence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A demo whose proof accepts anything would prove nothing. */
final class QuarterProofTest {
  private final List<CadenceRow> cadences =
      new ArrayList<>(
          List.of(
              new CadenceRow("hourly", 2160, 2148, 2059, 0, 89, 0, 12),
              new CadenceRow("daily", 90, 89, 87, 1, 0, 1, 1),
              new CadenceRow("weekly", 13, 13, 12, 0, 0, 1, 0),
              new CadenceRow("monthly", 3, 3, 3, 0, 0, 0, 0),
              new CadenceRow("quarterly", 1, 1, 1, 0, 0, 0, 0)));
  private final List<NoticeRow> notices =
      new ArrayList<>(
          List.of(
              notice("2027-01-01T05:05:00Z", Level.WARNING, "approval", ""),
              notice("2027-01-01T05:58:00Z", Level.WARNING, "asked", ""),
              notice(
                  "2027-02-09T02:17:00Z", Level.PROBLEM, "products daily", "logical bytes +60 %"),
              notice(
                  "2027-02-10T02:17:00Z", Level.WARNING, "products daily", "logical bytes -37 %"),
              notice("2027-02-20T09:35:00Z", Level.PROBLEM, "products watchdog", "12 hourly runs"),
              notice("2027-03-07T03:29:00Z", Level.PROBLEM, "products weekly", "29 min")));
  private final List<TicketRow> tickets =
      new ArrayList<>(
          List.of(
              new TicketRow(
                  "#1",
                  "key",
                  "slow",
                  Instant.parse("2027-03-07T03:29:00Z"),
                  Instant.parse("2027-03-14T03:20:00Z"))));
  private final List<String> leftovers = new ArrayList<>();
  private double slowSeconds = 1760;

  @Test
  void a_quarter_as_planned_is_accepted() {
    assertThat(problems()).isEmpty();
  }

  @Test
  void a_planted_event_that_nobody_is_told_of_is_found() {
    for (int planted : List.of(5, 4, 2)) {
      NoticeRow removed = notices.remove(planted);
      assertThat(problems()).as("%s", removed).isNotEmpty();
      notices.add(planted, removed);
    }
    assertThat(problems()).isEmpty();
  }

  @Test
  void what_was_not_planted_is_found() {
    notices.add(notice("2027-03-10T12:35:00Z", Level.PROBLEM, "products watchdog", "overdue"));
    assertThat(problems()).singleElement().asString().contains("three problems");
    notices.removeLast();
    tickets.add(tickets.getFirst());
    assertThat(problems()).singleElement().asString().contains("one ticket");
    tickets.removeLast();
    leftovers.add("a fence around the primary");
    assertThat(problems()).containsExactly("left behind: a fence around the primary");
  }

  @Test
  void a_ticket_that_stays_open_is_found() {
    TicketRow open = tickets.getFirst();
    tickets.set(0, new TicketRow(open.address(), open.key(), open.title(), open.opened(), null));
    assertThat(problems()).singleElement().asString().contains("closed by the next drill");
  }

  @Test
  void a_run_that_never_ended_is_found() {
    cadences.set(0, new CadenceRow("hourly", 2160, 2148, 2058, 0, 89, 0, 12));
    assertThat(problems()).singleElement().asString().contains("wrote itself down");
  }

  @Test
  void a_recovery_that_is_slow_by_another_measure_is_found() {
    slowSeconds = 1300;
    assertThat(problems()).singleElement().asString().contains("by what was planted");
  }

  @Test
  void a_quarter_has_the_runs_that_a_quarter_has() {
    assertThat(QuarterStory.times(Cadence.HOURLY)).hasSize(2160);
    assertThat(QuarterStory.times(Cadence.DAILY)).hasSize(90);
    assertThat(QuarterStory.times(Cadence.WEEKLY)).hasSize(13);
    assertThat(QuarterStory.times(Cadence.MONTHLY)).hasSize(3);
    assertThat(QuarterStory.times(Cadence.QUARTERLY)).hasSize(1);
  }

  private List<String> problems() {
    List<RecoveryRow> recoveries =
        List.of(
            new RecoveryRow(
                Instant.parse("2027-02-28T03:20:00Z"), "drill", "b", 1212, Verdict.PASSED, false),
            new RecoveryRow(
                Instant.parse("2027-03-07T03:29:00Z"),
                "drill",
                "b",
                slowSeconds,
                Verdict.FAILED,
                true));
    return QuarterProof.problems(
        new QuarterOutcome(
            QuarterOutcome.SIMULATED,
            QuarterStory.BEGIN,
            QuarterStory.END,
            cadences,
            notices,
            tickets,
            recoveries,
            2148,
            leftovers));
  }

  private static NoticeRow notice(String at, Level level, String title, String finding) {
    return new NoticeRow(
        Instant.parse(at), level, title, finding.isEmpty() ? List.of() : List.of(finding));
  }
}
