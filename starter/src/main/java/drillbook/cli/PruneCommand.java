package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.PruneText;
import drillbook.failure.DrillbookException;
import drillbook.prune.PruneReport;
import drillbook.prune.PruneRequest;
import drillbook.runbook.Retention;
import drillbook.runbook.Runbook;
import drillbook.temporal.Procedure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes what no retention keeps. */
@Command(
    name = "prune",
    description = {
      "Delete the backups of a target that no retention keeps, and what no kept backup needs.",
      "The retention is that of the target's runbook, or everything for 30 days where none is known"
          + " here. The newest backup, the newest verified one, what a kept one rests on, and what"
          + " is held or locked stay always. Exit code 1 when something is wrong with one of them."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook prune docs --dry-run",
      "  drillbook prune docs --keep all=7d --keep daily=14 --keep monthly=12"
    })
final class PruneCommand implements Callable<Integer> {
  private final Installation installation;
  private final RunbookSource source;

  @Option(names = "--dry-run", description = "Tell what would go and why the rest stays.")
  boolean dryRun;

  @Option(
      names = "--keep",
      paramLabel = "KEY=VALUE",
      description = {
        "all=30d: every backup younger than this; hourly, daily, weekly, monthly, yearly=N: the"
            + " newest of each of so many last ones. May be repeated; in place of a runbook's."
      })
  Map<String, String> keep = new LinkedHashMap<>();

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  PruneCommand(Installation installation, RunbookSource source) {
    this.installation = installation;
    this.source = source;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    Retention retention = keep.isEmpty() ? ofRunbook(choice.name()) : RetentionWords.read(keep);
    PruneReport report =
        temporal.run(
            installation,
            choice,
            Procedure.prune(new PruneRequest(choice.name(), retention, dryRun)),
            console);
    common.print(console, report, PruneText.of(report));
    return ExitCodes.of(report.verdict());
  }

  /** What a runbook keeps for a year, a prune by hand must not delete after a month. */
  private Retention ofRunbook(String name) throws DrillbookException {
    List<Runbook> runbooks =
        source.runbooks().all().stream().filter(book -> book.target().equals(name)).toList();
    List<Retention> known = runbooks.stream().map(Runbook::retention).distinct().toList();
    if (known.size() > 1) {
      throw TargetOptions.usage(
          "the runbooks "
              + runbooks.stream().map(Runbook::name).toList()
              + " keep different backups of '"
              + name
              + "'",
          "Say which: --keep all=30d ...");
    }
    return known.isEmpty() ? Retention.DEFAULT : known.getFirst();
  }
}
