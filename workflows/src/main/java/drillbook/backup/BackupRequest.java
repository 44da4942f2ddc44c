package drillbook.backup;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a backup. Every field but the target may be left out, so that a person can type it into
 * the Temporal UI.
 *
 * @param target the name of a target that the worker knows
 * @param kind full when left out
 * @param collections names or paths; those of the target when left out
 * @param tenants tenants within them; all when left out
 * @param anew true: a full that stores every record again instead of referencing what its parent
 *     holds
 */
public record BackupRequest(
    String target, BackupKind kind, List<String> collections, List<String> tenants, boolean anew) {
  /** Fills in what was left out. */
  public BackupRequest(
      String target,
      @Nullable BackupKind kind,
      @Nullable List<String> collections,
      @Nullable List<String> tenants,
      boolean anew) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.kind = Objects.requireNonNullElse(kind, BackupKind.FULL);
    this.collections = collections == null ? List.of() : List.copyOf(collections);
    this.tenants = tenants == null ? List.of() : List.copyOf(tenants);
    this.anew = anew;
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (this.kind == BackupKind.NATIVE) {
      throw new IllegalArgumentException("native backups are not built yet: ask for FULL");
    }
  }

  /** Returns a request for everything of a target. */
  public static BackupRequest of(String target, BackupKind kind) {
    return new BackupRequest(target, kind, List.of(), List.of(), false);
  }
}
