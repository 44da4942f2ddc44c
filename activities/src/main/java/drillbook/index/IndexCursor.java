package drillbook.index;

import drillbook.failure.DrillbookException;

/**
 * Walks over index entries in the unsigned order of their id hashes. Before the first {@link
 * #next()} there is no entry. Not thread-safe.
 */
public interface IndexCursor extends AutoCloseable {
  /** The address of a record that was deleted. */
  long TOMBSTONE = -1L;

  /**
   * Goes to the next entry; returns false behind the last one, where what the cursor reads has been
   * proven whole.
   *
   * @throws DrillbookException CORRUPT when the entries are not what was written
   */
  boolean next() throws DrillbookException, InterruptedException;

  /** Returns the entry's id hash, 32 bytes in an array that {@link #next()} overwrites. */
  byte[] idHash();

  /** Returns the entry's content hash, 32 bytes in an array that {@link #next()} overwrites. */
  byte[] contentHash();

  /** Returns where the record lies; {@link #TOMBSTONE} where it was deleted. */
  long address();

  /** Tells whether the record was deleted. */
  default boolean tombstone() {
    return address() == TOMBSTONE;
  }

  /** Releases what the cursor holds. Never fails. */
  @Override
  void close();
}
