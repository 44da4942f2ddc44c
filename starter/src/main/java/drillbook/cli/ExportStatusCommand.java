package drillbook.cli;

import drillbook.console.Console;
import drillbook.console.ExportText;
import drillbook.document.Forms;
import drillbook.export.ExportFolder;
import drillbook.export.ExportPlace;
import drillbook.export.ExportReport;
import drillbook.export.ExportReport.Status;
import drillbook.export.ExportStatus;
import drillbook.export.Exported;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.setting.TemporalAddress;
import drillbook.store.ArtifactStore;
import drillbook.store.SigningStore;
import drillbook.temporal.RemoteTemporal;
import drillbook.temporal.RunningProcedure;
import drillbook.temporal.TemporalHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells how far an export is. */
@Command(
    name = "status",
    description = {
      "Tell how far an export is: RUNNING, COMPLETED or FAILED, with its folders and records.",
      "Asks the Temporal server where one is configured or given, else the status that lies beside"
          + " the files. Exit code 1 when it failed."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook export status export-docs-20261121t020000z",
      "  drillbook export status export-docs-20261121t020000z --to s3://bucket/exports --temporal"
          + " none"
    })
final class ExportStatusCommand implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("export-(.+)-[0-9]{8}t[0-9]{6}z");

  private final Installation installation;

  @Parameters(paramLabel = "ID", description = "The export's id, as its command printed it.")
  String id = "";

  @Option(
      names = "--to",
      paramLabel = "FOLDER|s3://...",
      description = "Where its files go, if it was given a place.")
  String to = "";

  @Option(
      names = "--links",
      paramLabel = "TIME",
      description =
          "Sign a link to download each file, valid for so long: 30m, 12h, 7d at most. Folders have"
              + " none.")
  String links = "";

  @Mixin TemporalOptions temporal = new TemporalOptions();
  @Mixin CommonOptions common = new CommonOptions();

  ExportStatusCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws DrillbookException, InterruptedException {
    Matcher words = ID.matcher(id);
    if (!words.matches()) {
      throw TargetOptions.usage(
          "'" + id + "' is no export's id", "It looks like export-docs-20261121t020000z.");
    }
    Console console = common.console(installation);
    TemporalAddress where = temporal.resolve(installation.settings());
    ExportReport report = where.inProcess() ? beside(words.group(1)) : asked(where);
    if (links.isEmpty()) {
      common.print(console, report, ExportText.of(report));
    } else {
      List<Link> signed = signed(words.group(1), report);
      List<String> lines = new ArrayList<>(ExportText.of(report));
      signed.forEach(link -> lines.add(link.url()));
      common.print(console, Map.of("export", report, "links", signed), lines);
    }
    return report.status() == Status.FAILED ? 1 : 0;
  }

  /**
   * A link.
   *
   * @param key of the file
   * @param url whoever has it downloads the file until it expires
   */
  record Link(String key, String url) {}

  private List<Link> signed(String target, ExportReport report)
      throws DrillbookException, InterruptedException {
    Duration valid = valid();
    List<Link> signed = new ArrayList<>();
    try (ArtifactStore files = installation.parts().store(place(target).address())) {
      Optional<SigningStore> signing = SigningStore.of(files);
      if (signing.isEmpty()) {
        throw new DrillbookException(
            FailureKind.UNSUPPORTED,
            files.location() + " is a folder: there are no links to it",
            "Copy its files, or export to s3://...");
      }
      for (Exported one : report.exported()) {
        for (String name : ExportFolder.open(files, one.folder()).files()) {
          String key = one.folder() + name;
          signed.add(new Link(key, signing.get().presign(key, valid)));
        }
      }
    }
    return signed;
  }

  private Duration valid() throws DrillbookException {
    try {
      Duration valid = Forms.SOME_TIME.parser().parse(links);
      SigningStore.check(valid);
      return valid;
    } catch (IllegalArgumentException e) {
      throw TargetOptions.usage("--links " + e.getMessage(), "Such as 30m, 12h or 7d.");
    }
  }

  private ExportPlace place(String target) throws DrillbookException {
    return ExportPlace.of(
        installation.home().targets().named(target), to.isEmpty() ? "" : TargetOptions.place(to));
  }

  private ExportReport asked(TemporalAddress where) throws DrillbookException {
    try (TemporalHost host = RemoteTemporal.connect(where)) {
      RunningProcedure export = new RunningProcedure(host, "the export " + id, id);
      ExportReport report = export.ask("status", ExportReport.class);
      return report.status() == Status.RUNNING && !export.isOpen() ? report.ended() : report;
    }
  }

  private ExportReport beside(String target) throws DrillbookException, InterruptedException {
    ExportPlace place = place(target);
    try (ArtifactStore files = installation.parts().store(place.address())) {
      return new ExportStatus(files, place.prefix(), id).read();
    }
  }
}
