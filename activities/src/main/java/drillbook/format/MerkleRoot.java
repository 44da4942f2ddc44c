package drillbook.format;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The root of the Merkle tree of RFC 9162, section 2.1.1, over a part's records in the order of
 * their id hashes. Holds one hash for each level. Not thread-safe.
 */
public final class MerkleRoot {
  private static final int HASH = RecordHasher.HASH_BYTES;
  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final MessageDigest digest = RecordHasher.sha256();

  /** The roots of perfect subtrees, largest first; one for each bit that is set in the count. */
  private final byte[] stack = new byte[64 * HASH];

  private final byte[] previous = new byte[HASH];
  private int depth;
  private long count;

  /**
   * Adds a record as the next leaf.
   *
   * @throws IllegalArgumentException when the id hash is smaller than the one before
   */
  public void add(byte[] idHash, byte[] contentHash) {
    if (count > 0 && Arrays.compareUnsigned(previous, idHash) > 0) {
      throw new IllegalArgumentException(
          "leaves must ascend: "
              + HexFormat.of().formatHex(idHash)
              + " after "
              + HexFormat.of().formatHex(previous));
    }
    System.arraycopy(idHash, 0, previous, 0, HASH);
    digest.update(LEAF);
    digest.update(idHash, 0, HASH);
    digest.update(contentHash, 0, HASH);
    finish(stack, depth * HASH);
    depth++;
    count++;
    for (long bits = count; (bits & 1) == 0; bits >>>= 1) {
      join(stack);
    }
  }

  /** Returns how many leaves were added. */
  public long count() {
    return count;
  }

  /** Returns the root over the leaves so far, 64 lower-case hexadecimal digits. */
  public String hex() {
    if (count == 0) {
      return HexFormat.of().formatHex(digest.digest());
    }
    byte[] copy = stack.clone();
    int kept = depth;
    while (depth > 1) {
      join(copy);
    }
    depth = kept;
    return HexFormat.of().formatHex(copy, 0, HASH);
  }

  private void join(byte[] hashes) {
    int left = (depth - 2) * HASH;
    digest.update(NODE);
    digest.update(hashes, left, 2 * HASH);
    finish(hashes, left);
    depth--;
  }

  private void finish(byte[] target, int offset) {
    try {
      digest.digest(target, offset, HASH);
    } catch (DigestException e) {
      throw new IllegalStateException("hash beyond " + target.length, e);
    }
  }
}
