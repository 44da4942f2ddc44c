package drillbook.difference;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.difference.BackupDifference.Change;
import drillbook.difference.BackupDifference.Example;
import drillbook.difference.BackupDifference.Part;
import drillbook.difference.PartComparison.Side;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.manifest.Catalog;
import drillbook.manifest.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares two backups of a target by their indexes, without restoring either: parts whose Merkle
 * roots are the same are not read at all, of others the indexes, and records of examples only. Uses
 * memory for examples and a block of each index run. One thread.
 */
public final class BackupComparison {
  private final ArchivedBackup before;
  private final ArchivedBackup after;
  private final Progress progress;
  private final Map<Change, Integer> room = new EnumMap<>(Change.class);

  /** Told which part is compared. */
  @FunctionalInterface
  public interface Progress {
    /** Takes a sentence without names of records. */
    void step(String sentence);
  }

  /**
   * Prepares a comparison.
   *
   * @param limit how many examples of each kind are named
   */
  public BackupComparison(
      ArchivedBackup before, ArchivedBackup after, int limit, Progress progress) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit must be >= 0: " + limit);
    }
    this.before = before;
    this.after = after;
    this.progress = progress;
    for (Change change : Change.values()) {
      room.put(change, limit);
    }
  }

  /**
   * A part by its names: numbers are those of a chain, and backups of two chains are compared too.
   */
  private record Name(String collection, String tenant) implements Comparable<Name> {
    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::collection).thenComparing(Name::tenant);

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }
  }

  /** Compares. */
  public BackupDifference compare() throws DrillbookException, InterruptedException {
    SortedMap<Name, Side> left = sides(before);
    SortedMap<Name, Side> right = sides(after);
    SortedSet<Name> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    List<Part> parts = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    for (Name name : names) {
      progress.step("comparing " + name.collection());
      PartComparison comparison =
          new PartComparison(
              name.collection(),
              name.tenant(),
              Optional.ofNullable(left.get(name)),
              Optional.ofNullable(right.get(name)),
              room);
      comparison.compare().ifPresent(parts::add);
      examples.addAll(comparison.examples());
    }
    return new BackupDifference(
        after.manifest().target(),
        before.manifest().backupId(),
        after.manifest().backupId(),
        parts.stream().mapToLong(Part::added).sum(),
        parts.stream().mapToLong(Part::removed).sum(),
        parts.stream().mapToLong(Part::changed).sum(),
        parts,
        schemas(),
        examples);
  }

  private static SortedMap<Name, Side> sides(ArchivedBackup backup) throws DrillbookException {
    SortedMap<Name, Side> sides = new TreeMap<>();
    for (Map.Entry<PartId, Manifest.Part> entry : backup.parts().entrySet()) {
      PartId part = entry.getKey();
      String collection = backup.entry(part.collection()).schema().name().path();
      Name name = new Name(collection, backup.tenant(part));
      sides.put(name, new Side(backup, part, entry.getValue()));
    }
    return sides;
  }

  private List<String> schemas() {
    SortedMap<String, CollectionSchema> left = byPath(before);
    SortedMap<String, CollectionSchema> right = byPath(after);
    SortedSet<String> paths = new TreeSet<>(left.keySet());
    paths.addAll(right.keySet());
    List<String> sentences = new ArrayList<>();
    for (String path : paths) {
      CollectionSchema old = left.get(path);
      CollectionSchema now = right.get(path);
      if (old == null || now == null) {
        sentences.add("collection " + path + (old == null ? " is new" : " is gone"));
        continue;
      }
      differ(sentences, path, "columns", old.layout(), now.layout());
      differ(sentences, path, "id type", old.idType(), now.idType());
      differ(sentences, path, "indexes", old.indexes(), now.indexes());
      differ(sentences, path, "aliases", old.aliases(), now.aliases());
    }
    return sentences;
  }

  private static void differ(
      List<String> sentences, String path, String what, Object old, Object now) {
    if (!old.equals(now)) {
      sentences.add(what + " of " + path + ": " + old + " became " + now);
    }
  }

  private static SortedMap<String, CollectionSchema> byPath(ArchivedBackup backup) {
    SortedMap<String, CollectionSchema> schemas = new TreeMap<>();
    for (Catalog.Entry entry : backup.catalog().collections()) {
      schemas.put(entry.schema().name().path(), entry.schema());
    }
    return schemas;
  }
}
