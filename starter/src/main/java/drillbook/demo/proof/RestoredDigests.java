package drillbook.demo.proof;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.engine.CollectionName;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.format.MultisetSum;
import drillbook.manifest.Manifest;
import drillbook.restore.RestorePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The digests of a restore into another engine: what the signed manifest says of each collection,
 * and what the records that the engine hands out add up to.
 *
 * @param collections one entry for each collection of the backup, in its order
 */
public record RestoredDigests(List<Pair> collections) {
  /** Copies the entries. */
  public RestoredDigests {
    collections = List.copyOf(collections);
  }

  /**
   * A collection before and after.
   *
   * @param name its name in the backup
   * @param expected the digest in the manifest, hex
   * @param expectedCount how many records the manifest states
   * @param found the digest of what the other engine holds, hex; empty where it holds no such
   *     collection
   * @param foundCount how many records it handed out
   */
  public record Pair(
      String name, String expected, long expectedCount, String found, long foundCount) {
    /** Tells whether the other engine holds what the manifest states. */
    public boolean equal() {
      return expected.equals(found) && expectedCount == foundCount;
    }
  }

  /** Tells whether every collection holds what the manifest states. */
  public boolean equal() {
    return !collections.isEmpty() && collections.stream().allMatch(Pair::equal);
  }

  /** Reads everything that was restored. */
  public static RestoredDigests compute(
      ArchivedBackup backup, RestorePlan plan, Engine engine, Path scratch)
      throws DrillbookException, InterruptedException {
    List<Pair> pairs = new ArrayList<>();
    for (Map.Entry<PartId, Manifest.Part> part : backup.parts().entrySet()) {
      CollectionName from = backup.entry(part.getKey().collection()).schema().name();
      MultisetSum sum = MultisetSum.empty();
      boolean there = false;
      for (RestorePlan.Destination destination : plan.collections()) {
        if (destination.from().equals(from.path())) {
          there = true;
          sum =
              LiveRecords.of(engine, place(destination.into()), scratch)
                  .digestAs(backup.layout(part.getKey()));
        }
      }
      Manifest.Part stated = part.getValue();
      pairs.add(
          new Pair(from.name(), stated.sum(), stated.count(), there ? sum.hex() : "", sum.count()));
    }
    return new RestoredDigests(pairs);
  }

  /** Returns the collection that a path names. */
  public static CollectionName place(String path) {
    List<String> words = Arrays.asList(path.split("/", -1));
    return new CollectionName(words.subList(0, words.size() - 1), words.getLast());
  }
}
