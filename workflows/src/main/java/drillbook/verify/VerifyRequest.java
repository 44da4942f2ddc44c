package drillbook.verify;

import drillbook.restore.BackupChoice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether a backup is whole, without restoring it.
 *
 * @param target the name of a target that the worker knows
 * @param backup {@code latest}, an id, or a time; latest when left out
 * @param sizeDelta how much a size may move; {@link SizeRule#DEFAULT} when left out
 */
public record VerifyRequest(String target, String backup, SizeRule sizeDelta) {
  /** Fills in what was left out. */
  public VerifyRequest(String target, @Nullable String backup, @Nullable SizeRule sizeDelta) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.sizeDelta = Objects.requireNonNullElse(sizeDelta, SizeRule.DEFAULT);
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
  }

  /** Returns a request with every default but the backup. */
  public static VerifyRequest of(String target, String backup) {
    return new VerifyRequest(target, backup, null);
  }
}
