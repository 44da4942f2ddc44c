package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.RunbookText;
import drillbook.failure.DrillbookException;
import drillbook.runbook.RunbookReport;
import drillbook.runbook.RunbookRequest;
import drillbook.temporal.Procedure;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Does one part of a runbook now. */
@Command(
    name = "run",
    description = {
      "Do now what a runbook asks for at a cadence, as the file says at this moment.",
      "Exit code 1 when the verdict is not 'passed'."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook runbook run docs daily",
      "  drillbook runbook run docs weekly --temporal temporal.example:7233 --json"
    })
final class RunbookRunCommand implements Callable<Integer> {
  private final Installation installation;
  private final RunbookSource source;

  @Parameters(index = "0", paramLabel = "NAME", description = "The runbook.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "CADENCE",
      description = "hourly, daily, weekly, monthly or quarterly.")
  String cadence = "";

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  RunbookRunCommand(Installation installation, RunbookSource source) {
    this.installation = installation;
    this.source = source;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    RunbookRequest request = source.request(name, cadence);
    TargetChoice target =
        new TargetChoice(
            request.runbook().target(), Optional.empty(), installation.home().targets());
    RunbookReport report = temporal.run(installation, target, Procedure.run(request), console);
    common.print(console, report, RunbookText.of(report));
    return ExitCodes.of(report.verdict());
  }
}
