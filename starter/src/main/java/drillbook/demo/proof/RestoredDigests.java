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
 * @param expected of each collection, in the backup's order
 * @param found of each collection, in the same order
 */
public record RestoredDigests(String expected, String found) {
  /** Tells whether every collection holds what the manifest says. */
  public boolean equal() {
    return expected.equals(found);
  }

  /** Reads everything that was restored. */
  public static RestoredDigests compute(
      ArchivedBackup backup, RestorePlan plan, Engine engine, Path scratch)
      throws DrillbookException, InterruptedException {
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (Map.Entry<PartId, Manifest.Part> part : backup.parts().entrySet()) {
      String from = backup.entry(part.getKey().collection()).schema().name().path();
      expected.add(words(part.getValue().sum(), part.getValue().count()));
      for (RestorePlan.Destination destination : plan.collections()) {
        if (destination.from().equals(from)) {
          MultisetSum sum =
              LiveRecords.of(engine, place(destination.into()), scratch)
                  .digestAs(backup.layout(part.getKey()));
          found.add(words(sum.hex(), sum.count()));
        }
      }
    }
    return new RestoredDigests(String.join(", ", expected), String.join(", ", found));
  }

  /** Returns the collection that a path names. */
  public static CollectionName place(String path) {
    List<String> words = Arrays.asList(path.split("/"));
    return new CollectionName(words.subList(0, words.size() - 1), words.getLast());
  }

  private static String words(String sum, long count) {
    return sum.substring(0, 12) + " (" + count + ")";
  }
}
