package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.FindingCode;
import drillbook.engine.EngineAddress;
import drillbook.localserver.LocalTemporal;
import drillbook.localserver.RealServers;
import drillbook.notice.Notice;
import drillbook.notice.Notice.Level;
import drillbook.notice.NoticeActivities;
import drillbook.notice.NoticeRoute;
import drillbook.runbook.Runbook;
import drillbook.secret.SecretReference;
import drillbook.setting.Home;
import drillbook.setting.TemporalAddress;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.Workers;
import drillbook.watch.WatchdogReport;
import drillbook.worker.JournalWorker;
import drillbook.worker.Surroundings;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleIntervalSpec;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.client.schedules.ScheduleUpdate;
import io.temporal.worker.WorkerFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The look after schedules, on a Temporal server of its own that can be stopped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WatchdogIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final NoticeRoute ROUTE = new NoticeRoute.Slack("#ops", "env:SLACK");

  @TempDir static Path folder;

  private final People people = new People();
  private LocalTemporal server;
  private RemoteTemporal temporal;
  private ScheduleClient raw;
  private WorkerFactory workers;

  @BeforeAll
  void a_server_and_a_worker_run() throws Exception {
    RealServers.installed("temporal", LocalTemporal.PACKAGE);
    server =
        LocalTemporal.start(
            RealServers.cache(), folder.resolve("temporal"), LocalTemporal.Options.HEADLESS);
    temporal =
        RemoteTemporal.connect(
            new TemporalAddress(
                server.address(),
                TemporalAddress.NAMESPACE,
                TemporalAddress.TASK_QUEUE,
                TemporalAddress.Tls.OFF));
    raw = ScheduleClient.newInstance(temporal.client().getWorkflowServiceStubs());
    Home home = new Home(folder.resolve("home"));
    home.targets()
        .write(
            new Target(
                "docs",
                new EngineAddress(
                    "memory", new URI("http://up:1"), new SecretReference(""), Map.of()),
                List.of(),
                List.of(),
                StoreAddress.folder(folder.resolve("store"))),
            true);
    Surroundings surroundings =
        new Surroundings(
            home.targets(),
            home.signingKey(),
            home.trustedKeys(),
            folder.resolve("scratch"),
            InstantSource.system());
    workers = WorkerFactory.newInstance(temporal.client());
    Workers.register(
        workers.newWorker(TemporalAddress.TASK_QUEUE, Workers.options()),
        List.of(
            new ScheduleWatch(temporal, surroundings), new JournalWorker(surroundings), people));
    workers.start();
  }

  @AfterAll
  void they_end() {
    workers.shutdownNow();
    temporal.close();
    server.close();
  }

  @Test
  void a_pause_is_told_once_and_once_more_when_it_is_over() throws Exception {
    Runbook runbook = TestingRunbooks.watched("paused", ROUTE);
    apply(runbook);
    ScheduleHandle daily = raw.getHandle("drillbook/paused/daily");

    assertThat(look(runbook).alarms()).isEmpty();
    assertThat(people.told("paused")).isEmpty();

    daily.pause("Jane: moving house");
    assertThat(look(runbook).fresh()).containsExactly("paused/daily");
    assertThat(look(runbook).fresh()).isEmpty();
    assertThat(look(runbook).alarms()).hasSize(1);
    assertThat(people.told("paused"))
        .singleElement()
        .satisfies(notice -> {
          assertThat(notice.level()).isEqualTo(Level.WARNING);
          assertThat(notice.findings().getFirst().code()).isEqualTo(FindingCode.SCHEDULE_PAUSED);
          assertThat(notice.title()).contains("Jane: moving house");
        });

    daily.unpause("done");
    assertThat(look(runbook).gone()).containsExactly("paused/daily");
    assertThat(look(runbook).gone()).isEmpty();
    assertThat(people.told("paused")).hasSize(2);
    assertThat(people.told("paused").getLast().level()).isEqualTo(Level.FINE);
  }

  @Test
  void a_schedule_that_was_deleted_is_told_once() throws Exception {
    Runbook runbook = TestingRunbooks.watched("deleted", ROUTE);
    apply(runbook);
    raw.getHandle("drillbook/deleted/daily").delete();

    assertThat(look(runbook).fresh()).containsExactly("missing/daily");
    assertThat(look(runbook).fresh()).isEmpty();
    apply(runbook);
    assertThat(look(runbook).gone()).containsExactly("missing/daily");
    assertThat(people.told("deleted")).hasSize(2);
  }

  @Test
  void runs_that_were_missed_while_the_server_stood_still_are_told_once() throws Exception {
    Runbook runbook = TestingRunbooks.watched("missed", ROUTE);
    apply(runbook);
    ScheduleHandle handle = raw.getHandle("drillbook/missed/daily");
    handle.update(input ->
        new ScheduleUpdate(
            Schedule.newBuilder(input.getDescription().getSchedule())
                .setSpec(
                    ScheduleSpec.newBuilder()
                        .setIntervals(List.of(new ScheduleIntervalSpec(Duration.ofSeconds(1))))
                        .build())
                .setPolicy(
                    SchedulePolicy.newBuilder().setCatchupWindow(Duration.ofSeconds(10)).build())
                .build()));
    await(() -> handle.describe().getInfo().getNumActions() > 0);
    signal("STOP");
    try {
      Thread.sleep(Duration.ofSeconds(13));
    } finally {
      signal("CONT");
    }
    await(() -> handle.describe().getInfo().getNumActionsMissedCatchupWindow() > 0);
    // From here on nothing more is missed or skipped.
    handle.pause("enough");

    WatchdogReport first = look(runbook);
    assertThat(first.fresh()).contains("missed/daily", "skipped/daily", "paused/daily");
    WatchdogReport second = look(runbook);
    assertThat(second.fresh()).isEmpty();
    assertThat(second.gone()).as("it happened, and is not over").isEmpty();
    assertThat(people.told("missed"))
        .singleElement()
        .satisfies(notice ->
            assertThat(notice.findings())
                .extracting(finding -> finding.code())
                .contains(FindingCode.RUN_MISSED, FindingCode.RUN_SKIPPED));
  }

  private void apply(Runbook runbook) throws Exception {
    new Schedules(temporal, new Owner("watched"), InstantSource.system(), remark -> {})
        .apply(DesiredSchedule.of(List.of(runbook), TemporalAddress.TASK_QUEUE), false);
  }

  /** Lets the watchdog's own schedule begin a look, and returns what it led to. */
  private WatchdogReport look(Runbook runbook) throws Exception {
    String id = "drillbook/" + runbook.name() + "/watchdog";
    int before = looks(runbook, id).size();
    raw.getHandle(id).trigger();
    await(() -> looks(runbook, id).size() > before);
    return temporal
        .client()
        .newUntypedWorkflowStub(looks(runbook, id).getFirst().workflowId())
        .getResult(SOON.toSeconds(), TimeUnit.SECONDS, WatchdogReport.class);
  }

  private List<LiveSchedule.Run> looks(Runbook runbook, String id) throws Exception {
    return new Schedules(temporal, Owner.NOBODY, InstantSource.system(), remark -> {})
        .named(DesiredSchedule.of(List.of(runbook), TemporalAddress.TASK_QUEUE)).stream()
            .filter(schedule -> schedule.id().equals(id))
            .findFirst()
            .orElseThrow()
            .runs();
  }

  private void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(SOON);
    while (!condition.call()) {
      assertThat(Instant.now()).as("in time").isBefore(end);
      Thread.sleep(100);
    }
  }

  /** Those who are told. */
  static final class People implements NoticeActivities {
    private final List<Notice> told = new CopyOnWriteArrayList<>();

    @Override
    public String post(NoticePost post) {
      told.add(post.notice());
      return "thread";
    }

    List<Notice> told(String runbook) {
      return told.stream()
          .filter(notice ->
              notice.facts().stream()
                  .anyMatch(fact -> fact.name().equals("Runbook") && fact.value().equals(runbook)))
          .toList();
    }
  }
}
