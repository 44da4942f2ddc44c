package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets: how they are connected, described and kept. */
final class ConnectCommandTest extends CommandLineSession {
  @Test
  void connect_asks_the_engine_and_remembers_the_target_without_a_secret() throws Exception {
    holdCollection("docs");
    assertThat(connect("docs")).isZero();
    assertThat(out.toString())
        .contains("connected", "COLLECTION", "main/docs", "drillbook backup docs");
    String file = Files.readString(home.targets().file("docs"));
    assertThat(file).contains("credential: \"env:TOKEN\"", "location: \"/backups\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs://KEY:hunter2", "s3://KEY:hunt/hunter2@bucket", "s3:/hunter2@x"})
  void what_no_store_is_called_is_refused_before_anything_starts(String place) throws Exception {
    holdCollection("docs");
    connect("docs");
    for (List<String> words :
        List.of(
            List.of("export", "docs", "--to", place),
            List.of("export", "status", "export-docs-20261121t020000z", "--to", place),
            List.of("import", "docs", "--from", place),
            List.of(
                "connect",
                "other",
                "--engine",
                "memory",
                "--url",
                "http://x:1",
                "--store",
                place))) {
      err.getBuffer().setLength(0);
      assertThat(run(words.toArray(String[]::new))).as("%s", words).isEqualTo(2);
      assertThat(err.toString()).contains("hint: ").doesNotContain("hunter2", "KEY", "defect");
    }
  }

  @Test
  void connect_refuses_an_engine_that_is_down_unless_told_not_to_ask() {
    assertThat(
            run("connect", "docs", "--engine", "memory", "--url", "http://down:1", "--store", "/b"))
        .isEqualTo(3);
    assertThat(err.toString()).contains("drillbook: probe: refused", "hint: Is it running?");
    assertThat(home.targets().file("docs")).doesNotExist();
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://down:1",
                "--store",
                "/b",
                "--offline"))
        .isZero();
    assertThat(home.targets().file("docs")).exists();
  }

  @Test
  void connect_overwrites_only_on_request() {
    connected();
    assertThat(connect("docs")).isEqualTo(2);
    assertThat(err.toString()).contains("exists already", "--replace");
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
                "--replace"))
        .isZero();
  }

  @Test
  void connect_never_repeats_a_secret() {
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
                "--credential",
                "hunter2"))
        .isEqualTo(2);
    assertThat(
            run(
                "connect",
                "docs",
                "--engine",
                "memory",
                "--url",
                "http://me:hunter2@up:1",
                "--store",
                "/b"))
        .isEqualTo(2);
    assertThat(err.toString() + out).contains("env:NAME or file:/path").doesNotContain("hunter2");
  }

  @Test
  void connect_refuses_a_collection_that_is_not_there() {
    holdCollection("docs");
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
                "notes"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("collection 'notes' does not exist", "main/docs");
  }

  @Test
  void a_backup_of_a_target_with_a_file_holds_all_that_the_file_names() {
    connected();
    assertThat(run("backup", "docs", "--collections", "a,b")).isEqualTo(2);
    assertThat(err.toString()).contains("a backup holds all that its target names");
    assertThat(parts.activities.calls).isEmpty();
  }

  @Test
  void a_target_can_be_described_instead_of_named() {
    assertThat(
            run(
                "backup",
                "tmp",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                folder.toString(),
                "--collections",
                "a,b"))
        .isZero();
    assertThat(home.targets().file("tmp")).doesNotExist();
  }

  @Test
  void a_target_can_be_a_file() throws Exception {
    connected();
    Path file = folder.resolve("mine.yaml");
    Files.copy(home.targets().file("docs"), file);
    Files.delete(home.targets().file("docs"));
    assertThat(run("backup", "--file", file.toString())).isZero();
    assertThat(run("backup", "other", "--file", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("describes target 'docs', not 'other'");
  }

  @Test
  void a_described_target_cannot_be_sent_to_workers_elsewhere() {
    assertThat(
            run(
                "backup",
                "tmp",
                "--engine",
                "memory",
                "--url",
                "http://up:1",
                "--store",
                "/b",
                "--temporal",
                "127.0.0.1:1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("which workers do not see");
  }
}
