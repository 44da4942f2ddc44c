package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ReportText;
import drillbook.failure.DrillbookException;
import drillbook.temporal.Procedure;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks a backup the questions that need no restore. */
@Command(
    name = "verify",
    description = {
      "Read every byte of a backup and compare it with its signed manifest.",
      "Exit code 1 when the verdict is not 'passed'."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook verify docs",
      "  drillbook verify docs --backup 20261121t020000z_full_1a2b3c"
    })
final class VerifyCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin BackupOptions backup = new BackupOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  VerifyCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    VerifyReport report =
        temporal.run(
            installation,
            choice,
            Procedure.verify(VerifyRequest.of(choice.name(), backup.words())),
            console);
    common.print(console, report, ReportText.of(report));
    return ExitCodes.of(report.verdict());
  }
}
