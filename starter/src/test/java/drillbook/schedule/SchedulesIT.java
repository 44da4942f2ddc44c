package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.check.Verdict;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.RealServers;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookReport;
import drillbook.schedule.SchedulePlan.Action;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.TestingActivities;
import drillbook.temporal.Workers;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleBackfill;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.client.schedules.ScheduleUpdate;
import io.temporal.common.SearchAttributeKey;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Schedules on a real Temporal server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchedulesIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String RUNBOOK_CHANGED = "the runbook was changed";

  private final String taskQueue = "queue-" + UUID.randomUUID();
  private final TestingActivities activities = new TestingActivities();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private RemoteTemporal temporal;
  private ScheduleClient raw;
  private WorkerFactory workers;

  @BeforeAll
  void a_server_and_a_worker_run() throws Exception {
    temporal =
        RemoteTemporal.connect(
            new TemporalAddress(
                RealServers.temporal().address(),
                TemporalAddress.NAMESPACE,
                taskQueue,
                TemporalAddress.Tls.OFF));
    raw = ScheduleClient.newInstance(temporal.client().getWorkflowServiceStubs());
    workers = WorkerFactory.newInstance(temporal.client());
    Workers.register(workers.newWorker(taskQueue, Workers.options()), List.of(activities));
    workers.start();
  }

  @AfterAll
  void they_end() {
    workers.shutdownNow();
    temporal.close();
  }

  @Test
  void applied_twice_nothing_changes_the_second_time() throws Exception {
    Owner owner = owner();
    List<DesiredSchedule> desired =
        desired(TestingRunbooks.usual(name(), Cadence.HOURLY, Cadence.DAILY, Cadence.WEEKLY));

    SchedulePlan first = schedules(owner).apply(desired, false);

    assertThat(actions(first)).containsExactly(Action.CREATE, Action.CREATE, Action.CREATE);
    SchedulePlan second = schedules(owner).apply(desired, false);
    assertThat(actions(second)).containsExactly(Action.NONE, Action.NONE, Action.NONE);
    for (DesiredSchedule wanted : desired) {
      var description = raw.getHandle(wanted.id()).describe();
      assertThat(description.getTypedSearchAttributes().get(key())).isEqualTo(wanted.hash());
      assertThat(Objects.requireNonNull(description.getSchedule().getPolicy()).getCatchupWindow())
          .isEqualTo(wanted.catchUp());
      assertThat(action(description.getSchedule()).getOptions().getWorkflowRunTimeout())
          .isEqualTo(wanted.longest());
      assertThat(description.getInfo().getNextActionTimes().subList(0, 5))
          .isEqualTo(wanted.times().after(Instant.now(), 5));
    }
  }

  @Test
  void a_changed_runbook_is_written_and_a_pause_stays() throws Exception {
    Owner owner = owner();
    String name = name();
    schedules(owner).apply(desired(TestingRunbooks.daily(name, "0 2 * * *")), false);
    List<DesiredSchedule> later = desired(TestingRunbooks.daily(name, "30 4 * * *"));
    ScheduleHandle handle = raw.getHandle(later.getFirst().id());
    handle.pause("Jane: the engine is being moved");

    SchedulePlan plan = schedules(owner).plan(later);
    assertThat(plan.steps().getFirst().why()).isEqualTo(RUNBOOK_CHANGED);
    assertThat(plan.steps().getFirst().paused()).isTrue();
    assertThat(actions(schedules(owner).apply(later, false))).containsExactly(Action.UPDATE);

    LiveSchedule live = schedules(owner).live(later).getFirst();
    assertThat(live.paused()).isTrue();
    assertThat(live.note()).isEqualTo("Jane: the engine is being moved");
    assertThat(live.next().subList(0, 3))
        .isEqualTo(later.getFirst().times().after(Instant.now(), 3));
    assertThat(actions(schedules(owner).apply(later, false))).containsExactly(Action.NONE);
  }

  @Test
  void what_somebody_changed_by_hand_is_found_and_repaired() throws Exception {
    Owner owner = owner();
    List<DesiredSchedule> desired = desired(TestingRunbooks.daily(name(), "0 2 * * *"));
    schedules(owner).apply(desired, false);
    ScheduleHandle handle = raw.getHandle(desired.getFirst().id());
    handle.update(input ->
        new ScheduleUpdate(
            Schedule.newBuilder(input.getDescription().getSchedule())
                .setSpec(ScheduleSpec.newBuilder().setCronExpressions(List.of("0 2 1 1 *")).build())
                .build()));

    assertThat(actions(schedules(owner).plan(desired))).containsExactly(Action.REPAIR);
    assertThat(actions(schedules(owner).apply(desired, false))).containsExactly(Action.REPAIR);

    assertThat(handle.describe().getInfo().getNextActionTimes().getFirst())
        .isEqualTo(desired.getFirst().times().after(Instant.now(), 1).getFirst());
    assertThat(actions(schedules(owner).apply(desired, false))).containsExactly(Action.NONE);
  }

  @Test
  void an_orphan_is_told_and_goes_only_when_asked_and_others_never_go() throws Exception {
    Owner owner = owner();
    Owner neighbour = owner();
    List<DesiredSchedule> kept = desired(TestingRunbooks.usual(name(), Cadence.DAILY));
    List<DesiredSchedule> left = desired(TestingRunbooks.usual(name(), Cadence.WEEKLY));
    List<DesiredSchedule> theirs = desired(TestingRunbooks.usual(name(), Cadence.DAILY));
    List<DesiredSchedule> both = new ArrayList<>(kept);
    both.addAll(left);
    schedules(owner).apply(both, false);
    schedules(neighbour).apply(theirs, false);
    String strangers = "drillbook/" + name() + "/daily";
    raw.createSchedule(
        strangers,
        Schedule.newBuilder()
            .setAction(
                ScheduleActionStartWorkflow.newBuilder()
                    .setWorkflowType("Nothing")
                    .setOptions(
                        WorkflowOptions.newBuilder()
                            .setWorkflowId("nothing")
                            .setTaskQueue("nobody")
                            .build())
                    .build())
            .setSpec(ScheduleSpec.newBuilder().setCronExpressions(List.of("0 2 1 1 *")).build())
            .build(),
        ScheduleOptions.newBuilder().build());
    await(() -> schedules(owner).plan(kept).of(Action.ORPHAN).size() == 1);

    SchedulePlan told = schedules(owner).apply(kept, false);
    assertThat(told.of(Action.ORPHAN))
        .extracting(SchedulePlan.Step::id)
        .containsExactly(left.getFirst().id());
    assertThat(exists(left.getFirst().id())).isTrue();

    schedules(owner).apply(kept, true);
    assertThat(exists(left.getFirst().id())).isFalse();
    assertThat(exists(kept.getFirst().id())).isTrue();
    assertThat(exists(theirs.getFirst().id())).isTrue();
    assertThat(exists(strangers)).isTrue();

    DrillbookException refused =
        catchThrowableOfType(DrillbookException.class, () -> schedules(owner).apply(theirs, true));
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFLICT);
    assertThat(refused).hasMessageContaining("owner " + neighbour.word());
    raw.getHandle(strangers).delete();
  }

  @Test
  void a_run_that_is_triggered_does_what_the_runbook_says() throws Exception {
    Owner owner = owner();
    List<DesiredSchedule> desired = desired(TestingRunbooks.usual(name(), Cadence.DAILY));
    schedules(owner).apply(desired, false);

    raw.getHandle(desired.getFirst().id()).trigger();

    await(() -> !runs(owner, desired).isEmpty());
    LiveSchedule.Run run = runs(owner, desired).getFirst();
    assertThat(run.workflowId()).startsWith(desired.getFirst().workflowId() + "-");
    RunbookReport report =
        temporal
            .client()
            .newUntypedWorkflowStub(run.workflowId())
            .getResult(SOON.toSeconds(), TimeUnit.SECONDS, RunbookReport.class);
    assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
    assertThat(report.outcomes()).isEqualTo("backup PASSED, verify PASSED, prune PASSED");
    assertThat(activities.calls).contains("journal run");
    await(() -> runs(owner, desired).getFirst().outcome() == LiveSchedule.Outcome.COMPLETED);
    assertThat(actions(schedules(owner).apply(desired, false)))
        .as("a run is no change")
        .containsExactly(Action.NONE);
  }

  @Test
  void days_that_were_lost_can_be_made_up_for() throws Exception {
    Owner owner = owner();
    List<DesiredSchedule> desired = desired(TestingRunbooks.usual(name(), Cadence.DAILY));
    schedules(owner).apply(desired, false);
    Instant now = Instant.now();

    raw.getHandle(desired.getFirst().id())
        .backfill(
            List.of(
                new ScheduleBackfill(
                    now.minus(Duration.ofDays(2)),
                    now,
                    io.temporal.api.enums.v1.ScheduleOverlapPolicy
                        .SCHEDULE_OVERLAP_POLICY_BUFFER_ALL)));

    List<Instant> lost = desired.getFirst().times().between(now.minus(Duration.ofDays(2)), now, 10);
    await(() -> runs(owner, desired).size() == lost.size());
    assertThat(runs(owner, desired))
        .extracting(LiveSchedule.Run::due)
        .containsExactlyElementsOf(lost.reversed());
  }

  @Test
  void two_who_apply_at_once_end_in_one_state() throws Exception {
    Owner owner = owner();
    String name = name();
    List<DesiredSchedule> one =
        desired(
            TestingRunbooks.daily(name, "0 2 * * *"),
            TestingRunbooks.daily(name + "-b", "0 2 * * *"));
    List<DesiredSchedule> other =
        desired(
            TestingRunbooks.daily(name, "0 4 * * *"),
            TestingRunbooks.daily(name + "-b", "0 4 * * *"));
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<DrillbookException>>> ends = new ArrayList<>();
      for (List<DesiredSchedule> desired : List.of(one, other, one, other)) {
        ends.add(
            pool.submit(() -> {
              start.await();
              try {
                schedules(owner).apply(desired, false);
                return Optional.empty();
              } catch (DrillbookException e) {
                return Optional.of(e);
              }
            }));
      }
      start.countDown();
      List<DrillbookException> failures = new ArrayList<>();
      for (Future<Optional<DrillbookException>> end : ends) {
        end.get().ifPresent(failures::add);
      }
      assertThat(failures)
          .as("who gave way")
          .hasSizeLessThan(4)
          .allSatisfy(failure ->
              assertThat(failure.kind()).as("%s", failure).isEqualTo(FailureKind.CONFLICT));
    }

    assertThat(schedules(owner).plan(one).settled() || schedules(owner).plan(other).settled())
        .as("%s", schedules(owner).live(one))
        .isTrue();
  }

  @Test
  void no_pause_is_lost_while_a_runbook_is_written() throws Exception {
    Owner owner = owner();
    String name = name();
    schedules(owner).apply(desired(TestingRunbooks.daily(name, "0 2 * * *")), false);
    List<DesiredSchedule> last = desired(TestingRunbooks.daily(name, "9 2 * * *"));
    ScheduleHandle handle = raw.getHandle(last.getFirst().id());
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing =
          pool.submit(() -> {
            for (int minute = 1; minute < 6; minute++) {
              String cron = minute + " 2 * * *";
              try {
                schedules(owner).apply(desired(TestingRunbooks.daily(name, cron)), false);
              } catch (DrillbookException e) {
                assertThat(e.kind()).as("%s", e).isEqualTo(FailureKind.CONFLICT);
              }
            }
            return true;
          });
      String note = "";
      while (!writing.isDone()) {
        note = "note " + Instant.now();
        handle.pause(note);
        assertThat(schedules(owner).live(last).getFirst().note()).isEqualTo(note);
        Thread.sleep(50);
      }
      writing.get();
      assertThat(note).isNotEmpty();
    }
    schedules(owner).apply(last, false);
    assertThat(schedules(owner).live(last).getFirst().paused()).isTrue();
    assertThat(schedules(owner).plan(last).settled()).isTrue();
  }

  @Test
  void the_times_that_are_told_are_those_of_the_server() throws Exception {
    Owner owner = owner();
    List<String> crons =
        List.of(
            "*/20 2 28 3 *",
            "30 2 25-31 10 sun",
            "5 1-3 1-7 11 sun",
            "15,45 8-18/3 13 * fri",
            "5 4 29 2 *",
            "0 5 1 1,4,7,10 *",
            "0 3 * * 7",
            "50/3 23 * mar-may 1-5");
    List<Runbook> runbooks = new ArrayList<>();
    for (String cron : crons) {
      runbooks.add(TestingRunbooks.daily(name(), cron));
      runbooks.add(TestingRunbooks.daily(name(), cron, "America/New_York"));
    }
    List<DesiredSchedule> desired = desired(runbooks.toArray(Runbook[]::new));
    schedules(owner).apply(desired, false);

    for (DesiredSchedule wanted : desired) {
      List<Instant> server = raw.getHandle(wanted.id()).describe().getInfo().getNextActionTimes();
      assertThat(server).hasSize(10);
      assertThat(wanted.times().after(Instant.now(), 10))
          .as(wanted.cron() + " " + wanted.runbook().zone())
          .isEqualTo(server);
    }
  }

  private List<LiveSchedule.Run> runs(Owner owner, List<DesiredSchedule> desired)
      throws DrillbookException, InterruptedException {
    return schedules(owner).live(desired).getFirst().runs();
  }

  private boolean exists(String id) {
    try {
      raw.getHandle(id).describe();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private Schedules schedules(Owner owner) throws DrillbookException {
    return new Schedules(temporal, owner, InstantSource.system(), told::add);
  }

  private List<DesiredSchedule> desired(Runbook... runbooks) {
    return DesiredSchedule.of(List.of(runbooks), taskQueue);
  }

  private static List<Action> actions(SchedulePlan plan) {
    return plan.steps().stream().map(SchedulePlan.Step::action).toList();
  }

  private static ScheduleActionStartWorkflow action(Schedule schedule) {
    return (ScheduleActionStartWorkflow) schedule.getAction();
  }

  private static SearchAttributeKey<String> key() {
    return SearchAttributeKey.forKeyword("DrillbookSpecHash");
  }

  private static Owner owner() {
    return new Owner("owner-" + UUID.randomUUID());
  }

  private static String name() {
    return "r" + UUID.randomUUID().toString().substring(0, 8);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(SOON);
    while (!condition.call()) {
      assertThat(Instant.now()).as("in time").isBefore(end);
      Thread.sleep(100);
    }
  }
}
