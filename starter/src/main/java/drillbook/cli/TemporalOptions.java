package drillbook.cli;

import drillbook.console.Console;
import drillbook.failure.DrillbookException;
import drillbook.schedule.Schedules;
import drillbook.setting.ScratchFolder;
import drillbook.setting.Settings;
import drillbook.setting.TemporalAddress;
import drillbook.target.Targets;
import drillbook.temporal.InProcessTemporal;
import drillbook.temporal.Procedure;
import drillbook.temporal.ProcedureRun;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.TemporalHost;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Where a procedure runs. */
final class TemporalOptions {
  /** What turns a configured server off for one command. */
  private static final String NONE = "none";

  @Option(
      names = "--temporal",
      paramLabel = "HOST:PORT",
      description = {
        "Start the workflow on this Temporal server, where workers do the work.",
        "Left out: what drillbook.yaml says, else a service inside this process; 'none' means the"
            + " latter."
      })
  String address = "";

  @Option(names = "--namespace", paramLabel = "NAME", description = "Namespace on that server.")
  String namespace = "";

  @Option(names = "--task-queue", paramLabel = "NAME", description = "Where its workers listen.")
  String taskQueue = "";

  /** Returns the Temporal that is meant, by these options and the settings. */
  TemporalAddress resolve(Settings settings) {
    TemporalAddress known = settings.temporal();
    String server =
        address.toLowerCase(Locale.ROOT).equals(NONE)
            ? ""
            : address.isEmpty() ? known.address() : address;
    return new TemporalAddress(
        server,
        namespace.isEmpty() ? known.namespace() : namespace,
        taskQueue.isEmpty() ? known.taskQueue() : taskQueue,
        known.tls(),
        // The pages of one server do not show the runs of another.
        server.equals(known.address()) ? known.ui() : "");
  }

  /** Returns the server that is meant; schedules need one. */
  TemporalAddress server(Settings settings) throws DrillbookException {
    TemporalAddress where = resolve(settings);
    if (where.inProcess()) {
      throw Schedules.withoutServer();
    }
    return where;
  }

  /** Starts a procedure there, and leaves it; inside this process nothing would go on. */
  void start(
      Installation installation, TargetChoice target, Procedure<?> procedure, Console console)
      throws DrillbookException {
    TemporalAddress where = resolve(installation.settings());
    if (where.inProcess()) {
      throw TargetOptions.usage(
          "--no-wait needs a Temporal server: what runs inside this process ends with it",
          "Add --temporal HOST:PORT, or leave --no-wait out.");
    }
    target.requireKnownElsewhere();
    try (TemporalHost host = RemoteTemporal.connect(where)) {
      new ProcedureRun(host, console::progress).start(procedure);
    }
  }

  /** Runs a procedure there to its end. */
  <T> T run(Installation installation, TargetChoice target, Procedure<T> procedure, Console console)
      throws DrillbookException {
    Settings settings = installation.settings();
    TemporalAddress where = resolve(settings);
    if (!where.inProcess()) {
      target.requireKnownElsewhere();
      try (TemporalHost host = RemoteTemporal.connect(where)) {
        return new ProcedureRun(host, console::progress).await(procedure);
      }
    }
    Targets targets = target.targets();
    targets.named(target.name());
    try (ScratchFolder scratch = ScratchFolder.make(settings.scratch());
        TemporalHost host =
            InProcessTemporal.start(() ->
                installation
                    .parts()
                    .activities(installation.surroundings(targets, scratch.folder())))) {
      return new ProcedureRun(host, console::progress).await(procedure);
    }
  }
}
