package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.setting.Home;
import drillbook.temporal.TestingParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunbookValidateTest {
  private static final Path EXAMPLES = Path.of("..", "runbooks");
  private static final String SMALL =
      """
      runbook: docs
      target: documents
      cadences: {hourly: , daily: {at: 0 4 * * *}}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void a_sound_runbook_is_a_line() throws Exception {
    Path file = Files.writeString(folder.resolve("any.yaml"), SMALL);
    assertThat(run(file.toString())).isZero();
    assertThat(out)
        .hasToString(
            file + ": runbook docs of target documents (UTC): hourly 5 * * * *, daily 0 4 * * *\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void the_examples_are_sound() {
    assertThat(run(EXAMPLES.toString())).isZero();
    assertThat(out.toString().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("fifty-million.yaml: runbook fifty-million of target"));
  }

  @Test
  void all_complaints_of_all_files_are_lines_and_nothing_else_is() throws Exception {
    Files.writeString(folder.resolve("docs.yaml"), SMALL);
    Files.writeString(folder.resolve("notes.yaml"), SMALL + "zone: Zurich\n");
    Files.writeString(folder.resolve("passed.yml"), SMALL);
    Path missing = folder.resolve("none.yaml");
    assertThat(run(folder.toString(), missing.toString())).isEqualTo(2);
    assertThat(out.toString().lines())
        .containsExactly(
            folder
                + "/notes.yaml:1:10: runbook: is not the name of its file, expected 'notes', or"
                + " another file",
            folder
                + "/notes.yaml:4:7: zone: is no known zone, expected UTC or a name such as"
                + " Europe/Zurich",
            folder + "/passed.yml:1:1: document: is passed over for its name, expected passed.yaml",
            missing + ":1:1: document: there is no such file, expected a YAML file");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_program_reads_one_object() throws Exception {
    Path sound = Files.writeString(folder.resolve("a.yaml"), SMALL);
    Path wrong = Files.writeString(folder.resolve("b.yaml"), SMALL + "zone: []\n");
    assertThat(run(sound.toString(), wrong.toString(), "--json")).isEqualTo(2);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/runbooks/0").toString())
        .isEqualTo(
            "{\"file\":\""
                + sound
                + "\",\"runbook\":\"docs\",\"target\":\"documents\",\"zone\":\"UTC\","
                + "\"cadences\":{\"hourly\":\"5 * * * *\",\"daily\":\"0 4 * * *\"}}");
    assertThat(json.at("/runbooks")).hasSize(1);
    assertThat(json.at("/complaints")).hasSize(1);
    assertThat(json.at("/complaints/0").toString())
        .isEqualTo(
            "{\"file\":\""
                + wrong
                + "\",\"line\":4,\"column\":7,\"key\":\"zone\",\"wrong\":\"is a list\","
                + "\"expected\":\"UTC or a name such as Europe/Zurich\"}");
  }

  @Test
  void without_a_place_the_runbooks_of_the_home_are_meant() throws Exception {
    assertThat(run()).isEqualTo(2);
    assertThat(out)
        .hasToString(
            folder.resolve("home/runbooks")
                + ":1:1: folder: holds no runbooks, expected files <name>.yaml\n");
    Files.createDirectories(folder.resolve("home/runbooks"));
    Files.writeString(folder.resolve("home/runbooks/docs.yaml"), SMALL);
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("home/runbooks/docs.yaml: runbook docs of");
  }

  @Test
  void an_empty_folder_is_not_a_sound_one() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(run(empty.toString(), EXAMPLES.toString())).isEqualTo(2);
    assertThat(out.toString()).startsWith(empty + ":1:1: folder: holds no runbooks");
  }

  @Test
  void the_help_shows_examples() {
    assertThat(run("--help")).isZero();
    String usage = out.toString();
    assertThat(usage).contains("Examples:", "drillbook runbook validate", "--json");
  }

  private int run(String... arguments) {
    String[] words = new String[arguments.length + 2];
    words[0] = "runbook";
    words[1] = "validate";
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    return DrillbookMain.commandLine(installation()).execute(words);
  }

  private Installation installation() {
    return new Installation(
        new Home(folder.resolve("home")),
        folder,
        new TestingParts(),
        () -> Instant.parse("2026-11-21T03:00:00Z"),
        new PrintWriter(out),
        new PrintWriter(err));
  }
}
