package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ReportText;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalCheck;
import drillbook.journal.JournalHead;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands on the journal. */
@Command(name = "journal", description = "Check what was written down of a target.")
final class JournalCommand {
  /** Checks numbers, signatures and chain of a journal. */
  @Command(
      name = "verify",
      description = {
        "Read the whole journal of a target; check numbers, signatures and chain.",
        "Without --head nobody can tell whether entries were cut off at its end; the verdict is"
            + " then 'could not verify'."
      },
      footer = {
        "",
        "Examples:",
        "  drillbook journal verify docs",
        "  drillbook journal verify docs --head 12:9f86d081884c7d65..."
      })
  static final class Verify implements Callable<Integer> {
    private final Installation installation;

    @Option(
        names = "--head",
        paramLabel = "NUMBER:SHA256",
        description = "The newest entry, as a report or notice named it.")
    String head = "";

    @Mixin TargetOptions target = new TargetOptions();
    @Mixin CommonOptions common = new CommonOptions();

    Verify(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws DrillbookException, InterruptedException {
      Console console = common.console(installation);
      TargetChoice choice = target.choose(installation, List.of(), List.of());
      Target named = choice.target();
      Surroundings believed =
          installation.surroundings(choice.targets(), installation.settings().scratch());
      try (ArtifactStore store = installation.parts().store(named.store())) {
        JournalCheck check = believed.journal(store, named.name()).verify(expectedHead());
        List<String> lines = new ArrayList<>();
        lines.add("verdict  " + check.verdict().words());
        lines.add("head     " + check.head().number() + ":" + check.head().sha256());
        lines.add("");
        lines.addAll(ReportText.checks(check.checks()));
        common.print(console, check, lines);
        return ExitCodes.of(check.verdict());
      }
    }

    private Optional<JournalHead> expectedHead() throws DrillbookException {
      if (head.isEmpty()) {
        return Optional.empty();
      }
      int colon = head.indexOf(':');
      try {
        return Optional.of(
            new JournalHead(
                Long.parseLong(head.substring(0, Math.max(0, colon))), head.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "'" + head + "' is no head of a journal",
            "Give number and digest: --head 12:9f86d081884c7d65...",
            e);
      }
    }
  }
}
