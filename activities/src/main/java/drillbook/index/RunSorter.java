package drillbook.index;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;

/** Sorts entries. */
@SuppressWarnings("DoNotCallSuggester")
public final class RunSorter implements AutoCloseable {
  /** Creates a sorter. */
  public RunSorter(Path scratchFolder) {}

  /** Adds an entry. */
  public void add(byte[] idHash, byte[] contentHash, long address)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Returns the entries in order. */
  public IndexCursor sorted() throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Deletes the scratch files. */
  @Override
  public void close() {}
}
