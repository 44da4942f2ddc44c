package drillbook.engine.qdrant;

import drillbook.record.RecordId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Ids of points: unsigned 64-bit integers and UUIDs, in the order in which Qdrant hands points out:
 * integers first, then UUIDs, each ascending without signs.
 *
 * @param isUuid whether it is a UUID
 * @param high a UUID's upper half; 0 for an integer
 * @param low a UUID's lower half, or the integer
 */
record PointId(boolean isUuid, long high, long low) implements Comparable<PointId> {
  private static final BigInteger UNSIGNED = BigInteger.ONE.shiftLeft(64);

  /** RFC 9562 name space of ids that are mapped: a random one, never to be changed. */
  private static final UUID NAMES = UUID.fromString("3f1c2b9e-6a0d-4f3e-9b57-2f6c0d8e41aa");

  private static final Comparator<PointId> ORDER =
      Comparator.comparing(PointId::isUuid)
          .thenComparing(PointId::high, Long::compareUnsigned)
          .thenComparing(PointId::low, Long::compareUnsigned);

  /** Returns the id of an unsigned integer. */
  static PointId of(long number) {
    return new PointId(false, 0, number);
  }

  /** Returns the id that is a UUID. */
  static PointId of(UUID uuid) {
    return new PointId(true, uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  /** Returns the point that a record is, where Qdrant holds its id as it is; else a mapped one. */
  static PointId ofRecord(byte[] id) {
    List<Object> parts = RecordId.parts(id);
    if (parts.size() == 1) {
      if (parts.getFirst() instanceof Long number && number >= 0) {
        return of(number);
      }
      if (parts.getFirst() instanceof BigInteger number
          && number.signum() > 0
          && number.compareTo(UNSIGNED) < 0) {
        return of(number.longValue());
      }
      if (parts.getFirst() instanceof UUID uuid) {
        return of(uuid);
      }
    }
    return of(mapped(new byte[0], id));
  }

  /** Returns the point that a record of a tenant is, where tenants share one space of ids. */
  static PointId ofRecord(String tenant, byte[] id) {
    byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
    return of(
        mapped(ByteBuffer.allocate(4 + name.length).putInt(name.length).put(name).array(), id));
  }

  /** A UUID of version 5 over the id's encoding. */
  private static UUID mapped(byte[] before, byte[] id) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(
          ByteBuffer.allocate(16)
              .putLong(NAMES.getMostSignificantBits())
              .putLong(NAMES.getLeastSignificantBits())
              .array());
      sha1.update(before);
      ByteBuffer hash = ByteBuffer.wrap(sha1.digest(id));
      long high = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x5000L;
      long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what {@link #toString} printed. */
  static PointId parse(String text) {
    return text.indexOf('-') < 0 ? of(Long.parseUnsignedLong(text)) : of(UUID.fromString(text));
  }

  private UUID uuid() {
    return new UUID(high, low);
  }

  /** Returns the record id that a point has by itself. */
  byte[] record() {
    if (isUuid) {
      return RecordId.of(uuid());
    }
    return low >= 0
        ? RecordId.of(low)
        : RecordId.ofParts(List.of(new BigInteger(Long.toUnsignedString(low))));
  }

  /** Returns the id as JSON has it: a number or a text. */
  Object json() {
    return isUuid ? uuid().toString() : new BigInteger(Long.toUnsignedString(low));
  }

  @Override
  public int compareTo(PointId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return isUuid ? uuid().toString() : Long.toUnsignedString(low);
  }
}
