package drillbook.cli;

import drillbook.boot.WorkerMain;
import drillbook.console.Console;
import drillbook.failure.DrillbookException;
import drillbook.setting.TemporalAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a worker until it is told to stop. */
@Command(
    name = "worker",
    description = {
      "Do the work that a Temporal server hands out: run procedures and activities.",
      "Prints one line once it listens. On SIGTERM it stops taking work, and lets go of what runs."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook worker --temporal temporal.example:7233",
      "  drillbook worker --temporal 127.0.0.1:7233 --http-port 8081"
    })
final class WorkerCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Serve health and metrics on 127.0.0.1 at this port; off when left out.")
  int httpPort = -1;

  WorkerCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TemporalAddress where = temporal.resolve(installation.settings());
    if (where.inProcess()) {
      throw TargetOptions.usage(
          "a worker needs a Temporal server", "Name it: drillbook worker --temporal HOST:PORT");
    }
    WorkerMain.run(
        where,
        installation.home(),
        installation.settings().scratch(),
        installation.parts(),
        installation.clock(),
        httpPort,
        () -> ready(console, where));
    return 0;
  }

  private void ready(Console console, TemporalAddress where) {
    if (common.json) {
      console.json(new Ready(true, where.address(), where.namespace(), where.taskQueue()));
    } else {
      console.remark(
          "worker ready: task queue '"
              + where.taskQueue()
              + "', namespace '"
              + where.namespace()
              + "', Temporal at "
              + where.address());
    }
  }

  record Ready(boolean ready, String temporal, String namespace, String taskQueue) {}
}
