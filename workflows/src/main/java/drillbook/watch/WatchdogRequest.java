package drillbook.watch;

import drillbook.runbook.Runbook;
import java.util.Objects;

/**
 * Asks for one look.
 *
 * @param runbook whose schedules and promises are looked at, as it was applied
 */
public record WatchdogRequest(Runbook runbook) {
  /** Rejects null. */
  public WatchdogRequest {
    Objects.requireNonNull(runbook, "runbook is missing");
  }
}
