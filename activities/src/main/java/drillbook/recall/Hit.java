package drillbook.recall;

import drillbook.format.RecordHasher;

/**
 * A true nearest neighbour.
 *
 * @param idHash 32 bytes, as {@link RecordHasher} computes it
 * @param id the record's id, as {@link drillbook.record.RecordId} encodes it
 * @param distance by the question's metric, in the units of {@link Question}
 */
public record Hit(byte[] idHash, byte[] id, double distance) {
  /** The longest id that a recall set holds, in bytes. */
  public static final int MAX_ID_BYTES = 1 << 20;

  /** Rejects a distance that orders nothing, and a hash of another length. */
  public Hit {
    if (idHash.length != RecordHasher.HASH_BYTES) {
      throw new IllegalArgumentException("an id hash has 32 bytes: " + idHash.length);
    }
    if (id.length == 0 || id.length > MAX_ID_BYTES) {
      throw new IllegalArgumentException("an id has 1 to 1048576 bytes: " + id.length);
    }
    if (!Double.isFinite(distance)) {
      throw new IllegalArgumentException("a distance must be finite: " + distance);
    }
  }
}
