package drillbook.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.drift.DriftRule;
import drillbook.failure.FailureKind;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.CanceledFailure;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class BackupWorkflowTest {
  private static final String TYPE = "BackupWorkflow";
  private static final BackupRequest REQUEST = BackupRequest.of("docs", BackupKind.FULL);

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void ranges_are_read_once_each_in_a_bounded_window() {
    world.parts = 14;
    BackupReport report = temporal.run(TYPE, REQUEST, BackupReport.class);
    assertThat(report.records()).isEqualTo(1400);
    assertThat(world.calls.stream().filter(call -> call.startsWith("range")))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 14).mapToObj(range -> "range 0/" + range).toList());
    assertThat(world.mostActive()).isBetween(2, BackupWorkflowImpl.WINDOW);
    assertThat(world.calls)
        .endsWith("seal 0 1400", "drift 0.1", "uncovered", "journal")
        .doesNotContain("abandon");
    assertThat(world.journal.getFirst().verdict()).isEqualTo(Verdict.PASSED);
    assertThat(world.journal.getFirst().backupId()).isEqualTo(report.backupId());
  }

  @Test
  void what_moved_and_what_nobody_backs_up_are_warnings_of_the_report() {
    Finding moved = new Finding(FindingCode.CENTROID_DRIFT, "docs: it turned", "look");
    Finding alone = new Finding(FindingCode.NOT_COVERED, "1 collection: more", "add it");
    world.moves = List.of(moved);
    world.uncovered = List.of(alone);
    BackupRequest strict =
        new BackupRequest("docs", BackupKind.FULL, false, new DriftRule(0.03, 0.1, 0.1, 5));

    BackupReport report = temporal.run(TYPE, strict, BackupReport.class);

    assertThat(report.warnings()).containsExactly(moved, alone);
    assertThat(world.calls).containsSubsequence("seal 0 200", "drift 0.03", "uncovered", "journal");
    assertThat(world.journal.getFirst().verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void a_backup_that_could_not_be_compared_is_sealed_and_says_so() {
    world.fail("drift 0.1", FailureKind.CORRUPT);
    world.fail("uncovered", FailureKind.DENIED);

    BackupReport report = temporal.run(TYPE, REQUEST, BackupReport.class);

    assertThat(report.warnings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.DRIFT_UNKNOWN, FindingCode.COVERAGE_UNKNOWN);
    assertThat(report.warnings().getFirst().message()).contains("drift 0.1 failed");
    assertThat(world.calls).contains("journal").doesNotContain("abandon");
  }

  @Test
  @Timeout(60)
  void a_held_snapshot_is_let_go_after_the_last_range() throws Exception {
    world.held = true;
    temporal.run(TYPE, REQUEST, BackupReport.class);
    while (!world.calls.contains("let go 0")) {
      Thread.sleep(10);
    }
    assertThat(world.calls).contains("hold 0", "seal 0 200").doesNotContain("open");
    assertThat(world.calls.indexOf("let go 0")).isGreaterThan(world.calls.indexOf("seal 0 200"));
  }

  @Test
  void a_lost_snapshot_is_replaced_and_everything_is_read_again_from_it() {
    world.held = true;
    world.fail("range 0/1", FailureKind.SNAPSHOT_LOST);
    BackupReport report = temporal.run(TYPE, REQUEST, BackupReport.class);
    assertThat(report.generations()).isEqualTo(2);
    assertThat(world.calls)
        .contains("hold 0", "hold 1", "range 1/0", "range 1/1", "seal 1 200")
        .doesNotContain("abandon", "seal 0 200");
  }

  @Test
  void snapshots_that_die_again_and_again_end_the_run() {
    world.held = true;
    for (int generation = 0; generation < 9; generation++) {
      world.fail("range " + generation + "/0", FailureKind.SNAPSHOT_LOST);
    }
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.SNAPSHOT_LOST);
    assertThat(world.calls)
        .contains("hold " + (BackupWorkflowImpl.MAX_GENERATIONS - 1), "abandon")
        .doesNotContain("hold " + BackupWorkflowImpl.MAX_GENERATIONS)
        .noneMatch(call -> call.startsWith("seal"));
  }

  @Test
  void what_may_pass_is_tried_again_and_what_may_not_is_not() {
    world.fail("range 0/0", FailureKind.UNAVAILABLE, FailureKind.UNAVAILABLE);
    temporal.run(TYPE, REQUEST, BackupReport.class);
    assertThat(world.calls).filteredOn("range 0/0"::equals).hasSize(3);
  }

  @Test
  void a_failed_capture_leaves_nothing_behind() {
    world.parts = 6;
    world.fail("range 0/3", FailureKind.CORRUPT);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.CORRUPT);
    assertThat(world.calls).filteredOn("range 0/3"::equals).hasSize(1);
    assertThat(world.calls)
        .endsWith("abandon")
        .doesNotContain("journal")
        .noneMatch(call -> call.startsWith("seal"));
  }

  @Test
  void ranges_beside_a_failed_one_are_stopped_before_the_clean_up() {
    world.stick("range 0/0");
    world.fail("range 0/1", FailureKind.CORRUPT);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.CORRUPT);
    assertThat(world.calls).containsSubsequence("stopped range 0/0", "abandon");
  }

  @Test
  void a_plan_that_fails_has_nothing_to_abandon() {
    world.fail("plan", FailureKind.DENIED);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.DENIED);
    assertThat(world.calls).containsExactly("plan");
  }

  @Test
  void a_cancelled_capture_stops_its_ranges_before_it_cleans_up() throws Exception {
    world.parts = 1;
    CountDownLatch reading = world.stick("range 0/0");
    WorkflowStub stub = temporal.start(TYPE, REQUEST);
    reading.await();
    stub.cancel();
    assertThatThrownBy(() -> stub.getResult(BackupReport.class))
        .isInstanceOf(WorkflowFailedException.class)
        .hasRootCauseInstanceOf(CanceledFailure.class);
    assertThat(world.calls).contains("stopped range 0/0").endsWith("abandon");
  }
}
