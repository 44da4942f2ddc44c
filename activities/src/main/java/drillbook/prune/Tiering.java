package drillbook.prune;

import drillbook.archive.Keys;
import drillbook.backup.BackupId;
import drillbook.failure.DrillbookException;
import drillbook.notice.Figures;
import drillbook.store.VersionedStore;
import drillbook.store.VersionedStore.Lock;
import drillbook.store.VersionedStore.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Moves what is kept and old to the store's class for infrequent access. Manifests stay where they
 * are, since they are read each day; so does what is small, for which that class asks more, and
 * what is locked, of which a copy would be paid for beside it. Never the other way, and never a
 * failure: what could not be moved is as safe as before.
 */
final class Tiering {
  /** Stores count smaller objects as so large in that class. */
  static final long SMALLEST = 128 << 10;

  /** How many objects one prune moves; the next one goes on. */
  private static final int MOST = 5000;

  private final VersionedStore store;
  private final String target;
  private final Consumer<String> progress;

  Tiering(VersionedStore store, String target, Consumer<String> progress) {
    this.store = store;
    this.target = target;
    this.progress = progress;
  }

  /**
   * Returns what is to be moved.
   *
   * @param wanted the keys that kept backups need
   * @param before what lies in the folder of a backup that began earlier
   */
  List<Version> ageing(Set<String> wanted, Instant before)
      throws DrillbookException, InterruptedException {
    List<Version> ageing = new ArrayList<>();
    for (Version version : store.versions(Keys.backups(target))) {
      if (version.current()
          && !version.marker()
          && version.storageClass().isEmpty()
          && version.bytes() >= SMALLEST
          && wanted.contains(version.key())
          && begun(version.key()).filter(begun -> begun.isBefore(before)).isPresent()) {
        ageing.add(version);
      }
    }
    return ageing;
  }

  /** Moves, and returns what is to be said of it; nothing where there was nothing to move. */
  Optional<String> move(List<Version> ageing, Instant now) throws InterruptedException {
    long objects = 0;
    long bytes = 0;
    try {
      for (Version version : ageing.subList(0, Math.min(MOST, ageing.size()))) {
        progress.accept("moved " + objects + " of " + ageing.size() + " to infrequent access");
        Optional<Lock> lock = store.lock(version);
        if (lock.isEmpty() || !lock.get().until().isAfter(now)) {
          store.moveToInfrequentAccess(version);
          objects++;
          bytes += version.bytes();
        }
      }
    } catch (DrillbookException e) {
      return Optional.of(
          moved(objects, bytes) + ", and then stopped: " + e.getMessage() + ". " + e.hint());
    }
    return objects == 0 ? Optional.empty() : Optional.of(moved(objects, bytes));
  }

  private static String moved(long objects, long bytes) {
    return Figures.counted(objects, "object")
        + " ("
        + Figures.bytes(bytes)
        + ") moved to infrequent access";
  }

  private Optional<Instant> begun(String key) {
    String rest = key.substring(Keys.backups(target).length());
    int slash = rest.indexOf('/');
    return slash > 0 && BackupId.isId(rest.substring(0, slash))
        ? Optional.of(new BackupId(rest.substring(0, slash)).startedAt())
        : Optional.empty();
  }
}
