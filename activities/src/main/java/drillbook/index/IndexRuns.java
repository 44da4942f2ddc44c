package drillbook.index;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactReader;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Reads index runs from the store and merges them. */
public final class IndexRuns {
  /** How many entries are read at once. */
  static final int BLOCK_ENTRIES = 512;

  /** Stands before the entries of a run; the last eight bytes are kept for encryption. */
  private static final byte[] HEADER =
      Arrays.copyOf("DRILLRUN\u0001".getBytes(StandardCharsets.US_ASCII), 16);

  private IndexRuns() {}

  /** Returns a copy of what stands before a run's entries. */
  static byte[] header() {
    return HEADER.clone();
  }

  /**
   * Opens a run. The cursor streams: that the run is what was written is proven when {@link
   * IndexCursor#next()} returns false.
   *
   * @throws DrillbookException NOT_FOUND when it is missing; CORRUPT when it is no run, from the
   *     cursor also when its entries descend or its length or SHA-256 differ
   */
  public static IndexCursor open(ArtifactStore store, String key, long bytes, String sha256)
      throws DrillbookException, InterruptedException {
    if (bytes < HEADER.length || (bytes - HEADER.length) % Entries.BYTES != 0) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read index run " + key + ": no run has " + bytes + " bytes");
    }
    ArtifactReader reader = ArtifactReader.open(store, new Stored(key, bytes, sha256));
    StoredRun run = new StoredRun(reader, key);
    try {
      run.readHeader();
    } catch (DrillbookException | InterruptedException | RuntimeException e) {
      run.close();
      throw e;
    }
    return run;
  }

  /** Opens a run by its receipt. */
  public static IndexCursor open(ArtifactStore store, RunReceipt run)
      throws DrillbookException, InterruptedException {
    return open(store, run.key(), run.bytes(), run.sha256());
  }

  /**
   * Merges cursors: of the entries of one id hash, that of the newest cursor counts, and of several
   * in one cursor the last. Closing the result closes the cursors.
   *
   * @param dropTombstones whether to leave out records whose newest entry says that they were
   *     deleted
   */
  public static IndexCursor merge(List<IndexCursor> newestFirst, boolean dropTombstones) {
    return new MergedCursor(newestFirst, false, dropTombstones);
  }

  /**
   * Checks that entries ascend.
   *
   * @throws IllegalArgumentException when they do not
   */
  static void requireOrder(byte[] previous, byte[] next) {
    if (Arrays.compareUnsigned(previous, next) > 0) {
      throw new IllegalArgumentException(
          "entries must ascend: "
              + HexFormat.of().formatHex(next)
              + " after "
              + HexFormat.of().formatHex(previous));
    }
  }

  private static final class StoredRun extends BlockCursor {
    private final ArtifactReader reader;
    private final String key;
    private final byte[] previous = new byte[Entries.HASH_BYTES];
    private boolean finished;

    StoredRun(ArtifactReader reader, String key) {
      super(BLOCK_ENTRIES);
      this.reader = reader;
      this.key = key;
    }

    void readHeader() throws DrillbookException, InterruptedException {
      byte[] header = new byte[HEADER.length];
      reader.read(header, 0, header.length);
      if (!Arrays.equals(header, HEADER)) {
        throw new DrillbookException(
            FailureKind.CORRUPT, "read index run " + key + ": no run starts here");
      }
    }

    @Override
    int fill(byte[] target) throws DrillbookException, InterruptedException {
      int length = (int) Math.min(target.length, reader.remaining());
      if (length == 0) {
        if (!finished) {
          reader.finish();
          finished = true;
        }
        return 0;
      }
      reader.read(target, 0, length);
      for (int offset = 0; offset < length; offset += Entries.BYTES) {
        boolean descends =
            offset == 0
                ? Entries.compareIds(previous, 0, target, 0) > 0
                : Entries.compareIds(target, offset - Entries.BYTES, target, offset) > 0;
        if (descends) {
          throw new DrillbookException(
              FailureKind.CORRUPT, "read index run " + key + ": its entries do not ascend");
        }
      }
      System.arraycopy(target, length - Entries.BYTES, previous, 0, Entries.HASH_BYTES);
      return length;
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
