package drillbook.backup;

import drillbook.drift.DriftRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a backup of all that a target names. Every field but the target may be left out, so that
 * a person can type it into the Temporal UI.
 *
 * @param target the name of a target that the worker knows
 * @param kind full when left out
 * @param anew true: a full that stores every record again instead of referencing what its parent
 *     holds
 * @param drift how far records may move before it is worth a look; as usual when left out
 */
public record BackupRequest(String target, BackupKind kind, boolean anew, DriftRule drift) {
  /** Fills in what was left out. */
  public BackupRequest(
      String target, @Nullable BackupKind kind, boolean anew, @Nullable DriftRule drift) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.kind = Objects.requireNonNullElse(kind, BackupKind.FULL);
    this.anew = anew;
    this.drift = Objects.requireNonNullElse(drift, DriftRule.DEFAULT);
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (this.kind == BackupKind.NATIVE) {
      throw new IllegalArgumentException("native backups are not built yet: ask for FULL");
    }
    if (anew && this.kind != BackupKind.FULL) {
      throw new IllegalArgumentException("only a full backup can store every record anew");
    }
  }

  /** Creates a request by which records may move as far as usual. */
  public BackupRequest(String target, @Nullable BackupKind kind, boolean anew) {
    this(target, kind, anew, null);
  }

  /** Returns a request for a backup that references what its parent holds. */
  public static BackupRequest of(String target, BackupKind kind) {
    return new BackupRequest(target, kind, false);
  }
}
