package drillbook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.FindingCode;
import drillbook.notice.Notice.Level;
import drillbook.runbook.Cadence;
import drillbook.runbook.Objectives;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a look makes of what it finds. */
final class WatchdogTest {
  private static final Instant NOW = Instant.parse("2027-02-16T09:35:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(300));
  private static final Duration RPO = Duration.ofHours(4);

  private static final WatchedSchedule HOURLY =
      new WatchedSchedule(Cadence.HOURLY, true, false, "", LONG_AGO, null, null, null, 0, 0);
  private static final WatchedSchedule WEEKLY =
      new WatchedSchedule(
          Cadence.WEEKLY,
          true,
          false,
          "",
          LONG_AGO,
          null,
          null,
          NOW.minus(Duration.ofDays(3)),
          0,
          0);

  @Test
  void nothing_is_said_while_all_is_well() {
    WatchFacts facts = facts(WatchMemory.NONE, HOURLY, WEEKLY);
    assertThat(alarms(facts)).isEmpty();
    assertThat(Watchdog.isNews(facts, alarms(facts))).isFalse();
  }

  @Test
  void a_pause_is_said_once_and_once_more_when_it_is_over() {
    WatchedSchedule paused =
        new WatchedSchedule(
            Cadence.HOURLY, true, true, "Jane: moving", LONG_AGO, null, null, null, 0, 0);
    WatchFacts first = facts(WatchMemory.NONE, paused);
    assertThat(fresh(first)).containsExactly("paused/hourly");
    assertThat(alarms(first).getFirst().finding().message()).contains("Jane: moving");

    WatchFacts second = facts(remembered(first), paused);
    assertThat(fresh(second)).isEmpty();
    assertThat(Watchdog.gone(second, alarms(second))).isEmpty();
    assertThat(Watchdog.isNews(second, alarms(second))).as("nothing is written again").isFalse();

    WatchFacts third = facts(remembered(second), HOURLY);
    assertThat(alarms(third)).isEmpty();
    assertThat(Watchdog.gone(third, alarms(third))).containsExactly("paused/hourly");
    assertThat(Watchdog.isNews(third, alarms(third))).isTrue();

    WatchFacts fourth = facts(remembered(third), paused);
    assertThat(fresh(fourth)).as("paused again").containsExactly("paused/hourly");
  }

  @Test
  void missed_runs_are_said_once_with_how_many_and_never_that_they_are_over() {
    WatchFacts first = facts(WatchMemory.NONE, counted(12, 0));
    assertThat(fresh(first)).containsExactly("missed/hourly");
    assertThat(alarms(first).getFirst().finding().code()).isEqualTo(FindingCode.RUN_MISSED);
    assertThat(alarms(first).getFirst().finding().message()).startsWith("12 hourly runs");

    WatchFacts second = facts(remembered(first), counted(12, 0));
    assertThat(alarms(second)).isEmpty();
    assertThat(Watchdog.gone(second, alarms(second))).isEmpty();

    WatchFacts later = facts(remembered(second), counted(13, 0));
    assertThat(alarms(later).getFirst().finding().message()).startsWith("1 hourly run ");
    assertThat(fresh(later)).containsExactly("missed/hourly");
  }

  @Test
  void a_run_that_is_stuck_is_said_once_although_every_hour_is_skipped_for_it() {
    WatchFacts first = facts(WatchMemory.NONE, counted(0, 1));
    assertThat(fresh(first)).containsExactly("skipped/hourly");
    WatchFacts second = facts(remembered(first), counted(0, 2));
    assertThat(alarms(second)).hasSize(1);
    assertThat(fresh(second)).isEmpty();
    WatchFacts quiet = facts(remembered(second), counted(0, 2));
    assertThat(alarms(quiet)).isEmpty();
    assertThat(fresh(facts(remembered(quiet), counted(0, 3)))).containsExactly("skipped/hourly");
  }

  @Test
  void a_schedule_that_was_made_anew_counts_from_zero() {
    WatchMemory before = remembered(facts(WatchMemory.NONE, counted(12, 5)));
    WatchFacts anew = facts(before, counted(1, 0));
    assertThat(alarms(anew).getFirst().finding().message()).startsWith("1 hourly run ");
  }

  @Test
  void an_rpo_is_said_before_it_is_broken_unless_a_backup_is_on_its_way() {
    assertThat(keys(Duration.ofHours(3), false)).as("exactly three quarters").isEmpty();
    assertThat(keys(Duration.ofMinutes(181), false)).containsExactly("recovery-point/soon");
    assertThat(keys(Duration.ofMinutes(181), true)).isEmpty();
    assertThat(keys(Duration.ofMinutes(241), true)).containsExactly("recovery-point/broken");
    WatchFacts none = new WatchFacts(NOW, List.of(), null, false, WatchMemory.NONE);
    assertThat(alarms(none)).extracting(Alarm::key).containsExactly("recovery-point/none");
    assertThat(Watchdog.alarms(runbook(Objectives.NONE), none)).as("nothing promised").isEmpty();
  }

  @Test
  void a_daily_backup_is_old_every_evening_and_nobody_is_told() {
    Instant point = NOW.minus(Duration.ofHours(20));
    Instant broken = point.plus(Duration.ofHours(26));
    assertThat(evening(point, point, broken.minusSeconds(1))).isEmpty();
    assertThat(evening(point, point, broken.plusSeconds(1)))
        .as("the next one is too late")
        .containsExactly("recovery-point/soon");
    assertThat(evening(point, NOW.minus(Duration.ofHours(1)), broken.minusSeconds(1)))
        .as("one was due, and made nothing")
        .containsExactly("recovery-point/soon");
    assertThat(evening(point, NOW.minusSeconds(60), broken.minusSeconds(1)))
        .as("one is just beginning")
        .isEmpty();
  }

  private static List<String> evening(Instant point, Instant lastDue, Instant nextDue) {
    WatchedSchedule hourly =
        new WatchedSchedule(
            Cadence.HOURLY, true, false, "", LONG_AGO, lastDue, nextDue, null, 0, 0);
    WatchFacts facts = new WatchFacts(NOW, List.of(hourly), point, false, WatchMemory.NONE);
    return Watchdog.alarms(runbook(new Objectives(Duration.ofHours(26), null)), facts).stream()
        .map(Alarm::key)
        .toList();
  }

  @Test
  void a_drill_is_overdue_after_one_and_a_half_periods() {
    assertThat(fresh(facts(WatchMemory.NONE, drilled(Duration.ofHours(252))))).isEmpty();
    assertThat(fresh(facts(WatchMemory.NONE, drilled(Duration.ofHours(253)))))
        .containsExactly("overdue/weekly");
    WatchedSchedule never =
        new WatchedSchedule(Cadence.WEEKLY, true, false, "", LONG_AGO, null, null, null, 0, 0);
    assertThat(fresh(facts(WatchMemory.NONE, never))).containsExactly("overdue/weekly");
    WatchedSchedule young =
        new WatchedSchedule(Cadence.WEEKLY, true, false, "", NOW, null, null, null, 0, 0);
    assertThat(fresh(facts(WatchMemory.NONE, young))).isEmpty();
    assertThat(fresh(facts(WatchMemory.NONE, HOURLY))).as("no drill in it").isEmpty();
  }

  @Test
  void a_schedule_that_is_gone_is_a_problem() {
    WatchedSchedule gone =
        new WatchedSchedule(Cadence.DAILY, false, false, "", NOW, null, null, null, 0, 0);
    WatchFacts facts = facts(WatchMemory.NONE, gone);
    assertThat(alarms(facts))
        .singleElement()
        .satisfies(alarm -> {
          assertThat(alarm.key()).isEqualTo("missing/daily");
          assertThat(alarm.level()).isEqualTo(Level.PROBLEM);
        });
  }

  @Test
  void what_is_remembered_survives_the_journal() {
    WatchMemory memory = remembered(facts(WatchMemory.NONE, counted(12, 3)));
    Runbook runbook = runbook(Objectives.NONE);
    assertThat(memory.open()).isNotEmpty();
    assertThat(WatchRecord.memory(WatchRecord.of("run", runbook, memory))).isEqualTo(memory);
    assertThat(WatchRecord.memory(WatchRecord.of("run", runbook, WatchMemory.NONE)))
        .isEqualTo(WatchMemory.NONE);
  }

  private static List<String> keys(Duration age, boolean running) {
    return alarms(new WatchFacts(NOW, List.of(), NOW.minus(age), running, WatchMemory.NONE))
        .stream()
        .map(Alarm::key)
        .toList();
  }

  private static WatchedSchedule counted(long missed, long skipped) {
    return new WatchedSchedule(
        Cadence.HOURLY, true, false, "", LONG_AGO, null, null, null, missed, skipped);
  }

  private static WatchedSchedule drilled(Duration ago) {
    return new WatchedSchedule(
        Cadence.WEEKLY, true, false, "", LONG_AGO, null, null, NOW.minus(ago), 0, 0);
  }

  private static WatchMemory remembered(WatchFacts facts) {
    return Watchdog.memory(facts, alarms(facts));
  }

  private static List<String> fresh(WatchFacts facts) {
    return Watchdog.fresh(facts, alarms(facts)).stream().map(Alarm::key).toList();
  }

  private static List<Alarm> alarms(WatchFacts facts) {
    return Watchdog.alarms(runbook(new Objectives(RPO, null)), facts);
  }

  private static WatchFacts facts(WatchMemory last, WatchedSchedule... schedules) {
    return facts(NOW.minus(Duration.ofMinutes(30)), last, schedules);
  }

  private static WatchFacts facts(
      @Nullable Instant point, WatchMemory last, WatchedSchedule... schedules) {
    return new WatchFacts(NOW, Arrays.asList(schedules), point, false, last);
  }

  private static Runbook runbook(Objectives objectives) {
    return new Runbook(
        "docs-book",
        "docs",
        null,
        objectives,
        List.of(Occasion.usual(Cadence.HOURLY), Occasion.usual(Cadence.WEEKLY)),
        null,
        null,
        null,
        null);
  }
}
