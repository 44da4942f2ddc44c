package drillbook.region;

import drillbook.restore.BackupChoice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a backup's replica in another region.
 *
 * @param target whose backup
 * @param region the target in whose store the replica is to lie
 * @param backup {@code latest}, an id, or a time; latest when left out
 * @param proven whether the latest means the newest whose verification or drill passed
 */
public record ReplicaRequest(String target, String region, String backup, boolean proven) {
  /** Fills in what was left out. */
  public ReplicaRequest(
      String target, @Nullable String region, @Nullable String backup, boolean proven) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.region = Objects.requireNonNullElse(region, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.proven = proven;
    if (this.target.isEmpty() || this.region.isEmpty()) {
      throw new IllegalArgumentException(
          "target and region are needed: both are names of targets that the worker knows");
    }
  }
}
