package drillbook.verify;

import drillbook.restore.BackupChoice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether a backup is whole, without restoring it.
 *
 * @param target the name of a target that the worker knows
 * @param backup {@code latest}, an id, or a time; latest when left out
 */
public record VerifyRequest(String target, String backup) {
  /** Fills in what was left out. */
  public VerifyRequest(String target, @Nullable String backup) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
  }
}
