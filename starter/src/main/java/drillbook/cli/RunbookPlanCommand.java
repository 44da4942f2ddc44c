package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.RunbookText;
import drillbook.failure.DrillbookException;
import drillbook.runbook.Runbook;
import drillbook.schedule.Owner;
import drillbook.schedule.SchedulePlan;
import drillbook.schedule.Schedules;
import drillbook.setting.TemporalAddress;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.TemporalHost;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what apply would do. */
@Command(
    name = "plan",
    description = {
      "Compare the runbooks with the schedules of the Temporal server; change nothing.",
      "Exit code 1 when a schedule that a runbook needs belongs to somebody else."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook runbook plan",
      "  drillbook runbook plan --temporal temporal.example:7233 --json"
    })
final class RunbookPlanCommand implements Callable<Integer> {
  private final Installation installation;
  private final RunbookSource source;

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  RunbookPlanCommand(Installation installation, RunbookSource source) {
    this.installation = installation;
    this.source = source;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TemporalAddress where = temporal.server(installation.settings());
    List<Runbook> runbooks = source.runbooks().all();
    BucketVersioning.of(installation, runbooks).remarks().forEach(console::remark);
    Owner owner = Owner.of(source.folder());
    try (TemporalHost host = RemoteTemporal.connect(where)) {
      SchedulePlan plan =
          new Schedules(host, owner, installation.clock(), console::progress)
              .plan(RunbookSource.desired(runbooks, where.taskQueue()));
      common.print(console, plan, RunbookText.plan(plan));
      return plan.of(SchedulePlan.Action.FOREIGN).isEmpty() ? 0 : 1;
    }
  }
}
