package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordLayout;
import drillbook.store.ArtifactStore;

/** Reads segments. */
public final class SegmentReader {
  private SegmentReader() {}

  /** Reads a whole segment. */
  @SuppressWarnings("DoNotCallSuggester")
  public static void read(
      ArtifactStore store, Segment segment, RecordLayout layout, FrameConsumer consumer)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Fetches some rows. */
  @SuppressWarnings("DoNotCallSuggester")
  public static void fetch(
      ArtifactStore store,
      Segment segment,
      RecordLayout layout,
      int[] sortedRows,
      RowConsumer consumer)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }
}
