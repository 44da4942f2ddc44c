package drillbook.cli;

import drillbook.console.Table;
import drillbook.console.Table.Fact;
import drillbook.failure.DrillbookException;
import drillbook.hold.MarkReport;
import drillbook.hold.MarkRequest;
import drillbook.hold.MarkRequest.Action;
import drillbook.temporal.Procedure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people say of a backup: each is a command below backups. */
final class MarkCommands {
  private MarkCommands() {}

  /** What the three have in common. */
  abstract static class Mark implements Callable<Integer> {
    private final Installation installation;
    private final Action action;

    @Parameters(index = "0", paramLabel = "TARGET", description = "Name of a target.")
    String target = "";

    @Parameters(index = "1", paramLabel = "BACKUP", description = "The backup's id.")
    String backup = "";

    @Option(
        names = "--who",
        paramLabel = "NAME",
        required = true,
        description = "The person who asks for it; written down in the journal.")
    String who = "";

    @Option(names = "--words", paramLabel = "TEXT", description = "Why; written down too.")
    String words = "";

    @Mixin TemporalOptions temporal = new TemporalOptions();
    @Mixin CommonOptions common = new CommonOptions();

    Mark(Installation installation, Action action) {
      this.installation = installation;
      this.action = action;
    }

    List<String> labels() {
      return List.of();
    }

    @Override
    public Integer call() throws DrillbookException {
      TargetChoice choice =
          new TargetChoice(target, Optional.empty(), installation.home().targets());
      MarkReport report =
          temporal.run(
              installation,
              choice,
              Procedure.mark(new MarkRequest(target, backup, action, who, words, labels())),
              common.console(installation));
      common.print(
          common.console(installation),
          report,
          Table.facts(
              List.of(
                  new Fact("backup", report.backup()),
                  new Fact("held", report.held() ? "yes: no prune deletes it" : "no"),
                  new Fact("labels", String.join(", ", report.labels())),
                  new Fact("by", report.who()))));
      return 0;
    }
  }

  /** Keeps a backup from being pruned. */
  @Command(
      name = "hold",
      description = {
        "Keep a backup, and what it rests on, whatever the retention says.",
        "A hold stops prune alone, not somebody with keys to the store: for that, lock the bucket."
      },
      footer = {
        "",
        "Example:",
        "  drillbook backups hold docs 20261121t020000z_full_1a2b3c --who maria --words audit"
      })
  static final class Hold extends Mark {
    Hold(Installation installation) {
      super(installation, Action.HOLD);
    }
  }

  /** Lets the retention decide again. */
  @Command(
      name = "release",
      description = "Let the retention decide over a held backup again.",
      footer = {
        "",
        "Example:",
        "  drillbook backups release docs 20261121t020000z_full_1a2b3c --who maria"
      })
  static final class Release extends Mark {
    Release(Installation installation) {
      super(installation, Action.RELEASE);
    }
  }

  /** Labels a backup. */
  @Command(
      name = "label",
      description = "Give a backup these labels and no others; none takes those it has.",
      footer = {
        "",
        "Example:",
        "  drillbook backups label docs 20261121t020000z_full_1a2b3c before-v2 --who maria"
      })
  static final class Label extends Mark {
    @Parameters(index = "2..*", paramLabel = "LABEL", description = "Words of your own.")
    List<String> labels = new ArrayList<>();

    Label(Installation installation) {
      super(installation, Action.LABEL);
    }

    @Override
    List<String> labels() {
      return labels;
    }
  }
}
