package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.RunbookText;
import drillbook.failure.DrillbookException;
import drillbook.runbook.Runbook;
import drillbook.schedule.DesiredSchedule;
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
import picocli.CommandLine.Option;

/** Makes the schedules what the runbooks say. */
@Command(
    name = "apply",
    description = {
      "Create and update the schedules of the Temporal server as the runbooks say.",
      "What a person paused stays paused. Schedules that no runbook wants any more are told, and"
          + " deleted with --prune only. A second time changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook runbook apply",
      "  drillbook runbook apply --prune --temporal temporal.example:7233 --json"
    })
final class RunbookApplyCommand implements Callable<Integer> {
  private final Installation installation;
  private final RunbookSource source;

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--prune",
      description = "Delete the schedules of this folder that no runbook wants any more.")
  boolean prune;

  @Option(
      names = "--without-versioning",
      description = "Apply although a bucket keeps no versions: what is deleted there is gone.")
  boolean withoutVersioning;

  RunbookApplyCommand(Installation installation, RunbookSource source) {
    this.installation = installation;
    this.source = source;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TemporalAddress where = temporal.server(installation.settings());
    List<Runbook> runbooks = source.runbooks().all();
    BucketVersioning buckets = BucketVersioning.of(installation, runbooks);
    buckets.remarks().forEach(console::remark);
    if (!withoutVersioning) {
      buckets.require();
    }
    List<DesiredSchedule> desired = RunbookSource.desired(runbooks, where.taskQueue());
    try (TemporalHost host = RemoteTemporal.connect(where)) {
      boolean first = Owner.of(source.folder()).equals(Owner.NOBODY);
      Owner owner = Owner.make(source.folder());
      if (first) {
        console.remark(
            "made "
                + source.folder().resolve(Owner.FILE)
                + ", which marks the schedules of these runbooks: keep it with them");
      }
      SchedulePlan done =
          new Schedules(host, owner, installation.clock(), console::progress).apply(desired, prune);
      common.print(console, done, RunbookText.applied(done, prune));
      return 0;
    }
  }
}
