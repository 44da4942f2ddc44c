package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.Table;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists a target's backups. */
@Command(
    name = "backups",
    aliases = "snapshots",
    description = {
      "List the backups of a target, newest first, from its store.",
      "Exit code 1 when the manifest of one of them cannot be believed."
    },
    footer = {"", "Examples:", "  drillbook backups docs", "  drillbook backups docs --json"})
final class BackupsCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin CommonOptions common = new CommonOptions();

  BackupsCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    List<Shelf.Entry> entries = Shelf.entries(installation, choice);
    common.print(
        console, Map.of("target", choice.name(), "backups", entries), lines(choice, entries));
    return entries.stream().allMatch(entry -> entry.finding().isEmpty()) ? 0 : 1;
  }

  private static List<String> lines(TargetChoice choice, List<Shelf.Entry> entries) {
    if (entries.isEmpty()) {
      return List.of("no backups yet; make one: drillbook backup " + choice.name());
    }
    Table table = new Table("ID", "KIND", "PARENT", "RECORDS", "ADDED", "AS OF", "VERIFIED");
    List<String> findings = new ArrayList<>();
    for (Shelf.Entry entry : entries) {
      boolean believed = entry.finding().isEmpty();
      table.row(
          entry.id(),
          believed ? entry.kind() : "-",
          entry.parent().isEmpty() ? "-" : entry.parent(),
          believed ? Figures.count(entry.records()) : "-",
          believed ? Figures.bytes(entry.storedBytes()) : "-",
          entry.asOf() == null ? "-" : entry.asOf().toString(),
          believed ? verified(entry.verified()) : "NOT AUTHENTIC");
      if (!believed) {
        findings.add("finding: " + entry.finding());
      }
    }
    List<String> lines = new ArrayList<>(table.lines());
    for (Shelf.Entry entry : entries) {
      if (!entry.held().isEmpty()) {
        lines.add(entry.id() + " is " + entry.held());
      }
      if (!entry.labels().isEmpty()) {
        lines.add(entry.id() + " is called " + String.join(", ", entry.labels()));
      }
    }
    lines.addAll(findings);
    return lines;
  }

  private static String verified(String verdict) {
    return verdict.isEmpty() ? "not yet" : verdict.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
