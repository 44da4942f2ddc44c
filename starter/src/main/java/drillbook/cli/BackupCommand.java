package drillbook.cli;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.console.Console;
import drillbook.console.ReportText;
import drillbook.failure.DrillbookException;
import drillbook.temporal.Procedure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a backup. */
@Command(
    name = "backup",
    description = {
      "Capture a target into its store, and seal the backup.",
      "A full backup reads and proves every record, and stores what its parent does not hold."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook backup docs",
      "  drillbook backup docs --incremental --json",
      "  drillbook backup docs --temporal temporal.example:7233"
    })
final class BackupCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--incremental",
      description = "Store what changed since the newest backup, and what was deleted.")
  boolean incremental;

  @Option(
      names = "--anew",
      description = "Store every record again instead of referencing what earlier backups hold.")
  boolean anew;

  @Option(
      names = "--collections",
      paramLabel = "NAME",
      split = ",",
      description = "Collections of a target described here; a target with a file names its own.")
  List<String> collections = List.of();

  @Option(
      names = {"--tenant", "--tenants"},
      paramLabel = "NAME",
      split = ",",
      description = "Tenants of a target described here.")
  List<String> tenants = List.of();

  BackupCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, collections, tenants);
    BackupRequest request =
        new BackupRequest(
            choice.name(), incremental ? BackupKind.INCREMENTAL : BackupKind.FULL, anew);
    BackupReport report = temporal.run(installation, choice, Procedure.backup(request), console);
    common.print(console, report, ReportText.of(report));
    return 0;
  }
}
