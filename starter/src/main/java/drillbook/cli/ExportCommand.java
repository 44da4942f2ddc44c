package drillbook.cli;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.console.Console;
import drillbook.console.Table;
import drillbook.engine.Engines;
import drillbook.export.BackupExport;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.notice.Figures;
import drillbook.recovery.BackupChooser;
import drillbook.secret.SecretReference;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.worker.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a backup's records in a portable form. */
@Command(
    name = "export",
    description = {
      "Write the records of a backup as compressed JSON lines, without asking the engine.",
      "Each collection gets a folder <collection>-<time> with parts and a schema.json."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook export docs --to /exports",
      "  drillbook export docs --backup 2026-11-20 --collections articles --to s3://bucket/exports"
    })
final class ExportCommand implements Callable<Integer> {
  private static final String JSON_LINES = "jsonl.gz";

  private final Installation installation;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = JSON_LINES,
      description = "jsonl.gz, the only one so far.")
  String format = JSON_LINES;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FOLDER|s3://...",
      description = "Where the files go; S3 as the target's own store is reached.")
  String to = "";

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin BackupOptions backup = new BackupOptions();
  @Mixin SelectionOptions selection = new SelectionOptions();
  @Mixin CommonOptions common = new CommonOptions();

  ExportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    if (!format.equals(JSON_LINES)) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED, "format '" + format + "' is unknown", "Known: " + JSON_LINES);
    }
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    Target source = choice.target();
    Surroundings believed =
        installation.surroundings(choice.targets(), installation.settings().scratch());
    try (ArtifactStore store = installation.parts().store(source.store());
        ArtifactStore files = installation.parts().store(destination(source.store()))) {
      Archive archive = new Archive(store, source.name(), believed.trustedKeys());
      String id = BackupChooser.newest(archive).choose(backup.words()).manifest().backupId();
      ArchivedBackup opened = archive.open(id);
      console.progress("Exporting " + id + ".");
      List<BackupExport.Exported> exported =
          new BackupExport(
                  opened,
                  Engines.profile(opened.manifest().engine()),
                  files,
                  installation.clock().instant())
              .write(selection.collections, selection.tenants);
      common.print(
          console,
          Map.of("target", source.name(), "backup", id, "to", to, "exported", exported),
          lines(exported));
      return 0;
    }
  }

  private StoreAddress destination(StoreAddress own) {
    boolean bothS3 = to.startsWith("s3://") && own.location().startsWith("s3://");
    return bothS3
        ? new StoreAddress(to, own.options(), own.accessKey(), own.secretKey())
        : new StoreAddress(to, Map.of(), SecretReference.NONE, SecretReference.NONE);
  }

  private List<String> lines(List<BackupExport.Exported> exported) {
    Table table = new Table("COLLECTION", "RECORDS", "FILES", "BYTES", "FOLDER");
    for (BackupExport.Exported one : exported) {
      table.row(
          one.collection(),
          Figures.count(one.records()),
          Figures.count(one.files()),
          Figures.bytes(one.bytes()),
          one.folder());
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("in " + to);
    return lines;
  }
}
