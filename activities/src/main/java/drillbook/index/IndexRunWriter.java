package drillbook.index;

import drillbook.failure.DrillbookException;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StreamFailure;
import java.io.IOException;

/** Writes index runs to the store. */
public final class IndexRunWriter {
  private IndexRunWriter() {}

  /**
   * Writes the entries of a cursor as one run, and leaves the cursor open.
   *
   * @param key used by nobody else: it ends in an attempt id
   * @param source ascending by id hash
   * @throws DrillbookException what the store or the cursor throws
   * @throws IllegalArgumentException when the entries descend
   */
  public static RunReceipt write(ArtifactStore store, String key, IndexCursor source)
      throws DrillbookException, InterruptedException {
    try (ArtifactWriter writer = store.write(key)) {
      byte[] block = new byte[IndexRuns.BLOCK_ENTRIES * Entries.BYTES];
      byte[] previous = new byte[Entries.HASH_BYTES];
      int length = 0;
      long entries = 0;
      writer.write(IndexRuns.header());
      while (source.next()) {
        IndexRuns.requireOrder(previous, source.idHash());
        System.arraycopy(source.idHash(), 0, previous, 0, Entries.HASH_BYTES);
        Entries.put(block, length, source.idHash(), source.contentHash(), source.address());
        length += Entries.BYTES;
        entries++;
        if (length == block.length) {
          writer.write(block, 0, length);
          length = 0;
        }
      }
      writer.write(block, 0, length);
      Stored stored = writer.commit();
      return new RunReceipt(key, stored.bytes(), stored.sha256(), entries);
    } catch (IOException e) {
      throw StreamFailure.of("write index run " + key, e);
    }
  }
}
