package drillbook.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

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

final class RestoreWorkflowTest {
  private static final String TYPE = "RestoreWorkflow";
  private static final RestoreRequest REQUEST = RestoreRequest.of("docs");
  private static final RestoreRequest IN_PLACE = REQUEST.in(RestoreMode.IN_PLACE);

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void what_came_back_stays_though_it_cannot_be_written_down() {
    world.fail("journal", FailureKind.DENIED);
    RestoreReport report = temporal.run(TYPE, RestoreRequest.of("docs"), RestoreReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.COULD_NOT_VERIFY);
    assertThat(report.checks().getLast().detail()).isEqualTo("not written down: journal failed");
    assertThat(world.calls).doesNotContain("drop");
  }

  @Test
  void a_source_that_is_lost_with_its_journal_is_restored_all_the_same() {
    world.fail("journal", FailureKind.DENIED);
    RestoreRequest request =
        new RestoreRequest(
            "docs", null, null, "spare", null, null, null, false, false, new Site("eu", "", 0));
    RestoreReport report = temporal.run(TYPE, request, RestoreReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(world.calls).doesNotContain("drop");
  }

  @Test
  void loads_run_once_each_in_a_bounded_window() {
    world.parts = 9;
    RestoreReport report = temporal.run(TYPE, REQUEST, RestoreReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.records()).isEqualTo(900);
    assertThat(world.mostActive()).isEqualTo(RestoreProcedure.WINDOW);
    assertThat(world.calls.stream().filter(call -> call.startsWith("load"))).hasSize(9);
    assertThat(world.calls).endsWith("index", "check", "journal", "forget");
    assertThat(world.calls).doesNotContain("drop", "cut over");
  }

  @Test
  void the_time_of_loading_is_divided_as_it_was_spent() {
    world.fail("load 0", FailureKind.UNAVAILABLE, FailureKind.UNAVAILABLE, FailureKind.UNAVAILABLE);
    Phases phases = temporal.run(TYPE, REQUEST, RestoreReport.class).phases();
    assertThat(phases.transfer() + phases.load()).isGreaterThanOrEqualTo(7);
    assertThat(phases.load()).isCloseTo(3 * phases.transfer(), offset(1e-6));
  }

  @Test
  void a_dry_run_plans_and_touches_nothing() {
    RestoreRequest dry =
        new RestoreRequest("docs", null, null, null, null, null, null, false, true);
    RestoreReport report = temporal.run(TYPE, dry, RestoreReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.COULD_NOT_VERIFY);
    assertThat(world.calls).containsExactly("plan");
  }

  @Test
  void live_collections_are_replaced_only_after_every_check_passed() {
    temporal.run(TYPE, IN_PLACE, RestoreReport.class);
    assertThat(world.calls).containsSubsequence("check", "cut over", "journal", "forget");
  }

  @Test
  void live_collections_stay_when_a_check_failed() {
    world.finding = true;
    RestoreReport report = temporal.run(TYPE, IN_PLACE, RestoreReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(world.calls).doesNotContain("cut over");
    assertThat(world.journal.getFirst().verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void a_failed_restore_drops_what_it_created() {
    world.fail("load 1", FailureKind.CORRUPT);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.CORRUPT);
    assertThat(world.calls).endsWith("drop").doesNotContain("forget", "journal");
  }

  @Test
  void loads_beside_a_failed_one_are_stopped_before_the_clean_up() {
    world.stick("load 0");
    world.fail("load 1", FailureKind.CORRUPT);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.CORRUPT);
    assertThat(world.calls).containsSubsequence("stopped load 0", "drop");
  }

  @Test
  void a_refused_plan_created_nothing_to_drop() {
    world.fail("plan", FailureKind.INCOMPATIBLE_TARGET);
    assertThat(temporal.failure(TYPE, REQUEST)).isEqualTo(FailureKind.INCOMPATIBLE_TARGET);
    assertThat(world.calls).isEqualTo(List.of("plan"));
  }

  @Test
  void a_cancelled_restore_drops_what_it_created_after_writing_stopped() throws Exception {
    world.parts = 1;
    CountDownLatch loading = world.stick("load 0");
    WorkflowStub stub = temporal.start(TYPE, REQUEST);
    loading.await();
    stub.cancel();
    assertThatThrownBy(() -> stub.getResult(RestoreReport.class))
        .isInstanceOf(WorkflowFailedException.class);
    assertThat(world.calls).containsSubsequence("stopped load 0", "drop").endsWith("drop");
  }

  @Test
  void scratch_is_for_drills() {
    assertThat(temporal.failure(TYPE, REQUEST.in(RestoreMode.SCRATCH)))
        .isEqualTo(FailureKind.CONFIGURATION);
    assertThat(world.calls).isEmpty();
  }
}
