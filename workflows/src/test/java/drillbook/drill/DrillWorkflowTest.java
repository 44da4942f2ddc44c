package drillbook.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.check.Check;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DrillWorkflowTest {
  private static final String TYPE = "DrillWorkflow";
  private static final DrillRequest REQUEST = DrillRequest.of("docs");

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void a_green_drill_drops_its_scratch_and_reports() {
    DrillReport report = temporal.run(TYPE, REQUEST, DrillReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.regressed()).isFalse();
    assertThat(report.recoveryPointAgeSeconds()).isPositive();
    assertThat(world.calls).containsSubsequence("check", "drop", "publish", "journal");
    assertThat(world.published).containsExactly(report);
    assertThat(world.journal.getFirst().figures())
        .containsEntry("fingerprint", "environment")
        .containsEntry("regressed", "false")
        .containsEntry("report", report.reportKey());
    assertThat(check(report, "recovery-time").result()).isEqualTo(Check.Result.NOT_APPLICABLE);
  }

  @Test
  void a_failed_check_makes_the_drill_fail_and_the_scratch_goes_all_the_same() {
    world.finding = true;
    DrillReport report = temporal.run(TYPE, REQUEST, DrillReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(world.calls).containsSubsequence("drop", "publish", "journal");
  }

  @Test
  void a_drill_that_breaks_drops_its_scratch() {
    world.fail("index", FailureKind.EXHAUSTED);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.EXHAUSTED);
    assertThat(world.calls).endsWith("drop").doesNotContain("publish", "journal");
  }

  @Test
  void a_cancelled_drill_drops_its_scratch() throws Exception {
    CountDownLatch loading = world.stick("load 0");
    WorkflowStub stub = temporal.start(TYPE, REQUEST);
    loading.await();
    stub.cancel();
    assertThatThrownBy(() -> stub.getResult(DrillReport.class))
        .isInstanceOf(WorkflowFailedException.class);
    assertThat(world.calls).containsSubsequence("stopped load 0", "drop").endsWith("drop");
  }

  @Test
  void scratch_that_cannot_be_dropped_is_a_finding() {
    world.fail("drop", FailureKind.DENIED);
    DrillReport report = temporal.run(TYPE, REQUEST, DrillReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(report, "scratch-dropped").findings().getFirst().code())
        .isEqualTo(FindingCode.SCRATCH_LEFT_BEHIND);
  }

  @Test
  void a_recovery_slower_than_the_baseline_is_a_finding() {
    world.earlier = List.of(10.0, 11.0, 9.0);
    slowLoad();
    DrillReport report = temporal.run(TYPE, REQUEST, DrillReport.class);
    assertThat(report.recoverySeconds()).isGreaterThanOrEqualTo(31);
    assertThat(report.baseline()).isEqualTo(new Baseline(3, 10));
    assertThat(report.regressed()).isTrue();
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(report, "recovery-time").findings().getFirst().code())
        .isEqualTo(FindingCode.RECOVERY_TIME_REGRESSION);
  }

  @Test
  void a_slowdown_that_the_request_allows_is_none() {
    world.earlier = List.of(10.0, 11.0, 9.0);
    slowLoad();
    DrillRequest patient = new DrillRequest("docs", null, null, null, null, 100, 1);
    assertThat(temporal.run(TYPE, patient, DrillReport.class).regressed()).isFalse();
  }

  /** Five attempts that fail cost 1 + 2 + 4 + 8 + 16 seconds, which the test's clock skips. */
  private void slowLoad() {
    world.fail(
        "load 0",
        FailureKind.UNAVAILABLE,
        FailureKind.UNAVAILABLE,
        FailureKind.UNAVAILABLE,
        FailureKind.UNAVAILABLE,
        FailureKind.UNAVAILABLE);
  }

  private static Check check(DrillReport report, String name) {
    return report.checks().stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
