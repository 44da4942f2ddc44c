package drillbook.index;

import drillbook.failure.DrillbookException;
import drillbook.store.ArtifactStore;

/** Writes index runs to the store. */
public final class IndexRunWriter {
  private IndexRunWriter() {}

  /** Writes a run. */
  @SuppressWarnings("DoNotCallSuggester")
  public static RunReceipt write(ArtifactStore store, String key, IndexCursor source)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }
}
