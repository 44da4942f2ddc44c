package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ReportText;
import drillbook.failure.DrillbookException;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRequest;
import drillbook.restore.Site;
import drillbook.temporal.Procedure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Restores a backup. */
@Command(
    name = "restore",
    description = {
      "Restore a backup and check what came back, record by record.",
      "Without options: the newest verified backup, into new collections of the same instance;"
          + " nothing is overwritten."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook restore docs --dry-run",
      "  drillbook restore docs --backup 2026-11-20 --target-instance staging",
      "  drillbook restore docs --in-place --confirm docs",
      "  drillbook restore docs --replica docs-eu --target-instance spare"
    })
final class RestoreCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin BackupOptions backup = new BackupOptions();
  @Mixin SelectionOptions selection = new SelectionOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--in-place",
      description =
          "Put what was restored in the place of the live collections, once every check"
              + " passed.")
  boolean inPlace;

  @Option(
      names = "--confirm",
      paramLabel = "TARGET",
      description = "For --in-place: the name of the target that is written to, once more.")
  String confirm = "";

  @Option(
      names = "--accept-loss",
      description = "Leave out what the other engine cannot hold, as --dry-run lists it.")
  boolean acceptLoss;

  @Option(
      names = "--replica",
      paramLabel = "NAME",
      description =
          "The region in whose store the backups are read: for a source whose own store is lost.")
  String replica = "";

  @Option(names = "--dry-run", description = "Say what would happen; touch nothing.")
  boolean dryRun;

  RestoreCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    String into = selection.into.isEmpty() ? choice.name() : selection.into;
    if (inPlace && !dryRun && !confirm.equals(into)) {
      throw TargetOptions.usage(
          "--in-place replaces live collections of '" + into + "' and was not confirmed",
          "Look at --dry-run first, then add: --confirm " + into);
    }
    RestoreRequest request =
        new RestoreRequest(
            choice.name(),
            backup.words(),
            inPlace ? RestoreMode.IN_PLACE : RestoreMode.NEW,
            into,
            selection.collections,
            selection.tenants,
            confirm,
            acceptLoss,
            dryRun,
            new Site(replica, "", 0));
    RestoreReport report =
        temporal.run(
            installation,
            choice,
            Procedure.restore(request, installation.clock().instant()),
            console);
    common.print(console, report, ReportText.of(report));
    return dryRun ? 0 : ExitCodes.of(report.verdict());
  }
}
