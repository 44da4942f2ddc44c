package drillbook.recovery;

import drillbook.failure.DrillbookException;
import drillbook.index.IndexCursor;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How two sets of records differ: figures, and the id hashes of a few examples of each kind.
 *
 * @param lost records that were expected and are not there
 * @param added records that are there and were not expected, repeated ones included
 * @param changed records of the same id with another content
 * @param examples id hashes, hex, with what is wrong with them; at most {@value #EXAMPLES} a kind
 */
record RecordDifference(long lost, long added, long changed, Map<String, String> examples) {
  static final int EXAMPLES = 3;

  /** Compares two walks in the order of id hashes; duplicates count as added. */
  static RecordDifference of(IndexCursor expected, IndexCursor found)
      throws DrillbookException, InterruptedException {
    long lost = 0;
    long added = 0;
    long changed = 0;
    Map<String, String> examples = new TreeMap<>();
    boolean left = expected.next();
    boolean right = found.next();
    while (left || right) {
      int order =
          !left ? 1 : !right ? -1 : Arrays.compareUnsigned(expected.idHash(), found.idHash());
      if (order < 0) {
        example(examples, expected.idHash(), "lost", lost++);
        left = expected.next();
      } else if (order > 0) {
        example(examples, found.idHash(), "added", added++);
        right = found.next();
      } else {
        if (!Arrays.equals(expected.contentHash(), found.contentHash())) {
          example(examples, found.idHash(), "changed", changed++);
        }
        left = expected.next();
        right = found.next();
      }
    }
    return new RecordDifference(lost, added, changed, examples);
  }

  private static void example(
      Map<String, String> examples, byte[] idHash, String what, long before) {
    if (before < EXAMPLES) {
      examples.put(HexFormat.of().formatHex(idHash), what);
    }
  }

  /** Finds the ids of the examples among records that are read again. */
  static final class Names {
    private final RecordDifference difference;
    private final Map<String, String> ids = new TreeMap<>();

    Names(RecordDifference difference) {
      this.difference = difference;
    }

    void meet(byte[] idHash, RecordBatch batch, int row) {
      if (ids.size() == difference.examples().size()) {
        return;
      }
      String hash = HexFormat.of().formatHex(idHash);
      if (difference.examples().containsKey(hash)) {
        ids.put(hash, RecordId.print(batch.ids().get(row)));
      }
    }

    String print() {
      List<String> words = new ArrayList<>();
      difference
          .examples()
          .forEach((hash, what) ->
              words.add(what + " '" + ids.getOrDefault(hash, hash.substring(0, 16)) + "'"));
      return difference.lost()
          + " lost, "
          + difference.added()
          + " added, "
          + difference.changed()
          + " changed; for example "
          + String.join(", ", words);
    }
  }
}
