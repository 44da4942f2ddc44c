package drillbook.prune;

import drillbook.failure.DrillbookException;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.VersionedStore;
import drillbook.store.VersionedStore.Lock;
import drillbook.store.VersionedStore.Version;
import drillbook.store.VersionedStore.Versioning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lies in a store, with the versions that it keeps: deleting means all versions of a key, so
 * that it frees what it says.
 */
final class Stock {
  private static final int PAGE = 1000;

  private final ArtifactStore store;
  private final Optional<VersionedStore> versioned;

  private Stock(ArtifactStore store, Optional<VersionedStore> versioned) {
    this.store = store;
    this.versioned = versioned;
  }

  /** Asks a store whether it keeps versions. */
  static Stock of(ArtifactStore store) throws DrillbookException, InterruptedException {
    Optional<VersionedStore> face = VersionedStore.of(store);
    boolean versions = face.isPresent() && face.get().versioning() != Versioning.OFF;
    return new Stock(store, versions ? face : Optional.empty());
  }

  /**
   * All that the store holds under a key.
   *
   * @param bytes of all versions
   * @param hidden whether a reader finds nothing: it was deleted, and versions of it are kept
   * @param versions the current one first; none in a store without versions
   */
  record Item(String key, long bytes, boolean hidden, List<Version> versions) {
    Item {
      versions = List.copyOf(versions);
    }

    private Item with(Version version) {
      List<Version> all = new ArrayList<>(versions);
      all.add(version);
      return new Item(
          key, bytes + version.bytes(), hidden && (version.marker() || !version.current()), all);
    }
  }

  /** Returns what lies below a prefix, by key. */
  SortedMap<String, Item> below(String prefix) throws DrillbookException, InterruptedException {
    SortedMap<String, Item> items = new TreeMap<>();
    if (versioned.isPresent()) {
      for (Version version : versioned.get().versions(prefix)) {
        Item known = items.getOrDefault(version.key(), new Item(version.key(), 0, true, List.of()));
        items.put(version.key(), known.with(version));
      }
      return items;
    }
    String after = "";
    while (true) {
      List<Listed> page = store.list(prefix, after, PAGE);
      for (Listed listed : page) {
        items.put(listed.key(), new Item(listed.key(), listed.bytes(), false, List.of()));
        after = listed.key();
      }
      if (page.size() < PAGE) {
        return items;
      }
    }
  }

  /** Returns what keeps an item from being deleted at a time, in words. */
  Optional<String> lock(Item item, Instant now) throws DrillbookException, InterruptedException {
    for (Version version : item.versions()) {
      Optional<Lock> lock = versioned.orElseThrow().lock(version);
      if (lock.isPresent() && lock.get().until().isAfter(now)) {
        return Optional.of(lock.get().words());
      }
    }
    return Optional.empty();
  }

  /**
   * Deletes an item with its versions; returns why it stays where it is locked. The current version
   * goes last: no older one ever takes its place.
   */
  Optional<String> remove(Item item) throws DrillbookException, InterruptedException {
    if (versioned.isEmpty()) {
      store.delete(item.key());
      return Optional.empty();
    }
    for (Version version : item.versions().reversed()) {
      if (!versioned.get().delete(version)) {
        return Optional.of(
            versioned.get().lock(version).map(Lock::words).orElse("locked by the store"));
      }
    }
    return Optional.empty();
  }
}
