package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.failure.DrillbookException;
import drillbook.format.Segment;
import drillbook.index.IndexCursor;
import drillbook.index.IndexFile;
import drillbook.index.IndexRuns;
import drillbook.index.RunReceipt;
import drillbook.store.ArtifactStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is already stored of a part: the parent's live records, and what earlier generations of this
 * run stored before their snapshot was lost. Brought to scratch disk once and shared by the ranges
 * of the part; safe for several threads.
 */
final class BaseIndex implements AutoCloseable {
  private static final int HASH_BYTES = 32;

  private final IndexFile file;

  private BaseIndex(IndexFile file) {
    this.file = file;
  }

  /**
   * Brings the index of a part to a scratch file.
   *
   * @param earlier segments of earlier generations, newest generation first
   * @param parentRuns the parent's runs of the part, newest first
   */
  static BaseIndex open(
      ArtifactStore store, List<Segment> earlier, List<RunReceipt> parentRuns, Path file)
      throws DrillbookException, InterruptedException {
    List<RunReceipt> runs = new ArrayList<>(earlier.stream().map(Segment::run).toList());
    runs.addAll(parentRuns);
    try (IndexCursor cursor = IndexRuns.merge(ArchivedBackup.openRuns(store, runs), true)) {
      return new BaseIndex(IndexFile.write(cursor, file));
    }
  }

  /** Returns how many records are known. */
  long size() {
    return file.size();
  }

  /** Returns where a record is known, or -1. */
  synchronized long find(byte[] idHash) throws DrillbookException, InterruptedException {
    return file.find(idHash);
  }

  /** Tells whether the record at a position has this content. */
  synchronized boolean holds(long position, byte[] contentHash)
      throws DrillbookException, InterruptedException {
    byte[] known = new byte[HASH_BYTES];
    file.contentHash(position, known);
    return Arrays.equals(known, contentHash);
  }

  /** Copies the content hash of the record at a position. */
  synchronized void contentHash(long position, byte[] contentHash)
      throws DrillbookException, InterruptedException {
    file.contentHash(position, contentHash);
  }

  /** Opens a walk over all entries, position 0 first. */
  synchronized IndexCursor cursor() throws DrillbookException, InterruptedException {
    return file.cursor();
  }

  @Override
  public synchronized void close() {
    file.close();
  }
}
