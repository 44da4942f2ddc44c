package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.Table;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import drillbook.target.Target;
import drillbook.target.TargetFolder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the targets. */
@Command(
    name = "list",
    description = "List the targets, their newest backup, and whether it was proven.",
    footer = {"", "Examples:", "  drillbook list", "  drillbook list --json"})
final class ListCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--type", hidden = true)
  String type = "";

  ListCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TargetOptions.checkType(type);
    TargetFolder folder = installation.home().targets();
    List<Row> rows = new ArrayList<>();
    for (String name : folder.names()) {
      rows.add(row(folder, name));
    }
    common.print(console, Map.of("targets", rows), lines(rows));
    return 0;
  }

  /** One target that cannot be read or reached does not hide the others. */
  private Row row(TargetFolder folder, String name) throws InterruptedException {
    String engine = "";
    String location = "";
    try {
      Target target = folder.named(name);
      engine = target.address().engine();
      location = target.store().location();
      List<Shelf.Entry> newest =
          Shelf.entries(installation, new TargetChoice(name, Optional.empty(), folder), 1);
      if (newest.isEmpty()) {
        return new Row(name, engine, location, "", "", "", "");
      }
      Shelf.Entry entry = newest.getFirst();
      return new Row(
          name,
          engine,
          location,
          entry.id(),
          entry.asOf() == null ? "" : entry.asOf().toString(),
          entry.verified(),
          entry.finding());
    } catch (DrillbookException e) {
      return new Row(name, engine, location, "", "", "", String.valueOf(e.getMessage()));
    }
  }

  private List<String> lines(List<Row> rows) {
    if (rows.isEmpty()) {
      return List.of("no targets yet; connect one: drillbook connect --help");
    }
    Table table = new Table("TARGET", "ENGINE", "STORE", "NEWEST BACKUP", "AGE", "VERDICT");
    List<String> problems = new ArrayList<>();
    for (Row row : rows) {
      String age =
          row.asOf().isEmpty()
              ? "-"
              : Figures.age(
                  Duration.between(Instant.parse(row.asOf()), installation.clock().instant()));
      table.row(
          row.target(),
          row.engine().isEmpty() ? "?" : row.engine(),
          row.location().isEmpty() ? "?" : row.location(),
          row.newestBackup().isEmpty()
              ? (row.problem().isEmpty() ? "none" : "?")
              : row.newestBackup(),
          age,
          row.verdict().isEmpty() ? "-" : row.verdict().toLowerCase(Locale.ROOT).replace('_', ' '));
      if (!row.problem().isEmpty()) {
        problems.add(row.target() + ": " + row.problem());
      }
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.addAll(problems);
    return lines;
  }

  /**
   * A target.
   *
   * @param verdict the newest verdict on the newest backup, or an empty string
   * @param problem why it could not be looked at, or an empty string
   */
  record Row(
      String target,
      String engine,
      String location,
      String newestBackup,
      String asOf,
      String verdict,
      String problem) {}
}
