package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Verdict;
import drillbook.runbook.Runbook;
import drillbook.schedule.CalendarStatus.CadenceStatus;
import drillbook.schedule.CalendarStatus.State;
import drillbook.schedule.LiveSchedule.Outcome;
import drillbook.schedule.Standing.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CalendarStatusTest {
  /** In Zurich 13:00, long after the run of 02:00. */
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final Instant TODAY = Instant.parse("2026-11-21T01:00:00Z");
  private static final Instant YESTERDAY = Instant.parse("2026-11-20T01:00:00Z");
  private static final Owner OURS = new Owner("ours");

  private final Runbook docs = TestingRunbooks.daily("docs", "0 2 * * *");
  private final DesiredSchedule daily = DesiredSchedule.of(List.of(docs), "queue").getFirst();

  @Test
  void a_schedule_that_does_its_work_is_no_problem() {
    CalendarStatus status =
        status(live().ran(TODAY, "r1", Outcome.COMPLETED), Map.of("r1", Verdict.PASSED));
    CadenceStatus cadence = cadence(status);
    assertThat(cadence.state()).isEqualTo(State.SCHEDULED);
    assertThat(cadence.lastRun()).isEqualTo(TODAY.plusSeconds(1));
    assertThat(cadence.lastOutcome()).isEqualTo("passed");
    assertThat(cadence.nextRun()).isEqualTo(Instant.parse("2026-11-22T01:00:00Z"));
    assertThat(status.problems()).isEmpty();
  }

  @Test
  void a_run_that_was_missed_is_a_problem_until_a_later_one_came() {
    assertThat(status(live().ran(YESTERDAY, "r1", Outcome.COMPLETED).missed(1)).problems())
        .containsExactly(
            "docs daily: the run of 2026-11-21T01:00:00Z was missed, and none came since");
    CalendarStatus since = status(live().ran(TODAY, "r1", Outcome.COMPLETED).missed(1));
    assertThat(since.problems()).isEmpty();
    assertThat(cadence(since).missed()).as("the figure stays").isEqualTo(1);
    assertThat(status(live().missed(3)).problems()).as("none ever came").hasSize(1);
  }

  @Test
  void a_run_that_may_still_begin_is_not_missed() {
    Instant soon = TODAY.plus(Duration.ofHours(5));
    assertThat(
            status(live().ran(YESTERDAY, "r1", Outcome.COMPLETED).missed(1).build(), Map.of(), soon)
                .problems())
        .isEmpty();
  }

  @Test
  void what_did_not_come_while_a_person_had_paused_is_not_missed() {
    assertThat(status(live().ran(YESTERDAY, "r1", Outcome.COMPLETED)).problems())
        .as("resumed, and the server missed nothing")
        .isEmpty();
    CalendarStatus paused = status(live().paused("Jane: moving house").missed(1));
    assertThat(cadence(paused).state()).isEqualTo(State.PAUSED);
    assertThat(cadence(paused).note()).isEqualTo("Jane: moving house");
    assertThat(cadence(paused).nextRun()).isNull();
    assertThat(paused.problems()).isEmpty();
  }

  @Test
  void a_last_run_that_did_not_go_well_is_a_problem() {
    assertThat(
            status(live().ran(TODAY, "r1", Outcome.COMPLETED), Map.of("r1", Verdict.FAILED))
                .problems())
        .containsExactly("docs daily: the last run: FAILED");
    assertThat(
            status(
                    live().ran(TODAY, "r1", Outcome.COMPLETED),
                    Map.of("r1", Verdict.COULD_NOT_VERIFY))
                .problems())
        .containsExactly("docs daily: the last run: COULD NOT VERIFY");
    assertThat(status(live().ran(TODAY, "r1", Outcome.BROKEN_OFF)).problems())
        .containsExactly("docs daily: the last run: broke off");
  }

  @Test
  void a_run_at_work_is_told() {
    CadenceStatus cadence = cadence(status(live().ran(TODAY, "r1", Outcome.RUNNING)));
    assertThat(cadence.state()).isEqualTo(State.RUNNING);
    assertThat(cadence.lastOutcome()).isEqualTo("running");
  }

  @Test
  void a_runbook_that_is_not_what_runs_is_a_problem() {
    CalendarStatus none =
        CalendarStatus.of(
            List.of(docs), List.of(daily), List.of(), OURS, standings(), Map.of(), NOW);
    assertThat(cadence(none).state()).isEqualTo(State.NOT_APPLIED);
    assertThat(none.problems()).hasSize(1).first().asString().contains("runbook apply");
    CalendarStatus changed = status(live().hash("old"));
    assertThat(cadence(changed).state()).isEqualTo(State.DIFFERS);
    assertThat(changed.problems()).hasSize(1);
    CalendarStatus foreign = status(live().owner("theirs").ran(TODAY, "r1", Outcome.COMPLETED));
    assertThat(cadence(foreign).state()).isEqualTo(State.FOREIGN);
    assertThat(cadence(foreign).lastRun()).as("not our run").isNull();
    assertThat(foreign.problems()).hasSize(1);
  }

  @Test
  void a_promise_that_does_not_hold_is_a_problem_of_the_runbook() {
    CalendarStatus status =
        CalendarStatus.of(
            List.of(docs),
            List.of(daily),
            List.of(live().build()),
            OURS,
            Map.of(
                "docs",
                new Standing(
                    Promise.measured(10, 20, "b", "too old"), Promise.unproven(5, "no drill"))),
            Map.of(),
            NOW);
    assertThat(status.problems()).containsExactly("docs: too old", "docs: no drill");
  }

  @Test
  void orphans_are_told_and_no_problem() {
    DesiredSchedule gone =
        DesiredSchedule.of(List.of(TestingRunbooks.daily("gone", "0 2 * * *")), "queue").getFirst();
    CalendarStatus status =
        CalendarStatus.of(
            List.of(docs),
            List.of(daily),
            List.of(live().build(), new TestingLive(gone, OURS.word(), NOW).build()),
            OURS,
            standings(),
            Map.of(),
            NOW);
    assertThat(status.orphans()).containsExactly("drillbook/gone/daily");
    assertThat(status.problems()).isEmpty();
  }

  private TestingLive live() {
    return new TestingLive(daily, OURS.word(), NOW.minus(Duration.ofDays(10)));
  }

  private CalendarStatus status(TestingLive live) {
    return status(live, Map.of());
  }

  private CalendarStatus status(TestingLive live, Map<String, Verdict> verdicts) {
    return status(live.build(), verdicts, NOW);
  }

  private CalendarStatus status(LiveSchedule live, Map<String, Verdict> verdicts, Instant now) {
    return CalendarStatus.of(
        List.of(docs), List.of(daily), List.of(live), OURS, standings(), verdicts, now);
  }

  private static Map<String, Standing> standings() {
    return Map.of(
        "docs", new Standing(Promise.measured(0, 5, "b", ""), Promise.unproven(0, "no drill")));
  }

  private static CadenceStatus cadence(CalendarStatus status) {
    return Objects.requireNonNull(status.runbooks().getFirst().cadences().getFirst());
  }
}
