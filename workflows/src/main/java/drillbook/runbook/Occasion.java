package drillbook.runbook;

import java.util.List;
import java.util.Objects;

/**
 * When a part of a runbook is done, and what.
 *
 * @param cadence how often
 * @param cron five fields, in the runbook's zone
 * @param steps in order
 * @param notice when people hear of a run that went well
 */
public record Occasion(Cadence cadence, String cron, List<Step> steps, Notify notice) {
  /** When people hear of a run. Of one that did not go well they always do. */
  public enum Notify {
    /** After every run. */
    ALWAYS,
    /** Only when something is wrong or worth a look. */
    PROBLEMS
  }

  /** Rejects an occasion on which nothing is done. */
  public Occasion {
    Objects.requireNonNull(cadence, "cadence == null");
    Objects.requireNonNull(notice, "notice == null");
    if (cron.isBlank()) {
      throw new IllegalArgumentException(cadence.word() + " needs a time");
    }
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(cadence.word() + " needs at least one step");
    }
  }

  /** Returns a cadence as it usually is. */
  public static Occasion usual(Cadence cadence) {
    return new Occasion(cadence, cadence.cron(), cadence.steps(), cadence.notice());
  }
}
