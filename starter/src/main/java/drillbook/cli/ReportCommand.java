package drillbook.cli;

import drillbook.console.Console;
import drillbook.disaster.DisasterReport;
import drillbook.drill.DrillReport;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.TrustedKeys;
import drillbook.report.DisasterReports;
import drillbook.report.DrillReports;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints a drill's report, once its signature was found to be that of a trusted key. */
@Command(
    name = "report",
    description = {
      "Print the signed report of a drill or disaster drill; refused unless a trusted key signed it.",
      "The store also holds it as report.html and report.json beside the signature."
    },
    footer = {"", "Examples:", "  drillbook report docs 20261122t030000_1a2b3c"})
final class ReportCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(
      index = "1",
      paramLabel = "RUN",
      description = "The drill's run, as its report and its scratch collections name it.")
  String run = "";

  ReportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    Target named = choice.target();
    Surroundings believed =
        installation.surroundings(choice.targets(), installation.settings().scratch());
    try (ArtifactStore store = installation.parts().store(named.store())) {
      return drill(console, store, named.name(), believed.trustedKeys());
    }
  }

  private int drill(Console console, ArtifactStore store, String name, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    DrillReport report;
    try {
      report = DrillReports.read(store, name, run, trusted);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      return disaster(console, store, name, trusted);
    }
    common.print(console, report, List.of(DrillReports.text(report).split("\n", -1)));
    return ExitCodes.of(report.verdict());
  }

  private int disaster(Console console, ArtifactStore store, String name, TrustedKeys trusted)
      throws DrillbookException, InterruptedException {
    DisasterReport report;
    try {
      report = DisasterReports.read(store, name, run, trusted);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "'" + name + "' has no drill and no disaster drill " + run + " in " + store.location(),
          "The notice of a drill names its run, and so does the journal.",
          e);
    }
    common.print(console, report, List.of(DisasterReports.text(report).split("\n", -1)));
    return ExitCodes.of(report.verdict());
  }
}
