package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.Table;
import drillbook.console.Table.Fact;
import drillbook.drill.AcceptReport;
import drillbook.drill.AcceptRequest;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import drillbook.temporal.Procedure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a slower recovery time as the new normal. */
@Command(
    name = "accept",
    description = {
      "Take the recovery time of a drill that was too slow as the new normal.",
      "Later drills are compared with it; earlier ones do not count any more."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook drill accept docs --who maria --words 'twice the records since October'",
      "  drillbook drill accept docs --drill 20261122t030000_1a2b3c --who maria"
    })
final class AcceptDrillCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(
      names = "--drill",
      paramLabel = "MARK",
      description = "The drill's mark, as its report names it; the last drill when left out.")
  String drill = "";

  @Option(
      names = "--who",
      paramLabel = "NAME",
      required = true,
      description = "The person who accepts it; written down in the journal.")
  String who = "";

  @Option(names = "--words", paramLabel = "TEXT", description = "Why; written down too.")
  String words = "";

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  AcceptDrillCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    AcceptReport report =
        temporal.run(
            installation,
            choice,
            Procedure.accept(new AcceptRequest(choice.name(), drill, who, words)),
            console);
    common.print(
        console,
        report,
        Table.facts(
            List.of(
                new Fact("accepted", report.drill()),
                new Fact("recovery time", Figures.seconds(report.recoverySeconds())),
                new Fact("by", report.who()))));
    return 0;
  }
}
