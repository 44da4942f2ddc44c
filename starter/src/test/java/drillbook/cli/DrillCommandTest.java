package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.setting.Home;
import drillbook.temporal.TestingActivities;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrillCommandTest {
  private final TestingParts parts = new TestingParts();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @BeforeEach
  void connect() {
    assertThat(
            run("connect", "docs", "--engine", "memory", "--url", "http://up:1", "--store", "/b"))
        .isZero();
  }

  @Test
  void a_drill_whose_checks_fail_is_traced_on_request() throws Exception {
    parts.activities.find();

    assertThat(run("drill", "docs", "--bisect")).isEqualTo(1);
    assertThat(out.toString())
        .contains("FAILED", "finding NO_BACKUP_RESTORES: no backup before ")
        .contains(TestingActivities.BACKUP + " was tried");
    assertThat(run("drill", "docs", "--bisect", "2", "--json")).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("drill").get("verdict").asText()).isEqualTo("FAILED");
    assertThat(json.get("bisect").get("bad").asText()).isEqualTo(TestingActivities.BACKUP);
  }

  @Test
  void without_request_or_failure_nothing_is_traced() {
    assertThat(run("drill", "docs", "--bisect")).isZero();
    parts.activities.find();
    assertThat(run("drill", "docs")).isEqualTo(1);
    assertThat(parts.activities.calls).noneMatch(call -> call.startsWith("candidates"));
    assertThat(run("drill", "docs", "--bisect", "-1")).isEqualTo(2);
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    return DrillbookMain.commandLine(
            new Installation(
                new Home(folder.resolve("home")),
                folder,
                parts,
                () -> Instant.parse("2026-11-21T03:00:00Z"),
                new PrintWriter(out),
                new PrintWriter(err)))
        .execute(arguments);
  }
}
