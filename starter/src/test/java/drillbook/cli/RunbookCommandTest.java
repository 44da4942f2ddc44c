package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.engine.EngineAddress;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.runbook.Cadence;
import drillbook.schedule.Runbooks;
import drillbook.schedule.TestingRunbooks;
import drillbook.secret.SecretReference;
import drillbook.setting.Home;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunbookCommandTest {
  private final TestingParts parts = new TestingParts();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Runbooks runbooks =
      () -> List.of(TestingRunbooks.usual("docs", Cadence.HOURLY, Cadence.DAILY));

  @TempDir Path folder;

  @Test
  void a_run_happens_inside_the_process_too() throws Exception {
    assertThat(run("run", "docs", "daily", "--json")).as("%s", err).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("verdict").asText()).isEqualTo("PASSED");
    assertThat(json.get("steps").findValuesAsText("step"))
        .containsExactly("backup", "verify", "prune");
    assertThat(parts.activities.calls).contains("plan backup FULL", "journal run");
  }

  @Test
  void a_run_reads_well_and_tells_what_it_found() throws Exception {
    parts.activities.find();
    assertThat(run("run", "docs", "daily")).isEqualTo(1);
    assertThat(out.toString())
        .contains("verdict", "FAILED", "docs daily", "verify: failed")
        .contains("finding COUNT_MISMATCH: 1 record is missing");
  }

  @Test
  void what_is_not_there_cannot_be_run() throws Exception {
    assertThat(run("run", "dosc", "daily")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no runbook 'dosc'", "Known are [docs]");
    assertThat(run("run", "docs", "weekly")).isEqualTo(2);
    assertThat(err.toString()).contains("does nothing weekly", "It has [hourly, daily]");
    assertThat(run("run", "docs", "nightly")).isEqualTo(2);
    assertThat(err.toString()).contains("no cadence is called 'nightly'");
    assertThat(parts.activities.calls).isEmpty();
  }

  @Test
  void schedules_need_a_server() throws Exception {
    for (String command : List.of("plan", "apply", "status")) {
      assertThat(run(command)).as(command).isEqualTo(2);
    }
    assertThat(err.toString()).contains("schedules need a Temporal server", "--temporal HOST:PORT");
  }

  @Test
  void a_server_that_is_not_there_is_said_and_nothing_is_left_behind() throws Exception {
    for (String command : List.of("plan", "apply", "status")) {
      assertThat(run(command, "--temporal", "127.0.0.1:1")).as(command).isEqualTo(3);
    }
    assertThat(folder.resolve("home/runbooks/.owner")).doesNotExist();
  }

  @Test
  void a_folder_of_which_a_part_is_readable_is_not_applied_in_part() throws Exception {
    runbooks =
        () -> {
          throw new DrillbookException(FailureKind.CONFIGURATION, "docs.yaml line 3: no", "");
        };
    assertThat(run("apply", "--temporal", "127.0.0.1:1")).isEqualTo(2);
    assertThat(err.toString()).contains("docs.yaml line 3");
    runbooks = () -> List.of(TestingRunbooks.daily("docs", "tomorrow"));
    assertThat(run("apply", "--temporal", "127.0.0.1:1")).isEqualTo(2);
    assertThat(err.toString()).contains("'tomorrow'");
  }

  @Test
  void every_command_has_a_help_with_an_example() throws Exception {
    Objects.requireNonNull(
            DrillbookMain.commandLine(installation(), source()).getSubcommands().get("runbook"))
        .getSubcommands()
        .forEach((name, command) ->
            assertThat(command.getUsageMessage())
                .as(name)
                .contains("Examples:", "drillbook runbook " + name, "--json"));
  }

  private int run(String... arguments) throws Exception {
    new Home(folder.resolve("home"))
        .targets()
        .write(
            new Target(
                "docs",
                new EngineAddress(
                    "memory", new URI("http://up:1"), new SecretReference(""), Map.of()),
                List.of(),
                List.of(),
                StoreAddress.folder(folder.resolve("store"))),
            true);
    String[] words = new String[arguments.length + 1];
    words[0] = "runbook";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return DrillbookMain.commandLine(installation(), source()).execute(words);
  }

  private RunbookSource source() {
    return new RunbookSource(runbooks, folder.resolve("home/runbooks"));
  }

  private Installation installation() {
    return new Installation(
        new Home(folder.resolve("home")),
        folder,
        parts,
        () -> Instant.parse("2026-11-21T03:00:00Z"),
        new PrintWriter(out),
        new PrintWriter(err));
  }
}
