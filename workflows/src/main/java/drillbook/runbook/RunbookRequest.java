package drillbook.runbook;

import java.util.Objects;

/**
 * Asks for one run of a runbook.
 *
 * @param runbook the whole of it, as it was applied
 * @param cadence which part of it
 */
public record RunbookRequest(Runbook runbook, Cadence cadence) {
  /** Rejects a part that the runbook does not have. */
  public RunbookRequest {
    Objects.requireNonNull(runbook, "runbook is missing");
    Objects.requireNonNull(cadence, "cadence is missing");
    if (runbook.occasion(cadence).isEmpty()) {
      throw new IllegalArgumentException(
          "runbook '" + runbook.name() + "' does nothing " + cadence.word());
    }
  }

  /** Returns what is done. */
  public Occasion occasion() {
    return runbook.occasion(cadence).orElseThrow();
  }
}
