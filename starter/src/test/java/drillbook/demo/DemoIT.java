package drillbook.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.temporal.WorkerParts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo, on the servers that it starts. */
class DemoIT {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  private final Set<ProcessHandle> others =
      ProcessHandle.current().children().collect(Collectors.toUnmodifiableSet());
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void proves_a_backup_by_figures_that_follow_from_the_corpus() throws Exception {
    DemoCorpus corpus = DemoCorpus.load();
    int before = corpus.passages().size() + corpus.queries().size();
    int after = DemoSource.passagesAfter(corpus) + corpus.queries().size();

    int code = demo("--json");

    assertThat(code).as(err.toString()).isZero();
    JsonNode json = JSON.readTree(out.toString());
    assertThat(json.path("problems")).isEmpty();
    assertThat(json.path("verified").asBoolean()).isTrue();
    assertThat(json.path("backup").path("records").asInt()).isEqualTo(before);
    assertThat(json.path("backup").path("bytes").asLong()).isPositive();
    JsonNode incremental = json.path("incremental");
    assertThat(incremental.path("changed").asInt()).isEqualTo(corpus.changes().size());
    assertThat(incremental.path("deleted").asInt()).isEqualTo(DemoSource.DELETIONS);
    assertThat(incremental.path("records").asInt()).isEqualTo(after);
    assertThat(incremental.path("bytes").asLong())
        .isPositive()
        .isLessThan(json.path("backup").path("bytes").asLong() / 4);
    assertThat(json.path("drill").path("passed").asBoolean()).isTrue();
    assertThat(json.path("drill").path("records").asInt()).isEqualTo(after);
    assertThat(json.path("drill").path("recoverySeconds").asDouble()).isPositive();
    assertThat(json.path("drill").path("phases").path("load").asDouble()).isPositive();
    assertThat(json.path("drill").path("checks").findValuesAsText("name"))
        .contains("count", "record-digest", "schema", "index-parameters", "scratch-dropped");
    JsonNode moved = json.path("crossEngine");
    assertThat(moved.path("from").asText()).isEqualTo("chroma");
    assertThat(moved.path("to").asText()).isEqualTo("pgvector");
    assertThat(moved.path("passed").asBoolean()).isTrue();
    assertThat(moved.path("digestEqual").asBoolean()).isTrue();
    assertThat(moved.path("records").asInt()).isEqualTo(after);
    assertThat(json.path("search").path("queries").asInt()).isEqualTo(corpus.queries().size());
    assertThat(json.path("search").path("exactSame").asBoolean()).isTrue();
    assertThat(json.path("search").path("recallAt10").asDouble()).isBetween(0.9, 1.0);
    assertThat(json.path("planted").path("found").asBoolean()).isTrue();
    assertThat(json.path("planted").path("code").asText()).isEqualTo("ARTIFACT_CORRUPT");
    assertThat(children()).isEmpty();
  }

  @Test
  void leaves_store_and_logs_where_asked_and_runs_there_a_second_time() throws Exception {
    assertThat(demo("--keep", folder.toString())).as(err + " " + out).isZero();

    assertThat(out.toString()).contains("All as it must be").contains("ARTIFACT_CORRUPT");
    assertThat(manifests()).hasSize(2);
    assertThat(folder.resolve("logs/chroma.log")).isNotEmptyFile();
    assertThat(folder.resolve("logs/postgres.log")).isNotEmptyFile();
    assertThat(folder.resolve("logs/demo.log")).content(UTF_8).contains("restore into PostgreSQL");
    assertThat(children()).isEmpty();

    assertThat(demo("--keep", folder.toString())).as(err + " " + out).isZero();

    assertThat(manifests()).hasSize(4);
    assertThat(children()).isEmpty();
  }

  @Test
  void stops_everything_and_leaves_nothing_when_it_is_stopped_half_way() throws Exception {
    // Started by root, PostgreSQL runs as another account, which has to get through.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    Path story = folder.resolve("story");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                "drillbook.cli.DrillbookMain",
                "demo")
            .redirectErrorStream(true)
            .redirectOutput(story.toFile())
            .start();
    try {
      while (!Files.readString(story).contains("full backup")) {
        assertThat(demo.isAlive()).as(Files.readString(story)).isTrue();
        Thread.sleep(100);
      }
      List<ProcessHandle> servers = demo.descendants().toList();
      assertThat(servers).hasSizeGreaterThanOrEqualTo(2);

      demo.destroy();

      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).isNotZero();
      assertThat(servers).noneMatch(ProcessHandle::isAlive);
      try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
        assertThat(left.filter(path -> path.getFileName().toString().startsWith("drillbook-")))
            .isEmpty();
      }
    } finally {
      demo.descendants().forEach(ProcessHandle::destroyForcibly);
      demo.destroyForcibly();
    }
  }

  private int demo(String... arguments) {
    out.getBuffer().setLength(0);
    Clock clock = Clock.systemUTC();
    DemoCommand command =
        new DemoCommand(
            new WorkerParts(clock), clock, new PrintWriter(out, true), new PrintWriter(err, true));
    return new CommandLine(command)
        .setExecutionExceptionHandler((failure, line, parsed) -> {
          failure.printStackTrace(new PrintWriter(err, true));
          return 99;
        })
        .execute(arguments);
  }

  private List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
      return files.filter(file -> file.endsWith("manifest.json")).toList();
    }
  }

  /** Returns the processes that the demo left; servers of other tests run before and after. */
  private List<ProcessHandle> children() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(child -> !others.contains(child))
        .toList();
  }
}
