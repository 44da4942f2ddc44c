package drillbook.index;

import drillbook.failure.DrillbookException;
import drillbook.store.ArtifactStore;
import java.util.List;

/** Index runs in the store. */
public final class IndexRuns {
  private IndexRuns() {}

  /** Opens a run. */
  @SuppressWarnings("DoNotCallSuggester")
  public static IndexCursor open(ArtifactStore store, String key, long bytes, String sha256)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Merges runs. */
  @SuppressWarnings("DoNotCallSuggester")
  public static IndexCursor merge(List<IndexCursor> newestFirst, boolean dropTombstones) {
    throw new UnsupportedOperationException();
  }
}
