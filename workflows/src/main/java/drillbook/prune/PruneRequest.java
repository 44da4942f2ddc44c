package drillbook.prune;

import drillbook.runbook.Retention;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks to delete what no kept backup needs.
 *
 * @param target whose backups
 * @param retention which are kept; everything for 30 days when left out
 * @param dryRun true: tells what would be deleted, and touches nothing
 */
public record PruneRequest(String target, Retention retention, boolean dryRun) {
  /** Fills in what was left out. */
  public PruneRequest(String target, @Nullable Retention retention, boolean dryRun) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.retention = Objects.requireNonNullElse(retention, Retention.DEFAULT);
    this.dryRun = dryRun;
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
  }

  /** Returns a request with the usual retention. */
  public static PruneRequest of(String target) {
    return new PruneRequest(target, null, false);
  }
}
