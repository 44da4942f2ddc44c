package drillbook.cli;

import drillbook.console.Console;
import java.util.List;
import picocli.CommandLine.Option;

/** What every command understands. */
final class CommonOptions {
  @Option(
      names = "--json",
      description = "Print one JSON object, and nothing else, to standard output.")
  boolean json;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** Returns where the command speaks. */
  Console console(Installation installation) {
    return new Console(installation.out(), installation.err(), installation.clock());
  }

  /** Prints a result, as lines or as JSON. */
  void print(Console console, Object json, List<String> lines) {
    if (this.json) {
      console.json(json);
    } else {
      console.print(lines);
    }
  }
}
