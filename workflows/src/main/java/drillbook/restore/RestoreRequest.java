package drillbook.restore;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a restore. Every field but the target may be left out, so that on-call can type {@code
 * {"target": "docs"}} into the Temporal UI: that restores the newest verified backup into new
 * collections of the same instance and overwrites nothing.
 *
 * @param target the source, as named in the worker's targets
 * @param backup {@code latest}, an id, or a time; latest when left out
 * @param mode into new collections when left out
 * @param into the target to restore into; the source itself when left out
 * @param collections names or paths as in the backup; all when left out
 * @param tenants tenants, or scopes that an engine calls tenants; all when left out
 * @param confirm for {@link RestoreMode#IN_PLACE}: the name of the target written once more
 * @param acceptLoss true: what the other engine cannot hold may be left out, as the plan lists it
 * @param dryRun true: say what would happen and touch nothing
 * @param site whose store is read and which instance is written to, where that is not plain
 */
public record RestoreRequest(
    String target,
    String backup,
    RestoreMode mode,
    String into,
    List<String> collections,
    List<String> tenants,
    String confirm,
    boolean acceptLoss,
    boolean dryRun,
    Site site) {
  /** Fills in what was left out. */
  public RestoreRequest(
      String target,
      @Nullable String backup,
      @Nullable RestoreMode mode,
      @Nullable String into,
      @Nullable List<String> collections,
      @Nullable List<String> tenants,
      @Nullable String confirm,
      boolean acceptLoss,
      boolean dryRun,
      @Nullable Site site) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.mode = Objects.requireNonNullElse(mode, RestoreMode.NEW);
    this.into = into == null || into.isBlank() ? this.target : into.strip();
    this.collections = collections == null ? List.of() : List.copyOf(collections);
    this.tenants = tenants == null ? List.of() : List.copyOf(tenants);
    this.confirm = confirm == null ? "" : confirm.strip();
    this.acceptLoss = acceptLoss;
    this.dryRun = dryRun;
    this.site = Objects.requireNonNullElse(site, Site.HOME);
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
  }

  /** Creates a request that reads the source's own store. */
  public RestoreRequest(
      String target,
      @Nullable String backup,
      @Nullable RestoreMode mode,
      @Nullable String into,
      @Nullable List<String> collections,
      @Nullable List<String> tenants,
      @Nullable String confirm,
      boolean acceptLoss,
      boolean dryRun) {
    this(target, backup, mode, into, collections, tenants, confirm, acceptLoss, dryRun, null);
  }

  /** Returns a request with every default. */
  public static RestoreRequest of(String target) {
    return new RestoreRequest(target, null, null, null, null, null, null, false, false);
  }

  /** Returns the same request in another mode. */
  public RestoreRequest in(RestoreMode other) {
    return new RestoreRequest(
        target, backup, other, into, collections, tenants, confirm, acceptLoss, dryRun, site);
  }
}
