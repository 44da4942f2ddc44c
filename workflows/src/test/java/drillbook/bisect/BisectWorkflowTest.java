package drillbook.bisect;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.bisect.BisectReport.Probe;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.drill.DrillRequest;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalRecord;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class BisectWorkflowTest {
  private static final BisectRequest REQUEST = new BisectRequest("docs", null, null, 0);

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void the_newest_that_restores_the_first_that_does_not_and_what_differs_are_told() {
    world.backups = days(20, 8);
    world.newestGood = day(13);

    BisectReport report = bisect(REQUEST);

    assertThat(report.good()).isEqualTo(day(13));
    assertThat(report.bad()).isEqualTo(day(14));
    assertThat(report.untried()).isZero();
    assertThat(report.probes()).hasSizeBetween(3, 4);
    assertThat(report.finding().code()).isEqualTo(FindingCode.BAD_SINCE);
    assertThat(report.finding().message())
        .isEqualTo(
            "backup "
                + day(13)
                + " restores, "
                + day(14)
                + " does not; between them 7 records were added, 1 changed, 0 removed:"
                + " changed 'doc-17' of main/docs");
    assertThat(report.finding().advice())
        .contains("drillbook restore docs --backup " + day(13))
        .contains("drillbook diff docs " + day(13) + " " + day(14));
    assertThat(world.calls).contains("difference " + day(13) + " " + day(14));
    assertThat(world.calls.stream().filter("drop"::equals)).hasSize(report.probes().size());
  }

  @Test
  void probes_are_written_down_as_such_so_that_no_promise_is_judged_by_them() {
    world.backups = days(20, 3);
    world.newestGood = day(18);

    BisectReport report = bisect(REQUEST);

    assertThat(world.journal.stream().map(JournalRecord::kind))
        .containsOnly("probe", "bisect")
        .endsWith("bisect");
    JournalRecord last = world.journal.getLast();
    assertThat(last.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(last.figures())
        .containsEntry("good", day(18))
        .containsEntry("bad", day(19))
        .containsEntry("drills", Integer.toString(report.probes().size()))
        .containsEntry("differing", "8");
  }

  @Test
  void the_limit_leaves_some_untried_and_says_so() {
    world.backups = days(20, 16);
    world.newestGood = day(7);

    BisectReport report = bisect(new BisectRequest("docs", null, null, 2));

    assertThat(report.probes()).hasSize(2);
    assertThat(report.untried()).isPositive();
    assertThat(report.finding().message() + report.finding().code())
        .contains(Integer.toString(report.untried()), "not tried");
  }

  @Test
  void where_none_restores_the_instance_is_suspected() {
    world.backups = days(20, 5);
    world.finding = true;

    BisectReport report = bisect(REQUEST);

    assertThat(report.good()).isEmpty();
    assertThat(report.bad()).isEqualTo(day(16));
    assertThat(report.difference()).isEmpty();
    assertThat(report.finding().code()).isEqualTo(FindingCode.NO_BACKUP_RESTORES);
    assertThat(report.finding().advice()).contains("the instance");
    assertThat(world.calls).noneMatch(call -> call.startsWith("difference"));
  }

  @Test
  void without_an_earlier_backup_nothing_is_drilled() {
    BisectReport report = bisect(REQUEST);

    assertThat(report.probes()).isEmpty();
    assertThat(report.finding().message()).contains("no backup before " + TestingWorld.BACKUP);
  }

  @Test
  void a_backup_that_cannot_be_read_does_not_restore_and_the_search_goes_on() {
    world.backups = days(20, 3);
    world.newestGood = day(18);
    world.fail("load 0", FailureKind.CORRUPT);

    BisectReport report = bisect(REQUEST);

    assertThat(report.probes().getFirst())
        .isEqualTo(new Probe(day(19), Verdict.FAILED, "load 0 failed"));
    assertThat(report.good()).isEqualTo(day(18));
    assertThat(report.bad()).isEqualTo(day(19));
  }

  @Test
  void an_engine_that_is_away_says_nothing_of_backups() {
    world.backups = days(20, 3);
    world.fail("create", FailureKind.DENIED);

    BisectReport report = bisect(REQUEST);

    assertThat(report.probes()).isEmpty();
    assertThat(report.untried()).isEqualTo(3);
    assertThat(report.finding().message()).contains("could not be made: create failed");
  }

  @Test
  void what_differs_may_not_be_readable() {
    world.backups = days(20, 1);
    world.fail("difference " + day(20) + " " + TestingWorld.BACKUP, FailureKind.CORRUPT);

    BisectReport report = bisect(REQUEST);

    assertThat(report.good()).isEqualTo(day(20));
    assertThat(report.difference()).isEmpty();
    assertThat(report.finding().message()).contains("what differs cannot be told");
  }

  @Test
  @Timeout(60)
  void a_drill_that_runs_already_is_not_joined() throws Exception {
    world.backups = days(20, 3);
    world.parts = 1;
    CountDownLatch running = world.stick("load 0");
    WorkflowStub other = temporal.start("DrillWorkflow", "drill-docs", DrillRequest.of("docs"));
    running.await();

    BisectReport report = bisect(REQUEST);

    assertThat(report.probes()).isEmpty();
    assertThat(report.finding().message()).contains("another drill of the target runs");
    other.cancel();
  }

  private BisectReport bisect(BisectRequest request) {
    return temporal.run("BisectWorkflow", request, BisectReport.class);
  }

  private static List<String> days(int newest, int count) {
    return IntStream.range(0, count).mapToObj(i -> day(newest - i)).toList();
  }

  private static String day(int day) {
    return "202611%02dt020000z_full_abcdef".formatted(day);
  }
}
