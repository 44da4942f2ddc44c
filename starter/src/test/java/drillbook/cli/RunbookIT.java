package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.check.Verdict;
import drillbook.engine.EngineAddress;
import drillbook.journal.JournalRecord;
import drillbook.localserver.LocalS3;
import drillbook.localserver.LocalTemporal;
import drillbook.localserver.RealServers;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.schedule.TestingRunbooks;
import drillbook.secret.SecretReference;
import drillbook.setting.Home;
import drillbook.setting.TemporalAddress;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.TestingParts;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleIntervalSpec;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.client.schedules.ScheduleUpdate;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands on a Temporal server of their own, which has no room for another search attribute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RunbookIT {
  /** All that a namespace on SQLite has. */
  private static final int KEYWORDS = 10;

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path folder;

  private final TestingParts parts = new TestingParts();
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private List<Runbook> runbooks = List.of();
  private InstantSource clock = InstantSource.system();
  private LocalTemporal server;
  private RemoteTemporal temporal;
  private ScheduleClient raw;

  @BeforeAll
  void a_server_runs() throws Exception {
    RealServers.installed("temporal", LocalTemporal.PACKAGE);
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < KEYWORDS; i++) {
      attributes.put("Taken" + i, "Keyword");
    }
    server =
        LocalTemporal.start(
            RealServers.cache(),
            folder.resolve("temporal"),
            new LocalTemporal.Options(false, false, attributes, List.of()));
    temporal =
        RemoteTemporal.connect(
            new TemporalAddress(
                server.address(),
                TemporalAddress.NAMESPACE,
                TemporalAddress.TASK_QUEUE,
                TemporalAddress.Tls.OFF));
    raw = ScheduleClient.newInstance(temporal.client().getWorkflowServiceStubs());
  }

  @AfterAll
  void it_ends() {
    temporal.close();
    server.close();
  }

  @Test
  void runbooks_are_planned_applied_and_pruned() throws Exception {
    Home home = new Home(folder.resolve("planned"));
    runbooks = List.of(TestingRunbooks.usual("planned", Cadence.DAILY, Cadence.WEEKLY));

    assertThat(run(home, "plan")).isZero();
    assertThat(out.toString())
        .contains("drillbook/planned/daily", "create", "next of drillbook/planned/weekly:")
        .contains("03:00 +0");
    assertThat(run(home, "apply")).as("%s", err).isZero();
    assertThat(err.toString())
        .contains("made " + home.folder().resolve("runbooks/.owner"))
        .contains("temporal operator search-attribute create", "--name DrillbookSpecHash");
    assertThat(run(home, "apply")).isZero();
    assertThat(out.toString()).contains("unchanged").doesNotContain("create", "repair");

    raw.getHandle("drillbook/planned/daily").pause("Jane: moving house");
    runbooks = List.of(TestingRunbooks.usual("planned", Cadence.DAILY));
    await(() -> run(home, "plan") == 0 && out.toString().contains("orphan"));
    assertThat(out.toString()).contains("paused: Jane: moving house");
    assertThat(run(home, "apply")).isZero();
    assertThat(out.toString()).contains("orphan", "runbook apply --prune");
    assertThat(run(home, "apply", "--prune", "--json")).isZero();
    JsonNode steps = new ObjectMapper().readTree(out.toString()).get("steps");
    assertThat(steps.findValuesAsText("action")).containsExactly("NONE", "ORPHAN");
    assertThat(run(home, "plan")).isZero();
    assertThat(out.toString()).doesNotContain("weekly");
  }

  @Test
  void the_same_runbooks_in_another_folder_are_not_theirs_to_write() {
    runbooks = List.of(TestingRunbooks.usual("shared", Cadence.DAILY));
    assertThat(run(new Home(folder.resolve("first")), "apply")).isZero();
    Home second = new Home(folder.resolve("second"));
    assertThat(run(second, "plan")).isEqualTo(1);
    assertThat(out.toString()).contains("FOREIGN");
    assertThat(run(second, "apply")).isEqualTo(2);
    assertThat(err.toString()).contains("drillbook/shared/daily is not ours", "hint: ");
  }

  @Test
  void a_bucket_without_versions_is_refused_until_somebody_says_so() throws Exception {
    Home home = new Home(folder.resolve("versions"));
    LocalS3 s3 = RealServers.s3();
    s3.createBucket("unversioned");
    StoreAddress bucket =
        new StoreAddress(
            "s3://unversioned",
            Map.of("endpoint", s3.url(), "region", s3.region()),
            s3.accessKey(),
            s3.secretKey());
    home.targets()
        .write(
            new Target(
                "docs", EngineAddress.of("memory", "http://up:1"), List.of(), List.of(), bucket),
            true);
    runbooks = List.of(TestingRunbooks.usual("versions", Cadence.DAILY));
    assertThat(run(home, "plan")).isZero();
    assertThat(err.toString())
        .contains("WARNING: s3://unversioned of target 'docs' keeps no versions (OFF)");
    assertThat(run(home, "apply")).isEqualTo(2);
    assertThat(err.toString()).contains("hint: Nothing was written. Turn versioning on");
    assertThat(run(home, "plan")).isZero();
    assertThat(out.toString()).as("nothing was written").contains("create");
    assertThat(run(home, "apply", "--without-versioning")).as("%s", err).isZero();
    assertThat(err.toString()).contains("WARNING: s3://unversioned");
  }

  @Test
  void status_tells_whether_promises_are_kept() throws Exception {
    Home home = connected("promised");
    runbooks = List.of(TestingRunbooks.usual("promised", Cadence.DAILY));
    assertThat(run(home, "status")).isEqualTo(1);
    assertThat(out.toString()).contains("NOT APPLIED", "NOT PROVEN", "there is no backup yet");

    assertThat(run(home, "apply")).isZero();
    parts.journal = List.of(drill(60), backup(Instant.now().minus(Duration.ofHours(1))));
    assertThat(run(home, "status")).as("%s", out).isZero();
    assertThat(out.toString()).contains("scheduled", "never", "26.0 h, kept", "30.0 min, kept");

    parts.journal = List.of(drill(4000), backup(Instant.now().minus(Duration.ofHours(27))));
    assertThat(run(home, "status", "--json")).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("fine").asBoolean()).isFalse();
    JsonNode standing = json.get("runbooks").get(0).get("standing");
    assertThat(standing.get("recoveryPoint").get("state").asText()).isEqualTo("BROKEN");
    assertThat(standing.get("recoveryTime").get("seconds").asDouble()).isEqualTo(4000);
  }

  @Test
  void a_run_that_was_missed_shows_until_a_later_one_came() throws Exception {
    Home home = connected("missing");
    runbooks = List.of(TestingRunbooks.unpromised("missing", "0 2 * * *"));
    assertThat(run(home, "apply")).isZero();
    ScheduleHandle handle = raw.getHandle("drillbook/missing/daily");
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
    assertThat(run(home, "status")).isEqualTo(1);
    assertThat(out.toString()).contains("DIFFERS", "somebody changed the schedule");

    assertThat(run(home, "apply")).isZero();
    assertThat(out.toString()).contains("repair");
    assertThat(run(home, "status", "--json")).as("%s", out).isZero();
    JsonNode daily =
        new ObjectMapper().readTree(out.toString()).get("runbooks").get(0).get("cadences").get(0);
    assertThat(daily.get("missed").asLong()).isPositive();
    assertThat(daily.get("skipped").asLong()).as("the first run still waits").isPositive();

    clock = () -> Instant.now().plus(Duration.ofDays(2));
    assertThat(run(home, "status")).isEqualTo(1);
    assertThat(out.toString()).contains("was missed, and none came since");
    clock = InstantSource.system();
  }

  private Home connected(String name) throws Exception {
    Home home = new Home(folder.resolve(name));
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
    return home;
  }

  private static JournalRecord backup(Instant asOf) {
    return new JournalRecord(
        "docs", "backup", "r1", "b1", Verdict.PASSED, 1, Map.of("asOf", asOf.toString()));
  }

  private static JournalRecord drill(double seconds) {
    return new JournalRecord("docs", "drill", "r2", "b1", Verdict.PASSED, seconds, Map.of());
  }

  private int run(Home home, String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    String[] words = new String[arguments.length + 3];
    words[0] = "runbook";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    words[arguments.length + 1] = "--temporal";
    words[arguments.length + 2] = server.address();
    return DrillbookMain.commandLine(
            new Installation(
                home, folder, parts, clock, new PrintWriter(out), new PrintWriter(err)),
            new RunbookSource(() -> runbooks, home.folder().resolve("runbooks")))
        .execute(words);
  }

  private void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    Instant end = Instant.now().plus(SOON);
    while (!condition.holds()) {
      assertThat(Instant.now()).as("in time").isBefore(end);
      Thread.sleep(100);
    }
  }
}
