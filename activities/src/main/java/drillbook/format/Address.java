package drillbook.format;

import drillbook.index.IndexCursor;

/** Where a record lies within its part: 44 bits of segment number, 20 bits of row. */
public final class Address {
  /** The address of a record that was deleted. */
  public static final long TOMBSTONE = IndexCursor.TOMBSTONE;

  /** How many records a segment holds at most. */
  public static final int MAX_ROWS = 1 << 17;

  /** The largest segment number; one less than 44 bits hold, which is left to the tombstone. */
  public static final long MAX_SEGMENT = (1L << 44) - 2;

  private static final int ROW_BITS = 20;

  private Address() {}

  /**
   * Returns the address of a record.
   *
   * @throws IllegalArgumentException when segment or row are out of range
   */
  public static long of(long segment, int row) {
    if (segment < 0 || segment > MAX_SEGMENT || row < 0 || row >= MAX_ROWS) {
      throw new IllegalArgumentException("no address: segment " + segment + ", row " + row);
    }
    return segment << ROW_BITS | row;
  }

  /** Returns the segment number of an address that is no tombstone. */
  public static long segment(long address) {
    return address >>> ROW_BITS;
  }

  /** Returns the row of an address that is no tombstone. */
  public static int row(long address) {
    return (int) address & ((1 << ROW_BITS) - 1);
  }
}
