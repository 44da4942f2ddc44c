package drillbook.disaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalRecord;
import drillbook.notice.Notice;
import drillbook.notice.NoticeRoute;
import drillbook.people.Approval;
import drillbook.people.ApprovalRule;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DisasterDrillWorkflowTest {
  private static final String TYPE = "DisasterDrillWorkflow";

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void an_approved_drill_fences_recovers_leads_over_and_goes_back() {
    world.region.approves("ana", false);
    DisasterReport report = run(request(Loss.FENCE));

    assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
    assertThat(report.loss()).isEqualTo("fenced");
    assertThat(world.calls)
        .containsSubsequence(
            "replicate",
            "notice Slack channel #ops",
            "hook fence",
            "probe",
            "provision",
            "create",
            "check",
            "hook cutover",
            "hook unfence",
            "await answer",
            "hook failback",
            "forget",
            "tear down",
            "publish disaster",
            "journal");
    assertAsBefore();
    assertThat(report.condition())
        .isEqualTo("The primary is in place, and nothing is left in docs-eu.");
    assertThat(report.approvals()).extracting(Approval::who).containsExactly("ana");
    assertThat(report.milestones())
        .extracting(Milestone::what)
        .containsExactly(
            "begun",
            "replicated",
            "approved",
            "lost",
            "provisioned",
            "restored",
            "recovered",
            "back");
    assertThat(report.records()).isEqualTo(200);
    JournalRecord written = world.journal.getLast();
    assertThat(written.kind()).isEqualTo("disaster");
    assertThat(written.figures()).containsEntry("approvedBy", "ana");
    assertThat(world.notices.getLast().notice().title()).isEqualTo("docs disaster drill: passed");
    assertThat(world.notices.getLast().thread()).isEqualTo("thread");
  }

  @Test
  void a_region_with_an_instance_of_its_own_is_left_without_what_was_restored() {
    world.region.existing = true;
    world.region.approves("ana", false);
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
    assertThat(world.calls).containsSubsequence("hook failback", "drop", "tear down");
  }

  @Test
  void without_a_hook_the_loss_is_simulated_and_the_report_says_so() {
    world.region.hooks = false;
    world.region.approves("ana", false);
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
    assertThat(report.loss()).isEqualTo("simulated");
    assertThat(report.checks())
        .extracting("name", "result")
        .contains(tuple("primary-fenced", Check.Result.NOT_APPLICABLE));
  }

  @Test
  void a_fence_that_does_not_hold_ends_the_drill_and_is_undone() {
    world.region.fences = false;
    world.region.approves("ana", false);
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(codes(report)).containsExactly(FindingCode.PRIMARY_NOT_FENCED);
    assertThat(world.calls).contains("hook unfence").doesNotContain("provision");
    assertAsBefore();
  }

  @Test
  void the_primary_is_deleted_only_where_runbook_and_approver_say_so() {
    world.region.approves("ana", true);
    DisasterReport report = run(request(Loss.DELETE));
    assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
    assertThat(report.loss()).isEqualTo("deleted");
    assertThat(world.calls)
        .containsSubsequence("drop primary", "provision", "hook cutover", "cut over", "tear down")
        .doesNotContain("hook fence");
  }

  @Test
  void an_approver_who_does_not_say_delete_has_the_primary_fenced() {
    world.region.approves("ana", false);
    DisasterReport report = run(request(Loss.DELETE));
    assertThat(report.loss()).isEqualTo("fenced");
    assertThat(world.calls).doesNotContain("drop primary");
  }

  @Test
  void nobody_who_approves_closes_the_drill_with_nothing_touched() {
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(codes(report)).containsExactly(FindingCode.NOT_APPROVED);
    assertThat(report.condition()).isEqualTo("Nothing was touched.");
    assertThat(report.seconds()).isGreaterThanOrEqualTo(4 * 3600);
    assertThat(world.notices)
        .extracting(post -> post.notice().level())
        .containsExactly(Notice.Level.WARNING, Notice.Level.PROBLEM, Notice.Level.PROBLEM);
    assertThat(world.notices.get(1).notice().title()).contains("STILL waits");
    assertThat(world.calls).doesNotContain("hook fence", "provision");
  }

  @Test
  void a_backup_that_is_too_old_is_not_begun_with() {
    DisasterReport report =
        run(
            new DisasterDrillRequest(
                "docs", "docs-eu", null, null, Duration.ofHours(1), null, null, null, null));
    assertThat(codes(report)).containsExactly(FindingCode.RECOVERY_POINT_TOO_OLD);
    assertThat(report.condition()).isEqualTo("Nothing was touched.");
    assertThat(world.calls).doesNotContain("hook fence", "provision");
  }

  @Test
  void objectives_are_measured_and_broken_ones_found() {
    world.region.approves("ana", false);
    DisasterReport report =
        run(
            new DisasterDrillRequest(
                "docs",
                "docs-eu",
                null,
                null,
                Duration.ofDays(100_000),
                null,
                Duration.ofMinutes(5),
                Duration.ofMillis(1),
                slack()));
    assertThat(codes(report))
        .containsExactly(FindingCode.RECOVERY_POINT_TOO_OLD, FindingCode.RECOVERY_TOO_SLOW);
    assertThat(report.recoverySeconds()).isPositive();
    assertAsBefore();
  }

  @Test
  void a_stop_in_the_middle_brings_the_primary_back() {
    world.region.approves("ana", false);
    world.region.stopsAt("provision");
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(codes(report)).containsExactly(FindingCode.STOPPED);
    assertThat(world.calls).doesNotContain("hook cutover", "create");
    assertThat(report.condition())
        .isEqualTo("The primary is in place, and nothing is left in docs-eu.");
    assertAsBefore();
  }

  @Test
  void a_failure_on_the_way_there_is_reported_after_the_way_back() {
    world.region.approves("ana", false);
    world.fail("load 0", FailureKind.CORRUPT);
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(codes(report)).containsExactly(FindingCode.STEP_FAILED);
    assertThat(world.calls).containsSubsequence("load 0", "hook unfence", "forget", "tear down");
    assertAsBefore();
  }

  @Test
  void what_fails_its_checks_gets_no_clients() {
    world.region.approves("ana", false);
    world.finding = true;
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(codes(report)).contains(FindingCode.COUNT_MISMATCH);
    assertThat(world.calls).doesNotContain("hook cutover", "hook failback");
    assertAsBefore();
  }

  @Test
  void a_primary_that_does_not_come_back_is_said_loudly() {
    world.region.approves("ana", false);
    world.fail("hook unfence", FailureKind.DENIED);
    DisasterReport report = run(request(Loss.FENCE));
    assertThat(codes(report)).containsExactly(FindingCode.PRIMARY_NOT_BACK);
    assertThat(report.condition()).startsWith("LEFT UNDONE: primary-back failed");
    assertThat(world.region.up).isFalse();
  }

  @Test
  void a_cancelled_drill_goes_back_and_writes_itself_down() throws Exception {
    world.region.approves("ana", false);
    world.parts = 1;
    var running = world.stick("load 0");
    WorkflowStub stub = temporal.start(TYPE, request(Loss.FENCE));
    running.await();
    stub.cancel();
    assertThatThrownBy(() -> stub.getResult(DisasterReport.class))
        .hasCauseInstanceOf(CanceledFailure.class);
    assertAsBefore();
    assertThat(world.region.published.getLast().verdict()).isEqualTo(Verdict.COULD_NOT_VERIFY);
  }

  @Test
  void two_different_approvers_are_needed_and_all_else_is_refused() throws Exception {
    WorkflowStub stub =
        temporal.start(
            TYPE,
            new DisasterDrillRequest(
                "docs",
                "docs-eu",
                null,
                null,
                null,
                new ApprovalRule(List.of("ana", "ben"), 2, null, null),
                null,
                null,
                slack()));
    while (world.notices.isEmpty()) {
      Thread.sleep(20);
    }
    assertThat(refusal(stub, new Approval("eve", "docs", false, "")))
        .contains("none of the approvers");
    assertThat(refusal(stub, new Approval("", "docs", false, ""))).contains("say who approves");
    assertThat(refusal(stub, new Approval("ana", "dosc", false, "")))
        .contains("type the target's name");
    assertThat(refusal(stub, new Approval("ana", "docs", true, ""))).contains("never deletes");
    stub.update("approve", Void.class, new Approval("ana", "docs", false, ""));
    assertThat(refusal(stub, new Approval("Ana", "docs", false, ""))).contains("approved already");
    assertThat(world.calls).doesNotContain("hook fence");
    stub.update("approve", Void.class, new Approval("ben", "docs", false, ""));
    DisasterReport report = stub.getResult(DisasterReport.class);
    assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
    assertThat(report.approvals()).extracting(Approval::who).containsExactly("ana", "ben");
  }

  private void assertAsBefore() {
    assertThat(world.region.up).isFalse();
    assertThat(world.region.reachable).isTrue();
    assertThat(world.region.clients).isEqualTo("docs");
  }

  private static List<FindingCode> codes(DisasterReport report) {
    return DisasterNotices.findings(report).stream().map(Finding::code).distinct().toList();
  }

  private static String refusal(WorkflowStub stub, Approval approval) {
    try {
      stub.update("approve", Void.class, approval);
    } catch (WorkflowUpdateException e) {
      return Objects.requireNonNull(e.getCause()).toString();
    }
    throw new AssertionError("was taken: " + approval);
  }

  private DisasterReport run(DisasterDrillRequest request) {
    return temporal.run(TYPE, request, DisasterReport.class);
  }

  private static DisasterDrillRequest request(@Nullable Loss loss) {
    return new DisasterDrillRequest("docs", "docs-eu", null, loss, null, null, null, null, slack());
  }

  private static List<NoticeRoute> slack() {
    return List.of(new NoticeRoute.Slack("#ops", "env:SLACK"));
  }
}
