package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryEngine;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.setting.Home;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnginesCommandTest {
  private final TestingParts parts = new TestingParts();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @BeforeEach
  void connect() throws Exception {
    create("docs", "acme", "beta");
    assertThat(
            run("connect", "docs", "--engine", "memory", "--url", "http://up:1", "--store", "/b"))
        .isZero();
  }

  @Test
  void what_nobody_tells_is_unknown_and_only_what_is_missing_fails() throws Exception {
    assertThat(run("engines", "check", "docs")).isZero();
    assertThat(out.toString())
        .containsPattern("MET      never overwrites +a second put was refused")
        .containsPattern("MET      free scratch space  [0-9.]+ [GTP]iB free; on this machine")
        .contains("UNKNOWN  clock")
        .contains("nothing is missing; 2 could not be told");
    assertThat(
            run(
                "engines",
                "check",
                "two",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b"))
        .isZero();
  }

  @Test
  void what_no_backup_holds_is_missing_with_what_to_do() throws Exception {
    create("more");
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b",
                "--collections",
                "docs",
                "--tenant",
                "acme",
                "--replace"))
        .isZero();
    assertThat(run("engines", "check", "docs")).isEqualTo(1);
    assertThat(out.toString())
        .contains("MISSING  all tenants of main/docs", "1 of 2 are left out: beta")
        .contains("MISSING  all collections covered", "main/more", "Add them to a target")
        .contains("2 requirements are missing");
    assertThat(run("engines", "check", "docs", "--json")).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("sections").get(1).get("requirements").get(1).get("standing").asText())
        .isEqualTo("MISSING");
  }

  private void create(String name, String... tenants) throws Exception {
    MemoryEngine.rich(parts.server)
        .control()
        .create(
            new CollectionSchema(
                new CollectionName(List.of("main"), name),
                RecordLayout.dense(new VectorField("", ElementType.F32, 2, false)),
                "text",
                List.of(),
                tenants.length == 0 ? List.of("") : List.of(tenants),
                List.of(),
                Map.of()));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    Installation installation =
        new Installation(
            new Home(folder.resolve("home")),
            folder,
            parts,
            () -> Instant.parse("2026-11-21T03:00:00Z"),
            new PrintWriter(out),
            new PrintWriter(err));
    return DrillbookMain.commandLine(installation).execute(arguments);
  }
}
