package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.schedule.SchedulePlan.Action;
import drillbook.schedule.SchedulePlan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SchedulePlanTest {
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
  private static final Owner OURS = new Owner("ours");

  private final DesiredSchedule daily = desired(TestingRunbooks.daily("docs", "0 2 * * *"));

  @Test
  void each_occasion_is_a_schedule() {
    List<DesiredSchedule> all =
        DesiredSchedule.of(
            List.of(TestingRunbooks.usual("docs", Cadence.HOURLY, Cadence.WEEKLY)), "queue");
    assertThat(all)
        .extracting(DesiredSchedule::id)
        .containsExactly("drillbook/docs/hourly", "drillbook/docs/weekly");
    assertThat(all)
        .extracting(DesiredSchedule::workflowId)
        .containsExactly("run-docs-hourly", "run-docs-weekly");
    assertThat(all.getFirst().longest()).isLessThan(Duration.ofHours(1));
  }

  @Test
  void two_runbooks_of_one_name_are_refused() {
    Runbook docs = TestingRunbooks.daily("docs", "0 2 * * *");
    assertThatThrownBy(() -> DesiredSchedule.of(List.of(docs, docs), "queue"))
        .hasMessage("two runbooks are called 'docs'");
    assertThatThrownBy(() -> DesiredSchedule.of(List.of(TestingRunbooks.daily("d", "2")), "queue"))
        .hasMessageContaining("'2'");
  }

  @Test
  void the_hash_is_that_of_all_that_is_desired() {
    String hash = daily.hash();
    assertThat(hash).hasSize(32);
    assertThat(desired(TestingRunbooks.daily("docs", "0 2 * * *")).hash()).isEqualTo(hash);
    assertThat(desired(TestingRunbooks.daily("docs", "1 2 * * *")).hash()).isNotEqualTo(hash);
    assertThat(desired(TestingRunbooks.daily("doc", "0 2 * * *")).hash()).isNotEqualTo(hash);
    assertThat(desired(TestingRunbooks.daily("docs", "0 2 * * *", "UTC")).hash())
        .isNotEqualTo(hash);
    assertThat(new DesiredSchedule("other", daily.runbook(), daily.part()).hash())
        .isNotEqualTo(hash);
  }

  @Test
  void the_hash_does_not_change_from_version_to_version_for_nothing() {
    assertThat(daily.hash())
        .as("a new hash rewrites every schedule; only if that is meant, change this")
        .isEqualTo("95b4bcae9ec58d06d9fb45c6a709a33e");
  }

  @Test
  void what_is_missing_is_created_with_its_next_times() {
    Step step = plan(List.of(daily), List.of()).steps().getFirst();
    assertThat(step.action()).isEqualTo(Action.CREATE);
    assertThat(step.next())
        .hasSize(5)
        .startsWith(Instant.parse("2026-11-22T01:00:00Z"), Instant.parse("2026-11-23T01:00:00Z"));
  }

  @Test
  void what_is_as_it_ought_to_be_is_left_alone() {
    SchedulePlan plan = plan(List.of(daily), List.of(live(daily).build()));
    assertThat(actions(plan)).containsExactly(Action.NONE);
    assertThat(plan.settled()).isTrue();
  }

  @Test
  void what_differs_is_written_whoever_changed_it() {
    assertThat(actions(plan(List.of(daily), List.of(live(daily).hash("old").build()))))
        .containsExactly(Action.UPDATE);
    assertThat(actions(plan(List.of(daily), List.of(live(daily).touched().build()))))
        .containsExactly(Action.REPAIR);
    SchedulePlan bare = plan(List.of(daily), List.of(live(daily).attribute("").build()));
    assertThat(actions(bare)).containsExactly(Action.REPAIR);
    assertThat(bare.settled()).isFalse();
    assertThat(
            actions(
                SchedulePlan.of(
                    List.of(daily),
                    List.of(live(daily).attribute("").build()),
                    OURS,
                    Keywords.NONE,
                    NOW)))
        .as("a namespace without the attribute")
        .containsExactly(Action.NONE);
    assertThat(actions(plan(List.of(daily), List.of(live(daily).unsearchable().build()))))
        .containsExactly(Action.REPAIR);
    assertThat(
            actions(
                SchedulePlan.of(
                    List.of(daily),
                    List.of(live(daily).unsearchable().build()),
                    OURS,
                    new Keywords(true, false),
                    NOW)))
        .as("a namespace by which nothing can be searched")
        .containsExactly(Action.NONE);
  }

  @Test
  void a_pause_is_told_and_nothing_to_be_done_about() {
    SchedulePlan plan =
        plan(List.of(daily), List.of(live(daily).paused("Jane: moving house").build()));
    assertThat(plan.settled()).isTrue();
    assertThat(plan.steps().getFirst().paused()).isTrue();
    assertThat(plan.steps().getFirst().note()).isEqualTo("Jane: moving house");
  }

  @Test
  void of_what_no_runbook_wants_only_ours_is_an_orphan() {
    DesiredSchedule weekly = desired(TestingRunbooks.usual("docs", Cadence.WEEKLY));
    SchedulePlan plan = plan(List.of(daily), List.of(live(daily).build(), live(weekly).build()));
    assertThat(actions(plan)).containsExactly(Action.NONE, Action.ORPHAN);
    assertThat(plan.settled()).as("an orphan may stay").isTrue();
    assertThat(
            actions(
                plan(
                    List.of(daily),
                    List.of(live(daily).build(), live(weekly).owner("theirs").build()))))
        .containsExactly(Action.NONE);
  }

  @Test
  void anothers_schedule_of_the_same_id_is_not_ours_to_write() {
    SchedulePlan theirs = plan(List.of(daily), List.of(live(daily).owner("theirs").build()));
    assertThat(actions(theirs)).containsExactly(Action.FOREIGN);
    assertThat(theirs.steps().getFirst().why()).contains("owner theirs");
    assertThat(theirs.settled()).isFalse();
    SchedulePlan nobodys = plan(List.of(daily), List.of(live(daily).owner("").build()));
    assertThat(actions(nobodys)).containsExactly(Action.FOREIGN);
    assertThat(
            actions(
                SchedulePlan.of(
                    List.of(daily),
                    List.of(live(daily).owner("").build()),
                    Owner.NOBODY,
                    ALL,
                    NOW)))
        .as("nobody owns nothing, not even what is nobody's")
        .containsExactly(Action.FOREIGN);
  }

  private static final Keywords ALL = new Keywords(true, true);

  private static SchedulePlan plan(List<DesiredSchedule> desired, List<LiveSchedule> live) {
    return SchedulePlan.of(desired, live, OURS, ALL, NOW);
  }

  private static List<Action> actions(SchedulePlan plan) {
    return plan.steps().stream().map(Step::action).toList();
  }

  private static DesiredSchedule desired(Runbook runbook) {
    return DesiredSchedule.of(List.of(runbook), "queue").getFirst();
  }

  private static TestingLive live(DesiredSchedule desired) {
    return new TestingLive(desired, OURS.word(), NOW.minus(Duration.ofDays(10)));
  }
}
