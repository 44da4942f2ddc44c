package drillbook.cli;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.runbook.Cadence;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookRequest;
import drillbook.schedule.DesiredSchedule;
import drillbook.schedule.Runbooks;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the commands find runbooks.
 *
 * @param runbooks what they say
 * @param folder where they lie, and beside them the word that marks their schedules
 */
record RunbookSource(Runbooks runbooks, Path folder) {
  /** Returns the schedules that the runbooks want. */
  static List<DesiredSchedule> desired(List<Runbook> runbooks, String taskQueue)
      throws DrillbookException {
    try {
      return DesiredSchedule.of(runbooks, taskQueue);
    } catch (IllegalArgumentException e) {
      throw TargetOptions.usage(String.valueOf(e.getMessage()), "Correct the runbook.");
    }
  }

  /** Returns the request of one run. */
  RunbookRequest request(String name, String cadence) throws DrillbookException {
    List<Runbook> all = runbooks.all();
    Runbook runbook =
        all.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new DrillbookException(
                    FailureKind.CONFIGURATION,
                    "there is no runbook '" + name + "'",
                    "Known are " + all.stream().map(Runbook::name).sorted().toList() + "."));
    try {
      return new RunbookRequest(runbook, Cadence.of(cadence));
    } catch (IllegalArgumentException e) {
      throw TargetOptions.usage(
          String.valueOf(e.getMessage()),
          "It has "
              + runbook.occasions().stream().map(part -> part.cadence().word()).toList()
              + ".");
    }
  }
}
