package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Verdict;
import drillbook.journal.JournalRecord;
import drillbook.runbook.Objectives;
import drillbook.schedule.Standing.Evidence;
import drillbook.schedule.Standing.Promise;
import drillbook.schedule.Standing.Promise.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StandingTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Objectives PROMISED =
      new Objectives(Duration.ofHours(2), Duration.ofMinutes(1));

  @Test
  void promises_are_kept_by_a_young_backup_and_a_fast_drill() {
    Standing standing =
        of(
            List.of(backup("b2", 1), backup("b1", 25)),
            List.of(),
            List.of(drill(Verdict.PASSED, 50, false)));
    assertThat(standing.recoveryPoint().state()).isEqualTo(State.KEPT);
    assertThat(standing.recoveryPoint().seconds()).isEqualTo(3600);
    assertThat(standing.recoveryPoint().proof()).isEqualTo("b2");
    assertThat(standing.recoveryTime().state()).isEqualTo(State.KEPT);
    assertThat(standing.recoveryTime().seconds()).isEqualTo(50);
  }

  @Test
  void an_old_backup_and_a_slow_drill_break_them() {
    Standing standing =
        of(List.of(backup("b1", 3)), List.of(), List.of(drill(Verdict.PASSED, 61, false)));
    assertThat(standing.recoveryPoint().state()).isEqualTo(State.BROKEN);
    assertThat(standing.recoveryPoint().reason())
        .isEqualTo("the newest recovery point is 3.0 h old, promised were 2.0 h");
    assertThat(standing.recoveryTime().state()).isEqualTo(State.BROKEN);
    assertThat(standing.recoveryTime().reason()).contains("61 s", "60 s");
  }

  @Test
  void a_backup_that_was_found_broken_is_no_recovery_point() {
    Evidence evidence =
        new Evidence(
            List.of(backup("b2", 1), backup("b1", 3)),
            List.of(verified("b2", Verdict.FAILED), verified("b2", Verdict.PASSED)),
            List.of());
    Promise point = Standing.of(PROMISED, evidence, NOW).recoveryPoint();
    assertThat(point.state()).isEqualTo(State.BROKEN);
    assertThat(point.proof()).isEqualTo("b1");
    JournalRecord drilled = drill(Verdict.FAILED, 10, false);
    assertThat(of(List.of(backup("b1", 1)), List.of(), List.of(drilled)).recoveryPoint().state())
        .as("a drill says it too")
        .isEqualTo(State.UNPROVEN);
  }

  @Test
  void a_drill_that_was_only_slow_proves_its_backup() {
    Standing standing =
        of(List.of(backup("b1", 1)), List.of(), List.of(drill(Verdict.FAILED, 30, true)));
    assertThat(standing.recoveryPoint().state()).isEqualTo(State.KEPT);
    assertThat(standing.recoveryTime().state()).isEqualTo(State.KEPT);
  }

  @Test
  void only_the_last_drill_counts() {
    assertThat(
            of(
                    List.of(),
                    List.of(),
                    List.of(drill(Verdict.FAILED, 10, false), drill(Verdict.PASSED, 10, false)))
                .recoveryTime()
                .state())
        .isEqualTo(State.BROKEN);
    assertThat(
            of(List.of(), List.of(), List.of(drill(Verdict.COULD_NOT_VERIFY, 10, false)))
                .recoveryTime()
                .state())
        .isEqualTo(State.UNPROVEN);
  }

  @Test
  void what_nobody_measured_is_not_proven() {
    Standing standing = of(List.of(), List.of(), List.of());
    assertThat(standing.recoveryPoint().state()).isEqualTo(State.UNPROVEN);
    assertThat(standing.recoveryPoint().fine()).isFalse();
    assertThat(standing.recoveryTime().reason()).isEqualTo("there was no drill yet");
    Standing unknown = Standing.unknown(PROMISED, "the store is down");
    assertThat(unknown.recoveryTime().reason()).isEqualTo("the store is down");
  }

  @Test
  void what_was_not_promised_cannot_be_broken() {
    Evidence none = new Evidence(List.of(), List.of(), List.of());
    Standing standing = Standing.of(Objectives.NONE, none, NOW);
    assertThat(standing.recoveryPoint().fine()).isTrue();
    assertThat(standing.recoveryTime().fine()).isTrue();
    Evidence old = new Evidence(List.of(backup("b1", 9000)), List.of(), List.of());
    assertThat(Standing.of(Objectives.NONE, old, NOW).recoveryPoint().state())
        .isEqualTo(State.NONE);
  }

  private static Standing of(
      List<JournalRecord> backups, List<JournalRecord> verified, List<JournalRecord> drills) {
    return Standing.of(PROMISED, new Evidence(backups, verified, drills), NOW);
  }

  private static JournalRecord backup(String id, int hours) {
    return record(
        "backup",
        id,
        Verdict.PASSED,
        1,
        Map.of("asOf", NOW.minus(Duration.ofHours(hours)).toString()));
  }

  private static JournalRecord verified(String id, Verdict verdict) {
    return record("verify", id, verdict, 1, Map.of());
  }

  private static JournalRecord drill(Verdict verdict, double seconds, boolean regressed) {
    return record(
        "drill", "b1", verdict, seconds, Map.of("regressed", Boolean.toString(regressed)));
  }

  private static JournalRecord record(
      String kind, String backup, Verdict verdict, double seconds, Map<String, String> figures) {
    return new JournalRecord("docs", kind, "run", backup, verdict, seconds, figures);
  }
}
