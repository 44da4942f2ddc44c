package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.Table;
import drillbook.engine.CollectionName;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.Probe;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.notice.Figures;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import drillbook.target.TargetFolder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a target's file once its engine and store answered. */
@Command(
    name = "connect",
    description = {
      "Ask an engine who it is and what it holds, and remember it as a target.",
      "Credentials are given by reference (env:NAME or file:/path) and never written down."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook connect docs --engine chroma --url http://127.0.0.1:8000 --store /backups",
      "  drillbook connect items --engine pgvector --url postgresql://reader@db:5432/app \\",
      "      --credential env:PG_PASSWORD --collections public/items \\",
      "      --store s3://bucket/drillbook --store-option region=eu-central-1"
    })
final class ConnectCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--collections",
      paramLabel = "NAME",
      split = ",",
      description = "Names or paths, separated by commas; all, also later ones, when left out.")
  List<String> collections = List.of();

  @Option(
      names = {"--tenant", "--tenants"},
      paramLabel = "NAME",
      split = ",",
      description = "Tenants within them, separated by commas; all when left out.")
  List<String> tenants = List.of();

  @Option(names = "--replace", description = "Overwrite a target of this name.")
  boolean replace;

  @Option(names = "--offline", description = "Ask neither engine nor store.")
  boolean offline;

  ConnectCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Console console = common.console(installation);
    TargetOptions.checkType(target.type);
    Target described = target.described(collections, tenants);
    TargetFolder folder = installation.home().targets();
    if (!replace && Files.exists(folder.file(described.name()))) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "target '" + described.name() + "' exists already: " + folder.file(described.name()),
          "Choose another name, or overwrite it by --replace.");
    }
    List<Found> found = new ArrayList<>();
    String version = "";
    if (!offline) {
      version = ask(described, found);
      requireNamed(described, found);
      askStore(described);
    }
    folder.write(described, replace);
    common.print(console, json(described, version, found), lines(described, version, found));
    return 0;
  }

  private String ask(Target described, List<Found> found)
      throws DrillbookException, InterruptedException {
    try (Engine engine = installation.parts().engine(described.address())) {
      Control control = engine.control();
      Probe probe = control.probe();
      for (CollectionName name : control.collections()) {
        found.add(found(described, control, name));
      }
      return probe.version();
    }
  }

  private static Found found(Target described, Control control, CollectionName name)
      throws DrillbookException, InterruptedException {
    boolean meant =
        described.collections().isEmpty()
            || described.collections().stream().anyMatch(name::isMeantBy);
    try {
      long records = 0;
      for (String tenant : control.schema(name).tenants()) {
        records += control.count(name, tenant);
      }
      return new Found(name.path(), records, meant, "");
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.UNSUPPORTED || e.kind() == FailureKind.NOT_FOUND) {
        return new Found(name.path(), 0, meant, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static void requireNamed(Target described, List<Found> found) throws DrillbookException {
    for (String words : described.collections()) {
      boolean known =
          found.stream()
              .anyMatch(one -> one.path().equals(words) || one.path().endsWith("/" + words));
      if (!known) {
        throw new DrillbookException(
            FailureKind.NOT_FOUND,
            "collection '" + words + "' does not exist in '" + described.name() + "'",
            "The engine holds " + found.stream().map(Found::path).toList() + ".");
      }
    }
  }

  private void askStore(Target described) throws DrillbookException, InterruptedException {
    try (ArtifactStore store = installation.parts().store(described.store())) {
      store.list(described.name() + "/", "", 1);
    }
  }

  private Map<String, Object> json(Target described, String version, List<Found> found) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("target", described.name());
    json.put("engine", described.address().engine());
    json.put("engineVersion", version);
    json.put("location", described.store().location());
    json.put("file", installation.home().targets().file(described.name()).toString());
    json.put("collections", found);
    return json;
  }

  private List<String> lines(Target described, String version, List<Found> found) {
    List<String> lines =
        new ArrayList<>(
            Table.facts(
                List.of(
                    new Table.Fact("connected", described.name()),
                    new Table.Fact(
                        "engine",
                        described.address().engine()
                            + (offline ? ", not asked" : " " + version)
                            + " at "
                            + described.address().url()),
                    new Table.Fact("store", described.store().location()),
                    new Table.Fact(
                        "file", installation.home().targets().file(described.name()).toString()))));
    if (!found.isEmpty()) {
      Table table = new Table("COLLECTION", "RECORDS", "BACKED UP");
      for (Found one : found) {
        table.row(
            one.path(),
            one.reason().isEmpty() ? Figures.count(one.records()) : "-",
            one.meant() ? (one.reason().isEmpty() ? "yes" : "cannot: " + one.reason()) : "no");
      }
      lines.add("");
      lines.addAll(table.lines());
    }
    lines.add("");
    lines.add("next: drillbook backup " + described.name());
    return lines;
  }

  /**
   * A collection that the engine holds.
   *
   * @param meant whether the target means it
   * @param reason why it cannot be captured, or an empty string
   */
  record Found(String path, long records, boolean meant, String reason) {}
}
