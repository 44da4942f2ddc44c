package drillbook.runbook;

import drillbook.document.Complaint;
import drillbook.document.Document;
import drillbook.document.Document.Reading;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A runbook as a YAML document. It holds references to secrets, never a secret. */
public final class RunbookFile {
  private RunbookFile() {}

  /**
   * Reads a runbook for a program that cannot go on without it.
   *
   * @throws DrillbookException CONFIGURATION with all that is wrong, a line each
   */
  public static Runbook read(Path file) throws DrillbookException {
    return accepted(file, check(file));
  }

  static Runbook accepted(Path file, Reading<Runbook> reading) throws DrillbookException {
    return switch (reading) {
      case Reading.Accepted<Runbook>(Runbook runbook) -> runbook;
      case Reading.Refused<Runbook>(List<Complaint> complaints) -> throw refused(file, complaints);
    };
  }

  /** Returns the failure of a file, or of a folder, that programs cannot go on without. */
  static DrillbookException refused(Path file, List<Complaint> complaints) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "runbooks cannot be read:\n"
            + complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n")),
        "Mend them, and look again: drillbook runbook validate " + file);
  }

  /** Reads a runbook, or tells all that is wrong with it; a file that is not there too. */
  public static Reading<Runbook> check(Path file) {
    return Document.read(file, RunbookReader::read);
  }

  /** Reads a runbook from text; the source names it in complaints. */
  static Reading<Runbook> check(String source, String text) {
    return Document.parse(source, text, RunbookReader::read);
  }
}
