package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.store.ArtifactStore;

/** Writes one segment. */
@SuppressWarnings("DoNotCallSuggester")
public final class SegmentWriter implements AutoCloseable {
  /** Starts a segment. */
  public SegmentWriter(
      ArtifactStore store,
      String folder,
      long number,
      RecordLayout layout,
      SegmentContext context)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Appends a record. */
  public void append(RecordBatch batch, int record, byte[] idHash, byte[] contentHash)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Returns how many records were appended. */
  public int rows() {
    throw new UnsupportedOperationException();
  }

  /** Returns the bytes of the records' columns. */
  public long logicalBytes() {
    throw new UnsupportedOperationException();
  }

  /** Tells whether to commit and start the next segment. */
  public boolean full() {
    throw new UnsupportedOperationException();
  }

  /** Makes the segment exist. */
  public Segment commit() throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Abandons the segment unless it was committed. */
  @Override
  public void close() {}
}
