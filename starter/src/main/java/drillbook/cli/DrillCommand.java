package drillbook.cli;

import drillbook.bisect.BisectReport;
import drillbook.bisect.BisectRequest;
import drillbook.check.Verdict;
import drillbook.console.BisectText;
import drillbook.console.Console;
import drillbook.console.ReportText;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.region.RegionDrillReport;
import drillbook.region.RegionDrillRequest;
import drillbook.temporal.Procedure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves that a backup comes back. */
@Command(
    name = "drill",
    description = {
      "Restore a backup into scratch collections, check it record by record, time it, drop it.",
      "Nothing live changes. Exit code 1 when the verdict is not 'passed'."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook drill docs",
      "  drillbook drill docs --target-instance staging --max-regression 0.5 --json",
      "  drillbook drill docs --region docs-eu",
      "  drillbook drill docs --bisect"
    })
final class DrillCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin BackupOptions backup = new BackupOptions();
  @Mixin SelectionOptions selection = new SelectionOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--max-regression",
      paramLabel = "FRACTION",
      description = "How much slower than the baseline is too slow; 0.2 when left out.")
  double maxRegression;

  @Option(
      names = "--floor-seconds",
      paramLabel = "SECONDS",
      description = "A slowdown of fewer seconds is noise; 5 when left out.")
  double floorSeconds;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = {
        "Drill in another region: the backup is replicated into that target's store, and an instance"
            + " is brought up there where it has a provisioner."
      })
  String region = "";

  @Option(
      names = "--bisect",
      arity = "0..1",
      paramLabel = "DRILLS",
      fallbackValue = "6",
      description = {
        "If the backup does not come back, drill older ones, at most so many (6),",
        "to find the newest that does and what changed after it."
      })
  int bisect;

  DrillCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    if (!region.isEmpty()) {
      return elsewhere(choice, console);
    }
    DrillRequest request =
        new DrillRequest(
            choice.name(),
            backup.words(),
            selection.into,
            selection.collections,
            selection.tenants,
            maxRegression,
            floorSeconds);
    if (bisect < 0) {
      throw TargetOptions.usage("--bisect must be 0 or more: " + bisect, "");
    }
    DrillReport report;
    try {
      report = temporal.run(installation, choice, Procedure.drill(request), console);
    } catch (DrillbookException e) {
      if (bisect == 0 || e.kind() != FailureKind.CORRUPT) {
        throw e;
      }
      console.remark("drillbook: " + e.getMessage());
      BisectReport found = trace(choice, backup.words(), console);
      common.print(console, Map.of("bisect", found), BisectText.of(found));
      return e.kind().exitCode();
    }
    if (bisect == 0 || report.verdictBesideTime() != Verdict.FAILED) {
      common.print(console, report, ReportText.of(report));
      return ExitCodes.of(report.verdict());
    }
    BisectReport found = trace(choice, report.backupId(), console);
    List<String> lines = new ArrayList<>(ReportText.of(report));
    lines.addAll(BisectText.of(found));
    common.print(console, Map.of("drill", report, "bisect", found), lines);
    return ExitCodes.of(report.verdict());
  }

  private int elsewhere(TargetChoice choice, Console console) throws DrillbookException {
    if (!selection.into.isEmpty()
        || !selection.collections.isEmpty()
        || !selection.tenants.isEmpty()
        || bisect != 0) {
      throw TargetOptions.usage(
          "--region drills a whole backup in that region",
          "Leave out --target-instance, --collections, --tenants and --bisect.");
    }
    RegionDrillReport report =
        temporal.run(
            installation,
            choice,
            Procedure.regionDrill(
                new RegionDrillRequest(
                    choice.name(), region, backup.words(), maxRegression, floorSeconds)),
            console);
    common.print(console, report, ReportText.of(report));
    return ExitCodes.of(report.verdict());
  }

  private BisectReport trace(TargetChoice choice, String failed, Console console)
      throws DrillbookException {
    return temporal.run(
        installation,
        choice,
        Procedure.bisect(new BisectRequest(choice.name(), failed, selection.into, bisect)),
        console);
  }
}
