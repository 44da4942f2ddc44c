package drillbook.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalRecord;
import drillbook.notice.Notice;
import drillbook.notice.Notice.Fact;
import drillbook.notice.NoticeRoute;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import drillbook.runbook.Occasion.Notify;
import drillbook.runbook.StepReport.Outcome;
import drillbook.ticket.TicketRoute;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RunbookWorkflowTest {
  private static final String TYPE = "RunbookWorkflow";
  private static final Step.Human CALL =
      new Step.Human("Call the owner of the data.", "on-call", Duration.ofHours(2));

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void a_day_is_backed_up_verified_told_and_written_down() {
    RunbookReport report = run(Occasion.usual(Cadence.DAILY));

    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.outcomes()).isEqualTo("backup PASSED, verify PASSED, prune PASSED");
    assertThat(world.calls)
        .containsSubsequence("seal 0 200", "verify", "notice Slack channel #ops");
    Notice notice = world.notices.getFirst().notice();
    assertThat(notice.level()).isEqualTo(Notice.Level.FINE);
    assertThat(notice.title()).isEqualTo("docs daily: as expected");
    assertThat(notice.facts())
        .extracting(Fact::name)
        .containsSubsequence("Backup", "Records", "Size", "Duration", "Verification");
    assertThat(notice.workflowId()).isEqualTo(TYPE);
    JournalRecord written = world.journal.getLast();
    assertThat(written.kind()).isEqualTo("run");
    assertThat(written.backupId()).isEqualTo(report.backupId()).isNotEmpty();
    assertThat(written.figures())
        .containsEntry("runbook", "docs-book")
        .containsEntry("cadence", "daily")
        .containsEntry("untold", "");
  }

  @Test
  void an_hour_that_went_well_is_not_told() {
    RunbookReport report = run(Occasion.usual(Cadence.HOURLY));
    assertThat(report.outcomes()).isEqualTo("backup PASSED");
    assertThat(world.notices).isEmpty();
    assertThat(world.journal).extracting(JournalRecord::kind).containsExactly("backup", "run");
  }

  @Test
  void what_is_worth_a_look_is_told_though_only_problems_are_asked_for() {
    world.warnings = List.of(new Finding(FindingCode.SIZE_DELTA, "+20 %", "compare"));
    RunbookReport report = run(occasion(Cadence.DAILY, Notify.PROBLEMS, new Step.Verify()));
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.outcomes()).isEqualTo("verify WARNING");
    Notice notice = world.notices.getFirst().notice();
    assertThat(notice.level()).isEqualTo(Notice.Level.WARNING);
    assertThat(notice.findings()).containsExactlyElementsOf(world.warnings);
  }

  @Test
  void a_finding_ends_the_run_and_is_told() {
    world.finding = true;
    RunbookReport report =
        run(
            occasion(
                Cadence.DAILY,
                Notify.PROBLEMS,
                Step.Backup.FULL,
                new Step.Verify(),
                Step.Drill.DEFAULT));
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.outcomes()).isEqualTo("backup PASSED, verify FAILED");
    assertThat(report.notBegun()).containsExactly("drill");
    Notice notice = world.notices.getFirst().notice();
    assertThat(notice.level()).isEqualTo(Notice.Level.PROBLEM);
    assertThat(notice.title()).isEqualTo("docs daily: verify FAILED");
    assertThat(notice.facts()).contains(new Fact("Not begun", "drill"));
    assertThat(notice.findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.COUNT_MISMATCH);
  }

  @Test
  void a_backup_whose_vectors_moved_is_worth_a_look_and_the_run_goes_on() {
    world.moves = List.of(new Finding(FindingCode.CENTROID_DRIFT, "docs: it turned", "look"));
    RunbookReport report = run(Occasion.usual(Cadence.HOURLY));
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.steps().getFirst().outcome()).isEqualTo(Outcome.WARNING);
    assertThat(world.notices.getLast().notice().findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.CENTROID_DRIFT);
  }

  @Test
  void a_drill_whose_checks_failed_is_traced_to_the_first_bad_backup() {
    String good = "20261120t020000z_full_abcdef";
    world.backups = List.of(good);
    world.newestGood = good;
    RunbookReport report = run(Occasion.usual(Cadence.WEEKLY));
    StepReport step = report.steps().getFirst();
    assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(step.findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.COUNT_MISMATCH, FindingCode.BAD_SINCE);
    assertThat(step.facts())
        .contains(
            new Notice.Fact("Newest that restores", good),
            new Notice.Fact("Does not restore since", TestingWorld.BACKUP));
    assertThat(Objects.requireNonNull(world.tickets.get("drillbook/docs/drill")).ticket().body())
        .contains("**BAD_SINCE**", good + " restores", "changed 'doc-17' of main/docs");
    assertThat(world.notices.getLast().notice().findings())
        .extracting(Finding::code)
        .contains(FindingCode.BAD_SINCE);
  }

  @Test
  void a_backup_that_cannot_be_read_is_traced_and_ticketed_too() {
    String good = "20261120t020000z_full_abcdef";
    world.backups = List.of(good);
    world.fail("load 0", FailureKind.CORRUPT);
    StepReport step = run(Occasion.usual(Cadence.WEEKLY)).steps().getFirst();
    assertThat(step.findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.STEP_FAILED, FindingCode.BAD_SINCE);
    assertThat(world.calls).contains("candidates latest");
    assertThat(world.tickets).containsKey("drillbook/docs/drill");
  }

  @Test
  void a_slow_drill_is_not_traced_and_none_is_where_the_runbook_says_so() {
    world.earlier = List.of(0.001, 0.001, 0.001);
    Step slow = new Step.Drill("", null, null, 0.01, 0.000001);
    run(new Occasion(Cadence.WEEKLY, "0 3 * * 0", List.of(slow), Notify.ALWAYS));
    world.finding = true;
    Step untraced = new Step.Drill("", null, null, 0, 0, new Step.Bisect(0));
    run(new Occasion(Cadence.WEEKLY, "0 3 * * 0", List.of(untraced), Notify.ALWAYS));
    assertThat(world.calls).noneMatch(call -> call.startsWith("candidates"));
  }

  @Test
  void a_day_whose_verification_failed_deletes_nothing() {
    world.finding = true;
    RunbookReport report = run(Occasion.usual(Cadence.DAILY));
    assertThat(report.notBegun()).containsExactly("prune");
    assertThat(world.calls).noneMatch(call -> call.contains("prune") || call.startsWith("delete"));
  }

  @Test
  void a_prune_that_found_something_is_a_warning() {
    world.warnings = List.of(new Finding(FindingCode.MANIFEST_NOT_AUTHENTIC, "kept", "look"));
    RunbookReport report = run(occasion(Cadence.DAILY, Notify.PROBLEMS, new Step.Prune()));
    assertThat(report.outcomes()).isEqualTo("prune WARNING");
    assertThat(world.notices.getFirst().notice().findings())
        .containsExactlyElementsOf(world.warnings);
  }

  @Test
  void a_step_that_breaks_is_a_finding_in_its_own_words() {
    world.fail("range 0/0", FailureKind.CORRUPT);
    RunbookReport report = run(Occasion.usual(Cadence.HOURLY));
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    Finding finding = report.steps().getFirst().findings().getFirst();
    assertThat(finding.code()).isEqualTo(FindingCode.STEP_FAILED);
    assertThat(finding.message()).isEqualTo("backup failed (CORRUPT): range 0/0 failed");
    assertThat(world.journal.getLast().verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void a_backup_that_runs_already_covers_the_step() throws Exception {
    world.parts = 1;
    CountDownLatch running = world.stick("range 0/0");
    WorkflowStub other =
        temporal.start("BackupWorkflow", "backup-docs", BackupRequest.of("docs", BackupKind.FULL));
    running.await();
    RunbookReport report = run(Occasion.usual(Cadence.HOURLY));
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.steps().getFirst().outcome()).isEqualTo(Outcome.COVERED);
    other.cancel();
  }

  @Test
  void a_drill_elsewhere_has_tickets_of_its_own() {
    world.finding = true;
    run(occasion(Cadence.MONTHLY, Notify.PROBLEMS, new Step.RegionDrill("docs-eu", 0, 0)));
    assertThat(world.tickets).containsOnlyKeys("drillbook/docs/docs-eu/drill");
    world.finding = false;
    run(Occasion.usual(Cadence.WEEKLY));
    assertThat(world.tickets).as("the drill at home closed nothing").hasSize(1);
  }

  @Test
  void people_who_cannot_be_told_fail_nothing() {
    world.fail("notice Slack channel #ops", FailureKind.UNAVAILABLE, FailureKind.DENIED);
    RunbookReport report = run(Occasion.usual(Cadence.DAILY));
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.untold())
        .containsExactly("Slack channel #ops: notice Slack channel #ops failed");
    assertThat(world.journal.getLast().figures().get("untold")).contains("#ops");
  }

  @Test
  void a_slow_drill_files_one_ticket_and_a_fast_one_closes_it() {
    world.earlier = List.of(10.0, 11.0, 9.0);
    slowLoad();
    RunbookReport slow = run(Occasion.usual(Cadence.WEEKLY));
    assertThat(slow.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(world.tickets).containsOnlyKeys("drillbook/docs/recovery-time");
    assertThat(world.tickets.values())
        .singleElement()
        .extracting(post -> post.ticket().body(), InstanceOfAssertFactories.STRING)
        .contains("RECOVERY_TIME_REGRESSION", "Recovery time");
    assertThat(slow.steps().getFirst().facts())
        .contains(new Fact("Ticket", "open https://tickets.example/1"));

    slowLoad();
    run(Occasion.usual(Cadence.WEEKLY));
    assertThat(world.tickets).hasSize(1);

    run(Occasion.usual(Cadence.WEEKLY));
    assertThat(world.tickets).isEmpty();
  }

  @Test
  void a_backup_that_does_not_come_back_has_a_ticket_of_its_own() {
    world.finding = true;
    run(Occasion.usual(Cadence.WEEKLY));
    assertThat(world.tickets).containsOnlyKeys("drillbook/docs/drill");
  }

  @Test
  void a_ticket_that_cannot_be_filed_is_told_and_fails_nothing() {
    world.finding = true;
    world.fail("file drillbook/docs/drill", FailureKind.DENIED);
    RunbookReport report = run(Occasion.usual(Cadence.WEEKLY));
    assertThat(report.steps().getFirst().facts())
        .contains(
            new Fact(
                "Ticket",
                "GitHub issues of acme/ops could not be reached: file drillbook/docs/drill failed"));
  }

  @Test
  void a_person_is_asked_and_answers() {
    WorkflowStub stub = start(occasion(Cadence.QUARTERLY, Notify.ALWAYS, CALL, new Step.Verify()));
    awaitNotices(1);
    assertThat(world.notices.getFirst().notice().facts())
        .contains(new Fact("To do", CALL.instruction()), new Fact("Within", "2.0 h"));
    assertThatThrownBy(() -> stub.update("answer", Void.class, new HumanAnswer("", true, "")))
        .isInstanceOf(WorkflowUpdateException.class)
        .hasStackTraceContaining("say who answers");
    stub.update("answer", Void.class, new HumanAnswer("the on-call", true, "reached her"));
    RunbookReport report = stub.getResult(RunbookReport.class);
    assertThat(report.outcomes()).isEqualTo("human PASSED, verify PASSED");
    assertThat(report.steps().getFirst().facts())
        .contains(new Fact("Answer", "the on-call: done"), new Fact("Words", "reached her"));
    assertThat(world.notices).extracting(post -> post.thread()).containsExactly("", "thread");
  }

  @Test
  void a_person_who_could_not_do_it_ends_the_run() {
    WorkflowStub stub = start(occasion(Cadence.QUARTERLY, Notify.ALWAYS, CALL, new Step.Verify()));
    awaitNotices(1);
    stub.update("answer", Void.class, new HumanAnswer("the on-call", false, "no number"));
    RunbookReport report = stub.getResult(RunbookReport.class);
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.notBegun()).containsExactly("verify");
  }

  @Test
  void nobody_answering_ends_the_run() {
    RunbookReport report = run(occasion(Cadence.QUARTERLY, Notify.ALWAYS, CALL));
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.steps().getFirst().findings().getFirst().message())
        .isEqualTo("on-call did not answer within 2.0 h");
  }

  @Test
  void a_cancelled_run_cancels_what_it_began() throws Exception {
    world.parts = 1;
    CountDownLatch running = world.stick("range 0/0");
    WorkflowStub stub = start(Occasion.usual(Cadence.DAILY));
    running.await();
    stub.cancel();
    assertThatThrownBy(() -> stub.getResult(RunbookReport.class))
        .isInstanceOf(WorkflowFailedException.class);
    assertThat(world.calls).contains("stopped range 0/0", "abandon");
  }

  private RunbookReport run(Occasion occasion) {
    return start(occasion).getResult(RunbookReport.class);
  }

  private WorkflowStub start(Occasion occasion) {
    return temporal.start(TYPE, new RunbookRequest(runbook(occasion), occasion.cadence()));
  }

  private static Runbook runbook(Occasion occasion) {
    return new Runbook(
        "docs-book",
        "docs",
        null,
        null,
        List.of(occasion),
        null,
        null,
        List.of(new NoticeRoute.Slack("#ops", "env:SLACK")),
        List.of(new TicketRoute.GitHub("", "acme/ops", "env:GITHUB")));
  }

  private static Occasion occasion(Cadence cadence, Notify notify, Step... steps) {
    return new Occasion(cadence, cadence.cron(), List.of(steps), notify);
  }

  /** Waits without letting the test's clock skip the time that a person has. */
  private void awaitNotices(int count) {
    while (world.notices.size() < count) {
      Thread.onSpinWait();
    }
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
}
