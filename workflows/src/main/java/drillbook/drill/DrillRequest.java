package drillbook.drill;

import drillbook.restore.BackupChoice;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreRequest;
import drillbook.restore.Site;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a drill. Every field but the target may be left out.
 *
 * @param target whose backup is drilled
 * @param backup {@code latest}, an id, or a time; latest when left out
 * @param into the target whose instance holds the scratch collections; the source when left out
 * @param collections names or paths as in the backup; all when left out
 * @param tenants tenants within them; all when left out
 * @param maxRegression how much slower than the baseline is too slow; 0.2 when left out or 0
 * @param floorSeconds a slowdown of fewer seconds is noise; 5 when left out or 0
 * @param site whose store is read and which instance is written to, where that is not plain
 * @param probe true: a bisection asks whether an old backup restores; no objective is judged by it
 */
public record DrillRequest(
    String target,
    String backup,
    String into,
    List<String> collections,
    List<String> tenants,
    double maxRegression,
    double floorSeconds,
    Site site,
    boolean probe) {
  /** Fills in what was left out. */
  public DrillRequest(
      String target,
      @Nullable String backup,
      @Nullable String into,
      @Nullable List<String> collections,
      @Nullable List<String> tenants,
      double maxRegression,
      double floorSeconds,
      @Nullable Site site,
      boolean probe) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.into = into == null || into.isBlank() ? this.target : into.strip();
    this.collections = collections == null ? List.of() : List.copyOf(collections);
    this.tenants = tenants == null ? List.of() : List.copyOf(tenants);
    this.maxRegression = maxRegression == 0 ? 0.2 : maxRegression;
    this.floorSeconds = floorSeconds == 0 ? 5 : floorSeconds;
    this.site = Objects.requireNonNullElse(site, Site.HOME);
    this.probe = probe;
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (!(this.maxRegression > 0 && this.floorSeconds > 0)) {
      throw new IllegalArgumentException(
          "maxRegression and floorSeconds must be > 0: " + maxRegression + ", " + floorSeconds);
    }
  }

  /** Creates a request of a drill that counts. */
  public DrillRequest(
      String target,
      @Nullable String backup,
      @Nullable String into,
      @Nullable List<String> collections,
      @Nullable List<String> tenants,
      double maxRegression,
      double floorSeconds,
      @Nullable Site site) {
    this(target, backup, into, collections, tenants, maxRegression, floorSeconds, site, false);
  }

  /** Returns a bisection's drill of one backup. */
  public static DrillRequest probe(String target, String backupId, String into) {
    return new DrillRequest(target, backupId, into, null, null, 0, 0, null, true);
  }

  /** Creates a request that reads the source's own store. */
  public DrillRequest(
      String target,
      @Nullable String backup,
      @Nullable String into,
      @Nullable List<String> collections,
      @Nullable List<String> tenants,
      double maxRegression,
      double floorSeconds) {
    this(target, backup, into, collections, tenants, maxRegression, floorSeconds, null, false);
  }

  /** Returns a request with every default. */
  public static DrillRequest of(String target) {
    return new DrillRequest(target, null, null, null, null, 0, 0);
  }

  /** Returns the restore that this drill makes. */
  RestoreRequest restore() {
    return new RestoreRequest(
        target, backup, RestoreMode.SCRATCH, into, collections, tenants, "", false, false, site);
  }
}
