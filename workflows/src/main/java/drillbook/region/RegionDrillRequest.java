package drillbook.region;

import drillbook.restore.BackupChoice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a drill in another region. Every field but target and region may be left out.
 *
 * @param target whose backup is drilled
 * @param region the target whose store takes the replica and whose instance holds the scratch
 * @param backup {@code latest}, an id, or a time; latest when left out
 * @param maxRegression how much slower than the baseline is too slow; 0.2 when left out or 0
 * @param floorSeconds a slowdown of fewer seconds is noise; 5 when left out or 0
 */
public record RegionDrillRequest(
    String target, String region, String backup, double maxRegression, double floorSeconds) {
  /** Fills in what was left out. */
  public RegionDrillRequest(
      String target,
      @Nullable String region,
      @Nullable String backup,
      double maxRegression,
      double floorSeconds) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.region = Objects.requireNonNullElse(region, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.maxRegression = maxRegression;
    this.floorSeconds = floorSeconds;
    if (this.target.isEmpty() || this.region.isEmpty()) {
      throw new IllegalArgumentException(
          "target and region are needed: both are names of targets that the worker knows");
    }
    if (this.target.equals(this.region)) {
      throw new IllegalArgumentException("'" + target + "' is no other region than itself");
    }
  }
}
