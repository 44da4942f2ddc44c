package drillbook.capture;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import drillbook.archive.Artifacts;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.util.BitSet;

/** Which entries of a base index a scan has met: one bit an entry, compressed in the store. */
final class SeenSet {
  private SeenSet() {}

  static Stored put(ArtifactStore store, String key, BitSet seen)
      throws DrillbookException, InterruptedException {
    return store.putNew(key, Zstd.compress(seen.toByteArray(), 1));
  }

  /**
   * Reads a set.
   *
   * @param entries how many entries the base index has
   */
  static BitSet read(ArtifactStore store, Stored stored, long entries)
      throws DrillbookException, InterruptedException {
    byte[] compressed = Artifacts.read(store, stored);
    int most = Math.toIntExact(entries / 8 + 8);
    try {
      BitSet seen = BitSet.valueOf(Zstd.decompress(compressed, most));
      if (seen.length() > entries) {
        throw corrupt(stored, seen.length() + " bits for " + entries + " entries");
      }
      return seen;
    } catch (ZstdException e) {
      throw corrupt(stored, e.toString());
    }
  }

  private static DrillbookException corrupt(Stored stored, String why) {
    return new DrillbookException(
        FailureKind.CORRUPT, "set of seen entries " + stored.key() + " is malformed: " + why);
  }
}
