package drillbook.index;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;

/** An index on scratch disk. */
@SuppressWarnings("DoNotCallSuggester")
public final class IndexFile implements AutoCloseable {
  private IndexFile() {}

  /** Writes it. */
  @SuppressWarnings("DoNotCallSuggester")
  public static IndexFile write(IndexCursor source, Path file)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of entries. */
  public long size() {
    throw new UnsupportedOperationException();
  }

  /** Returns an entry's position, or -1. */
  public long find(byte[] idHash) throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Copies an entry's content hash. */
  public void contentHash(long position, byte[] target)
      throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Returns an entry's address. */
  public long address(long position) throws DrillbookException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Walks over all entries. */
  public IndexCursor cursor() {
    throw new UnsupportedOperationException();
  }

  /** Deletes the file. */
  @Override
  public void close() {}
}
