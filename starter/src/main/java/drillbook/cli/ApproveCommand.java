package drillbook.cli;

import drillbook.console.Console;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.people.Approval;
import drillbook.people.Stop;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.RunningProcedure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Approves a disaster drill that waits for it, or stops one. */
@Command(
    name = "approve",
    description = {
      "Approve the disaster drill of a target that waits for it, or stop it.",
      "The target's name is typed once more, so that nobody approves the wrong one by habit."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook approve docs --who ana --confirm docs",
      "  drillbook approve docs --who ana --confirm docs --delete",
      "  drillbook approve docs --who ben --stop 'traffic peak'"
    })
final class ApproveCommand implements Callable<Integer> {
  private final Installation installation;

  @Parameters(index = "0", paramLabel = "TARGET", description = "The target that is to be lost.")
  String target = "";

  @Option(
      names = "--who",
      paramLabel = "NAME",
      required = true,
      description = "Who approves; written into report and journal.")
  String who = "";

  @Option(names = "--confirm", paramLabel = "TARGET", description = "The target's name once more.")
  String confirm = "";

  @Option(
      names = "--delete",
      description = "The primary may be deleted, where the runbook asks for that.")
  boolean delete;

  @Option(names = "--words", paramLabel = "TEXT", description = "What is to be remembered.")
  String words = "";

  @Option(
      names = "--stop",
      paramLabel = "WHY",
      description = "Stop the drill, and bring the primary back.")
  String stop = "";

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  ApproveCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TemporalAddress where = temporal.resolve(installation.settings());
    if (where.inProcess()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "a drill that waits for approval runs on a Temporal server",
          "Name it with --temporal HOST:PORT, or as temporal.address in drillbook.yaml.");
    }
    String workflowId = "disaster-drill-" + target;
    try (RemoteTemporal host = RemoteTemporal.connect(where)) {
      RunningProcedure running =
          new RunningProcedure(host, "the disaster drill of '" + target + "'", workflowId);
      if (stop.isEmpty()) {
        running.tell("approve", new Approval(who, confirm, delete, words));
      } else {
        running.tell("stop", new Stop(who, stop));
      }
    }
    String done = stop.isEmpty() ? "approved" : "stopped";
    common.print(
        console,
        Map.of("workflowId", workflowId, "done", done, "who", who),
        List.of(done + " by " + who + ": workflow " + workflowId));
    return 0;
  }
}
