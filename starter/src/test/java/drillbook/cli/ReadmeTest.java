package drillbook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import drillbook.setting.Home;
import drillbook.temporal.TestingParts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What README.md shows exists, and what any page links to. */
final class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final String LAUNCHER = "./drillbook ";
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\n(.*?)^```$");
  private static final Pattern PROOF = Pattern.compile("`(\\w+)`");

  // A file, a heading of it, or both; what has a scheme is elsewhere.
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]*)(?:#([^)\\s]+))?\\)");

  @Test
  void every_command_in_a_block_parses() throws Exception {
    List<String> commands = commands();
    assertThat(commands).hasSizeGreaterThan(10);
    for (String command : commands) {
      String[] words = command.substring(LAUNCHER.length()).strip().split("\\s+");
      assertThatCode(() -> commandLine().parseArgs(words)).as(command).doesNotThrowAnyException();
    }
  }

  @Test
  void every_command_line_option_in_a_sentence_exists() throws Exception {
    Set<String> known = new TreeSet<>();
    collectOptions(commandLine(), known);
    Matcher named = Pattern.compile("`[^`\n]*?(--[a-z-]+)[^`\n]*`").matcher(readme());
    Set<String> unknown = new TreeSet<>();
    int count = 0;
    while (named.find()) {
      count++;
      if (!known.contains(named.group(1))) {
        unknown.add(named.group(1));
      }
    }
    assertThat(count).isPositive();
    assertThat(unknown).isEmpty();
  }

  @Test
  void every_command_is_shown() throws Exception {
    String shown = String.join("\n", commands());
    for (String name : commandLine().getSubcommands().keySet()) {
      boolean own = commandLine().getSubcommands().get(name).getCommandSpec().name().equals(name);
      if (own) {
        assertThat(shown).contains(LAUNCHER + name);
      }
    }
  }

  @Test
  void every_test_class_of_the_engine_table_is_there() throws Exception {
    Set<String> sources;
    try (Stream<Path> files = Files.walk(ROOT.resolve("activities/src/test/java"))) {
      sources = files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
    }
    String table = section("## Engines").replaceAll("(?m)^[^|].*$", "");
    Set<String> named = new TreeSet<>();
    Matcher proofs = PROOF.matcher(table);
    while (proofs.find()) {
      named.add(proofs.group(1) + ".java");
    }
    assertThat(named).hasSizeGreaterThan(3);
    assertThat(sources).containsAll(named);
  }

  @Test
  void every_file_and_heading_that_is_linked_is_there() throws Exception {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    assertThat(pages).hasSizeGreaterThan(10);
    List<String> missing = new ArrayList<>();
    int count = 0;
    for (Path page : pages) {
      Matcher links = LINK.matcher(Files.readString(page));
      while (links.find()) {
        count++;
        if (!leadsSomewhere(page, links.group(1), links.group(2))) {
          missing.add(ROOT.relativize(page) + ": " + links.group());
        }
      }
    }
    assertThat(count).isGreaterThan(20);
    assertThat(missing).isEmpty();
  }

  @Test
  void a_link_that_leads_nowhere_is_found() throws Exception {
    Path page = ROOT.resolve("docs/search.md");
    assertThat(leadsSomewhere(page, "portable.md", "typed-values")).isTrue();
    assertThat(leadsSomewhere(page, "", "what-is-asked")).isTrue();
    assertThat(leadsSomewhere(page, "portable.md", "typed-value")).isFalse();
    assertThat(leadsSomewhere(page, "export.md", null)).isFalse();
  }

  /** Relative to the page, as who shows it follows it. */
  private static boolean leadsSomewhere(Path page, String file, @Nullable String heading)
      throws IOException {
    Path linked = file.isEmpty() ? page : page.resolveSibling(file);
    return Files.exists(linked) && (heading == null || anchors(linked).contains(heading));
  }

  /**
   * Headings as links name them: lower case, dashes for spaces, letters, digits and dashes only.
   */
  private static Set<String> anchors(Path page) throws IOException {
    return Files.readString(page)
        .replaceAll("(?ms)^```.*?^```$", "")
        .lines()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceAll("^#+ ", "").strip().toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static void collectOptions(CommandLine line, Set<String> options) {
    line.getCommandSpec().options().forEach(option -> options.addAll(List.of(option.names())));
    line.getSubcommands().values().forEach(below -> collectOptions(below, options));
  }

  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(readme());
    while (blocks.find()) {
      blocks.group(1).lines().filter(line -> line.startsWith(LAUNCHER)).forEach(commands::add);
    }
    return commands;
  }

  private static String section(String heading) throws IOException {
    String readme = readme();
    int from = readme.indexOf(heading + "\n");
    assertThat(from).as(heading).isNotNegative();
    int to = readme.indexOf("\n## ", from + 1);
    return readme.substring(from, to < 0 ? readme.length() : to);
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  /** A new one each time: values of an earlier parse stay in a command. */
  private static CommandLine commandLine() {
    return DrillbookMain.commandLine(
        new Installation(
            new Home(Path.of("/nowhere")),
            Path.of("/nowhere"),
            new TestingParts(),
            InstantSource.system(),
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter())));
  }
}
