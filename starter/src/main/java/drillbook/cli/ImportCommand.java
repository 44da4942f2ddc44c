package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ExportText;
import drillbook.failure.DrillbookException;
import drillbook.intake.ImportReport;
import drillbook.intake.ImportRequest;
import drillbook.temporal.Procedure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings files of records into a target. */
@Command(
    name = "import",
    description = {
      "Bring files of records into a target: the folder of an export, or Parquet, Arrow and"
          + " compressed JSON lines that others wrote, those of a tenant in a folder of its name"
          + " (the layout of Pinecone's bulk import).",
      "The collection is created when it is absent; when it is present, records are merged into it"
          + " by their ids. Every file is read to its end before the first record is written; the"
          + " same import again changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook import staging --from /exports/articles-20261121t020000z",
      "  drillbook import staging --from s3://bucket/import --collection articles --metric cosine"
    })
final class ImportCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FOLDER|s3://...",
      description = "The folder that is imported; S3 as the target's own store is reached.")
  String from = "";

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "Its name or path in the target; as in export.json when left out.")
  String collection = "";

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description =
          "cosine (default), euclidean or dotproduct: of a collection that is created from files"
              + " without an export.json.")
  String metric = "";

  @Option(
      names = "--accept-loss",
      description = "Leave out what the target cannot hold, as the refusal lists it.")
  boolean acceptLoss;

  @Mixin TargetOptions target = new TargetOptions();
  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  ImportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException {
    Console console = common.console(installation);
    TargetChoice choice = target.choose(installation, List.of(), List.of());
    ImportRequest request =
        new ImportRequest(choice.name(), TargetOptions.place(from), collection, metric, acceptLoss);
    ImportReport report =
        temporal.run(
            installation,
            choice,
            Procedure.intake(request, installation.clock().instant()),
            console);
    common.print(console, report, ExportText.of(report));
    return 0;
  }
}
