package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ReadinessText;
import drillbook.engine.Engine;
import drillbook.engine.Requirement.Standing;
import drillbook.failure.DrillbookException;
import drillbook.readiness.Readiness;
import drillbook.readiness.ReadinessReport;
import drillbook.store.ArtifactStore;
import drillbook.store.FreeSpace;
import drillbook.target.Target;
import drillbook.target.TargetFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands on engines. */
@Command(name = "engines", description = "Ask engines what they are fit for.")
final class EnginesCommand {
  /**
   * Asks a target's engine and store for what backups and restores need. Runs in its own process:
   * it is a question, and whoever asks waits for the answer.
   */
  @Command(
      name = "check",
      description = {
        "Ask a target's engine and store for all that a backup or restore will need.",
        "Each line is MET, MISSING with what to do, or UNKNOWN where nobody tells, which is never"
            + " counted as met. Exit code 1 when something is missing.",
        "Nothing is written into the engine; the store gets one small artifact, which is deleted."
      },
      footer = {
        "",
        "Examples:",
        "  drillbook engines check docs",
        "  drillbook engines check items --json"
      })
  static final class Check implements Callable<Integer> {
    private final Installation installation;

    @Mixin TargetOptions target = new TargetOptions();
    @Mixin CommonOptions common = new CommonOptions();

    Check(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws DrillbookException, InterruptedException {
      Console console = common.console(installation);
      TargetChoice choice = target.choose(installation, List.of(), List.of());
      Target source = choice.target();
      try (Engine engine = installation.parts().engine(source.address());
          ArtifactStore store = installation.parts().store(source.store())) {
        ReadinessReport report =
            new Readiness(
                    source,
                    engine,
                    store,
                    known(choice),
                    installation.clock(),
                    FreeSpace.of(installation.settings().scratch()))
                .report();
        common.print(console, report, ReadinessText.of(report));
        return report.count(Standing.MISSING) == 0 ? 0 : 1;
      }
    }

    /** Returns all targets that can be read: what one of them means is covered. */
    private List<Target> known(TargetChoice choice) throws DrillbookException {
      List<Target> known = new ArrayList<>();
      TargetFolder folder = installation.home().targets();
      known.add(choice.target());
      for (String name : folder.names()) {
        if (!name.equals(choice.name())) {
          try {
            known.add(folder.named(name));
          } catch (DrillbookException e) {
            common.console(installation).remark("target '" + name + "': " + e.getMessage());
          }
        }
      }
      return known;
    }
  }
}
