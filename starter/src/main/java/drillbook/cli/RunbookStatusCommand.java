package drillbook.cli;

import drillbook.check.Verdict;
import drillbook.console.Console;
import drillbook.console.RunbookText;
import drillbook.failure.DrillbookException;
import drillbook.journal.JournalRecord;
import drillbook.runbook.Runbook;
import drillbook.schedule.CalendarStatus;
import drillbook.schedule.DesiredSchedule;
import drillbook.schedule.LiveSchedule;
import drillbook.schedule.Owner;
import drillbook.schedule.Schedules;
import drillbook.schedule.Standing;
import drillbook.setting.TemporalAddress;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.TemporalHost;
import drillbook.worker.Surroundings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells how the runbooks are doing. */
@Command(
    name = "status",
    description = {
      "Tell of each runbook: last and next runs, pauses, missed runs, and whether rpo and rto hold.",
      "Exit code 1 when a promise is broken or not proven, a run was missed or did not pass, or a"
          + " schedule is not what the runbook says."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook runbook status",
      "  drillbook runbook status --temporal temporal.example:7233 --json"
    })
final class RunbookStatusCommand implements Callable<Integer> {
  /** How far back a journal is asked, of each kind. */
  private static final int BACKUPS = 20;

  private static final int VERIFICATIONS = 40;
  private static final int DRILLS = 20;
  private static final int RUNS = 100;

  private final Installation installation;
  private final RunbookSource source;

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  RunbookStatusCommand(Installation installation, RunbookSource source) {
    this.installation = installation;
    this.source = source;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TemporalAddress where = temporal.server(installation.settings());
    List<Runbook> runbooks = source.runbooks().all();
    List<DesiredSchedule> desired = RunbookSource.desired(runbooks, where.taskQueue());
    Owner owner = Owner.of(source.folder());
    List<LiveSchedule> live;
    try (TemporalHost host = RemoteTemporal.connect(where)) {
      live = new Schedules(host, owner, installation.clock(), console::progress).live(desired);
    }
    Map<String, Standing> standings = new HashMap<>();
    Map<String, Verdict> verdicts = new HashMap<>();
    for (Runbook runbook : runbooks) {
      standings.put(runbook.name(), standing(runbook, verdicts));
    }
    CalendarStatus status =
        CalendarStatus.of(
            runbooks, desired, live, owner, standings, verdicts, installation.clock().instant());
    List<String> problems = status.problems();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("fine", problems.isEmpty());
    json.put("problems", problems);
    json.put("runbooks", status.runbooks());
    json.put("orphans", status.orphans());
    common.print(console, json, RunbookText.status(status, installation.clock().instant()));
    return problems.isEmpty() ? 0 : 1;
  }

  /** One target that cannot be read or reached does not hide the others. */
  private Standing standing(Runbook runbook, Map<String, Verdict> verdicts)
      throws InterruptedException {
    try {
      Target target = installation.home().targets().named(runbook.target());
      Surroundings believed =
          installation.surroundings(
              installation.home().targets(), installation.settings().scratch());
      try (ArtifactStore store = installation.parts().store(target.store())) {
        for (JournalRecord run : journal(store, target, "run", RUNS, believed)) {
          verdicts.put(run.run(), run.verdict());
        }
        return Standing.of(
            runbook.objectives(),
            new Standing.Evidence(
                journal(store, target, "backup", BACKUPS, believed),
                journal(store, target, "verify", VERIFICATIONS, believed),
                journal(store, target, "drill", DRILLS, believed)),
            installation.clock().instant());
      }
    } catch (DrillbookException e) {
      return Standing.unknown(runbook.objectives(), String.valueOf(e.getMessage()));
    }
  }

  private List<JournalRecord> journal(
      ArtifactStore store, Target target, String kind, int most, Surroundings believed)
      throws DrillbookException, InterruptedException {
    return installation.parts().journal(store, target.name(), kind, most, believed);
  }
}
