package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ExportText;
import drillbook.export.ExportReport;
import drillbook.export.ExportRequest;
import drillbook.failure.DrillbookException;
import drillbook.temporal.Procedure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes records in a portable form. */
@Command(
    name = "export",
    description = {
      "Write the records of a backup, or of the live target, into files that any tool reads.",
      "Each collection gets a folder <collection>-<time> with its files and an export.json, which"
          + " comes last. An export is whole or absent.",
      "'export status ID' tells how far one is, and signs links to download its files."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook export docs --to /exports",
      "  drillbook export docs --backup 2026-11-20 --format parquet --to s3://bucket/exports",
      "  drillbook export docs --live --layout pinecone --to s3://bucket/import",
      "  drillbook export status export-docs-20261121t020000z"
    })
final class ExportCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "jsonl.gz (default), parquet or arrow.")
  String format = "";

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description = "drillbook (default), or pinecone: what Pinecone's bulk import wants.")
  String layout = "";

  @Option(
      names = "--to",
      paramLabel = "FOLDER|s3://...",
      description =
          "Where the files go; S3 as the target's own store is reached. Left out: <target>/exports"
              + " in the target's store.")
  String to = "";

  @Option(names = "--live", description = "Read the engine as it is now, not a backup.")
  boolean live;

  @Option(
      names = "--no-wait",
      description = "With --temporal: start it, print its id, and leave; ask 'export status'.")
  boolean noWait;

  @Option(
      names = "--collections",
      paramLabel = "NAME",
      split = ",",
      description = "Names or paths, separated by commas; all when left out.")
  List<String> collections = List.of();

  @Option(
      names = {"--tenant", "--tenants"},
      paramLabel = "NAME",
      split = ",",
      description = "Tenants within them, separated by commas; all when left out.")
  List<String> tenants = List.of();

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin BackupOptions backup = new BackupOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  ExportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    ExportRequest request =
        new ExportRequest(
            choice.name(), backup.words(), live, format, layout, place(), collections, tenants);
    Procedure<ExportReport> procedure = Procedure.export(request, installation.clock().instant());
    if (noWait) {
      temporal.start(installation, choice, procedure, console);
      common.print(
          console,
          Map.of("id", procedure.workflowId(), "status", ExportReport.Status.RUNNING),
          List.of(
              "started " + procedure.workflowId(),
              "ask: drillbook export status " + procedure.workflowId()));
      return 0;
    }
    ExportReport report = temporal.run(installation, choice, procedure, console);
    common.print(console, report, ExportText.of(report));
    return 0;
  }

  private String place() throws DrillbookException {
    return to.isEmpty() ? "" : TargetOptions.place(to);
  }
}
