package drillbook.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RegionDrillWorkflowTest {
  private static final String TYPE = "RegionDrillWorkflow";
  private static final RegionDrillRequest REQUEST =
      new RegionDrillRequest("docs", "docs-eu", null, 0, 0);

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void a_backup_is_replicated_restored_elsewhere_checked_and_taken_down() {
    RegionDrillReport report = temporal.run(TYPE, REQUEST, RegionDrillReport.class);
    assertThat(report.verdict()).as("%s", report.drill().checks()).isEqualTo(Verdict.PASSED);
    assertThat(world.calls)
        .containsSubsequence(
            "replicate",
            "provision",
            "plan",
            "create",
            "load 0",
            "check",
            "forget",
            "publish",
            "tear down");
    assertThat(world.region.up).isFalse();
    DrillReport drill = world.published.getFirst();
    assertThat(drill.into()).isEqualTo("docs-eu");
    assertThat(drill.backupId()).isEqualTo(report.replica().backupId());
  }

  @Test
  void the_time_to_bring_the_instance_up_counts() {
    RegionDrillReport report = temporal.run(TYPE, REQUEST, RegionDrillReport.class);
    assertThat(report.drill().phases().provision()).isGreaterThanOrEqualTo(60);
    assertThat(report.drill().recoverySeconds()).isGreaterThanOrEqualTo(60);
  }

  @Test
  void a_drill_that_breaks_takes_the_instance_down_all_the_same() {
    world.fail("create", FailureKind.DENIED);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.DENIED);
    assertThat(world.region.up).isFalse();
  }

  @Test
  void an_instance_left_running_is_said_also_where_the_drill_broke() {
    world.fail("create", FailureKind.DENIED);
    world.fail("tear down", FailureKind.CONFIGURATION);
    assertThatThrownBy(() -> temporal.run(TYPE, REQUEST, RegionDrillReport.class))
        .isInstanceOf(WorkflowFailedException.class)
        .satisfies(failure ->
            assertThat(WorkflowFailures.message(failure))
                .contains("create failed; and the instance of run")
                .contains("could not be taken down"));
  }

  @Test
  void an_instance_left_running_fails_a_drill_that_passed() {
    world.fail("tear down", FailureKind.CONFIGURATION);
    RegionDrillReport report = temporal.run(TYPE, REQUEST, RegionDrillReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.drill().verdict()).isEqualTo(Verdict.PASSED);
  }
}
