package drillbook.cli;

import drillbook.document.Complaint;
import drillbook.document.Document.Reading;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookFile;
import drillbook.runbook.RunbookFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells all that is wrong with runbooks. */
@Command(
    name = "validate",
    description = {
      "Read runbooks and tell all that is wrong with them, without doing anything.",
      "A complaint a line, file:line:column: key: what is wrong, what is expected; exit code 2."
    },
    footer = {
      "",
      "Examples:",
      "  drillbook runbook validate",
      "  drillbook runbook validate runbooks/chroma.yaml",
      "  drillbook runbook validate runbooks --json"
    })
final class RunbookValidateCommand implements Callable<Integer> {
  private final Installation installation;
  private final List<Sound> sound = new ArrayList<>();
  private final List<Complaint> complaints = new ArrayList<>();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE|FOLDER",
      description = "Runbooks, or folders of them; left out: runbooks in DRILLBOOK_HOME.")
  List<Path> places = new ArrayList<>();

  @Mixin CommonOptions common = new CommonOptions();

  RunbookValidateCommand(Installation installation) {
    this.installation = installation;
  }

  /** A runbook that nothing is wrong with. */
  private record Sound(Path file, Runbook runbook) {
    String line() {
      return file
          + ": runbook "
          + runbook.name()
          + " of target "
          + runbook.target()
          + " ("
          + runbook.zone()
          + "): "
          + runbook.occasions().stream()
              .map(occasion -> occasion.cadence().word() + " " + occasion.cron())
              .collect(Collectors.joining(", "));
    }

    Map<String, Object> json() {
      Map<String, Object> cadences = new LinkedHashMap<>();
      for (Occasion occasion : runbook.occasions()) {
        Cadence cadence = occasion.cadence();
        cadences.put(cadence.word(), occasion.cron());
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", file.toString());
      json.put("runbook", runbook.name());
      json.put("target", runbook.target());
      json.put("zone", runbook.zone());
      json.put("cadences", cadences);
      return json;
    }
  }

  @Override
  public Integer call() throws DrillbookException {
    if (places.isEmpty()) {
      folder(installation.home().runbooks());
    }
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        folder(new RunbookFolder(place));
      } else {
        take(place, RunbookFile.check(place));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("runbooks", sound.stream().map(Sound::json).toList());
    json.put("complaints", complaints);
    common.print(
        common.console(installation),
        json,
        complaints.isEmpty()
            ? sound.stream().map(Sound::line).toList()
            : complaints.stream().map(Complaint::toString).toList());
    return complaints.isEmpty() ? 0 : FailureKind.CONFIGURATION.exitCode();
  }

  private void folder(RunbookFolder folder) throws DrillbookException {
    List<Complaint> passedOver = folder.passedOver();
    List<String> names = folder.names();
    if (names.isEmpty() && passedOver.isEmpty()) {
      // Nothing to look at is not the same as nothing wrong.
      complaints.add(
          new Complaint(
              folder.toString(), 1, 1, "folder", "holds no runbooks", "files <name>.yaml"));
    }
    for (String name : names) {
      take(folder.file(name), folder.check(name));
    }
    complaints.addAll(passedOver);
  }

  private void take(Path file, Reading<Runbook> reading) {
    switch (reading) {
      case Reading.Accepted<Runbook>(Runbook runbook) -> sound.add(new Sound(file, runbook));
      case Reading.Refused<Runbook>(List<Complaint> wrong) -> complaints.addAll(wrong);
    }
  }
}
