package drillbook.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A digest of a multiset of records that does not depend on their order: the sum of their content
 * hashes, read as big-endian unsigned numbers, modulo 2^256, and their count. It finds faults; it
 * does not stop someone who chooses records to make it collide, for which {@link MerkleRoot} is.
 * Not thread-safe.
 */
public final class MultisetSum {
  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private long high;
  private long upper;
  private long lower;
  private long low;
  private long count;

  private MultisetSum() {}

  /** Returns the sum of nothing. */
  public static MultisetSum empty() {
    return new MultisetSum();
  }

  /**
   * Returns a sum from its parts.
   *
   * @param hex 64 hexadecimal digits, as {@link #hex()} returns them
   * @throws IllegalArgumentException for other digits, or a negative count
   */
  public static MultisetSum of(String hex, long count) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (bytes.length != RecordHasher.HASH_BYTES || count < 0) {
      throw new IllegalArgumentException("no multiset sum: " + hex + " of " + count);
    }
    MultisetSum sum = new MultisetSum();
    sum.add(bytes);
    sum.count = count;
    return sum;
  }

  /** Adds one record. */
  public void add(byte[] contentHash) {
    add(word(contentHash, 0), word(contentHash, 8), word(contentHash, 16), word(contentHash, 24));
    count++;
  }

  /** Takes one record away. */
  public void subtract(byte[] contentHash) {
    // a - b = a + ~b + 1
    add(
        ~word(contentHash, 0),
        ~word(contentHash, 8),
        ~word(contentHash, 16),
        ~word(contentHash, 24));
    add(0, 0, 0, 1);
    count--;
  }

  /** Adds all records of another sum. */
  public void merge(MultisetSum other) {
    long more = other.count;
    add(other.high, other.upper, other.lower, other.low);
    count += more;
  }

  /** Returns how many records were added and not taken away. */
  public long count() {
    return count;
  }

  /** Returns the sum as 64 lower-case hexadecimal digits. */
  public String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high)
        + hex.toHexDigits(upper)
        + hex.toHexDigits(lower)
        + hex.toHexDigits(low);
  }

  @Override
  public String toString() {
    return count + ":" + hex();
  }

  private void add(long word0, long word1, long word2, long word3) {
    long sum = low + word3;
    long carry = carry(low, word3, sum);
    low = sum;
    sum = lower + word2 + carry;
    carry = carry(lower, word2, sum);
    lower = sum;
    sum = upper + word1 + carry;
    carry = carry(upper, word1, sum);
    upper = sum;
    high += word0 + carry;
  }

  private static long carry(long left, long right, long sum) {
    return ((left & right) | ((left | right) & ~sum)) >>> 63;
  }

  private static long word(byte[] hash, int offset) {
    return (long) BIG_ENDIAN.get(hash, offset);
  }
}
