package drillbook.bisect;

import drillbook.restore.BackupChoice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks since when backups do not come back. Every field but the target may be left out.
 *
 * @param target whose backups
 * @param backup one that does not come back: an id, or latest, which is meant when left out
 * @param into the target whose instance holds the scratch collections; the source when left out
 * @param most how many drills at most; {@value #USUAL} when left out or 0
 */
public record BisectRequest(String target, String backup, String into, int most) {
  /** How many drills are made unless somebody says otherwise: they tell 63 backups apart. */
  public static final int USUAL = 6;

  /** Fills in what was left out. */
  public BisectRequest(String target, @Nullable String backup, @Nullable String into, int most) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.into = into == null || into.isBlank() ? this.target : into.strip();
    this.most = most == 0 ? USUAL : most;
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (this.most < 0) {
      throw new IllegalArgumentException("most must be > 0: " + most);
    }
  }
}
