package drillbook.index;

import drillbook.failure.DrillbookException;

/** Walks over entries that come in blocks of bytes. */
abstract class BlockCursor implements IndexCursor {
  private final byte[] block;
  private final byte[] idHash = new byte[Entries.HASH_BYTES];
  private final byte[] contentHash = new byte[Entries.HASH_BYTES];
  private long address;
  private int position;
  private int limit;

  /**
   * Creates a cursor before its first entry.
   *
   * @param entries how many entries a block holds at most
   */
  BlockCursor(int entries) {
    block = new byte[entries * Entries.BYTES];
  }

  /** Fills the block from its start; returns how many bytes it holds then, 0 behind the end. */
  abstract int fill(byte[] target) throws DrillbookException, InterruptedException;

  @Override
  public final boolean next() throws DrillbookException, InterruptedException {
    if (position == limit) {
      position = 0;
      limit = fill(block);
      if (limit == 0) {
        return false;
      }
    }
    System.arraycopy(block, position, idHash, 0, Entries.HASH_BYTES);
    System.arraycopy(block, position + Entries.HASH_BYTES, contentHash, 0, Entries.HASH_BYTES);
    address = Entries.address(block, position);
    position += Entries.BYTES;
    return true;
  }

  @Override
  public final byte[] idHash() {
    return idHash;
  }

  @Override
  public final byte[] contentHash() {
    return contentHash;
  }

  @Override
  public final long address() {
    return address;
  }
}
