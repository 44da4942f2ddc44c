package drillbook.cli;

import drillbook.archive.Archive;
import drillbook.console.Console;
import drillbook.console.DifferenceText;
import drillbook.difference.BackupComparison;
import drillbook.difference.BackupDifference;
import drillbook.failure.DrillbookException;
import drillbook.recovery.BackupChooser;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two backups without restoring either. */
@Command(
    name = "diff",
    description = {
      "List the records that were added, removed or changed from backup A to backup B.",
      "Asks the store only. Exit code 0 when both hold the same, 1 when they differ."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook diff docs 2026-11-20 latest",
      "  drillbook diff 20261120t020000z_full_1a2b3c latest --target docs --limit 0 --json"
    })
final class DiffCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(
      index = "1..2",
      arity = "1..2",
      paramLabel = "A B",
      description = "Two backups: latest, an id, or a time such as 2026-11-21T02:00Z.")
  List<String> backups = List.of();

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description = "The target, where it does not stand first.")
  String named = "";

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "20",
      description = "How many records of each kind are named; 20 when left out, 0 for none.")
  int limit = 20;

  DiffCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    List<String> words = meant();
    if (limit < 0) {
      throw TargetOptions.usage("--limit must be 0 or more: " + limit, "");
    }
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    Target source = choice.target();
    Surroundings believed =
        installation.surroundings(choice.targets(), installation.settings().scratch());
    try (ArtifactStore store = installation.parts().store(source.store())) {
      Archive archive = new Archive(store, source.name(), believed.trustedKeys());
      BackupChooser chooser = BackupChooser.newest(archive);
      String before = chooser.choose(words.getFirst()).manifest().backupId();
      String after = chooser.choose(words.getLast()).manifest().backupId();
      BackupDifference difference =
          new BackupComparison(archive.open(before), archive.open(after), limit, console::progress)
              .compare();
      common.print(console, difference, DifferenceText.of(difference));
      return difference.same() ? 0 : 1;
    }
  }

  /**
   * Returns the words for A and B; what stands first is the target, or A where it has an option.
   */
  private List<String> meant() throws DrillbookException {
    List<String> words = new ArrayList<>(backups);
    boolean namedElsewhere =
        !named.isEmpty()
            || !target.asset.isEmpty()
            || (!target.file.isEmpty() && words.size() == 1);
    if (namedElsewhere) {
      words.addFirst(target.name);
      target.name = named;
    }
    if (words.size() != 2) {
      throw TargetOptions.usage(
          "two backups are compared, " + words.size() + " were named: " + words,
          "As in: drillbook diff TARGET A B");
    }
    return words;
  }
}
