package drillbook.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Index entries as bytes: id hash 32, content hash 32, address 8, big-endian. */
final class Entries {
  static final int HASH_BYTES = 32;
  static final int BYTES = 2 * HASH_BYTES + 8;

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Entries() {}

  /** Writes an entry. */
  static void put(byte[] target, int offset, byte[] idHash, byte[] contentHash, long address) {
    System.arraycopy(idHash, 0, target, offset, HASH_BYTES);
    System.arraycopy(contentHash, 0, target, offset + HASH_BYTES, HASH_BYTES);
    BIG_ENDIAN.set(target, offset + 2 * HASH_BYTES, address);
  }

  /** Returns the first 8 bytes of an id hash. */
  static long prefix(byte[] bytes, int offset) {
    return (long) BIG_ENDIAN.get(bytes, offset);
  }

  /** Returns an entry's address. */
  static long address(byte[] bytes, int offset) {
    return (long) BIG_ENDIAN.get(bytes, offset + 2 * HASH_BYTES);
  }

  /** Compares the id hashes of two entries. */
  static int compareIds(byte[] left, int leftOffset, byte[] right, int rightOffset) {
    return Arrays.compareUnsigned(
        left, leftOffset, leftOffset + HASH_BYTES, right, rightOffset, rightOffset + HASH_BYTES);
  }

  /** Compares two entries by id hash, then by address. */
  static int compare(byte[] left, int leftOffset, byte[] right, int rightOffset) {
    int order = compareIds(left, leftOffset, right, rightOffset);
    return order != 0
        ? order
        : Long.compareUnsigned(address(left, leftOffset), address(right, rightOffset));
  }
}
