package drillbook.cli;

import drillbook.check.Verdict;
import drillbook.console.Console;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;

/**
 * What a process says when it ends: 0 fine, 1 finding, 2 usage or configuration, 3 engine or store
 * unreachable, 4 internal.
 */
final class ExitCodes {
  private ExitCodes() {}

  /** Returns the code of a verdict: only a green one is fine. */
  static int of(Verdict verdict) {
    return switch (verdict) {
      case PASSED -> 0;
      case FAILED, COULD_NOT_VERIFY -> 1;
    };
  }

  /** Says what went wrong and returns the code. */
  static int failed(Exception failure, CommandLine.ParseResult parsed, Installation installation) {
    Console console = new Console(installation.out(), installation.err(), installation.clock());
    Failure words = words(failure);
    if (given(parsed, "--json")) {
      console.json(Map.of("failure", words.json()));
    }
    console.remark("drillbook: " + words.message());
    if (!words.hint().isEmpty()) {
      console.remark("hint: " + words.hint());
    }
    if (given(parsed, "--debug")) {
      failure.printStackTrace(installation.err());
      installation.err().flush();
    }
    return words.code();
  }

  private static Failure words(Exception failure) {
    if (failure instanceof DrillbookException drillbook) {
      return new Failure(
          drillbook.kind().exitCode(),
          drillbook.kind().name(),
          String.valueOf(drillbook.getMessage()),
          drillbook.hint());
    }
    if (failure instanceof CancellationException) {
      // What was cancelled proved nothing.
      return new Failure(1, "CANCELLED", String.valueOf(failure.getMessage()), "");
    }
    if (failure instanceof IllegalArgumentException) {
      return new Failure(
          FailureKind.CONFIGURATION.exitCode(),
          FailureKind.CONFIGURATION.name(),
          String.valueOf(failure.getMessage()),
          "");
    }
    return new Failure(
        FailureKind.INTERNAL.exitCode(),
        FailureKind.INTERNAL.name(),
        failure.getClass().getSimpleName() + ": " + failure.getMessage(),
        "This is a defect of ours; --debug shows where.");
  }

  private static boolean given(CommandLine.ParseResult parsed, String option) {
    CommandLine.ParseResult deepest = parsed;
    while (deepest.hasSubcommand()) {
      deepest = deepest.subcommand();
    }
    return deepest.hasMatchedOption(option);
  }

  private record Failure(int code, String kind, String message, String hint) {
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("kind", kind);
      json.put("message", message);
      json.put("hint", hint);
      json.put("exitCode", code);
      return json;
    }
  }
}
