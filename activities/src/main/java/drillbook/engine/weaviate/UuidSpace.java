package drillbook.engine.weaviate;

import drillbook.record.RecordId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The ids of objects: in which order they stand, how their space is split, how others are made. */
final class UuidSpace {
  /** Names the ids that Drillbook makes; fixed, since ids in live classes were made with it. */
  private static final UUID NAMESPACE = UUID.fromString("6b1f7a1e-5f0d-5c52-9d3b-2f6a3c1b8e47");

  private static final BigInteger SIZE = BigInteger.ONE.shiftLeft(128);

  private UuidSpace() {}

  /** Returns the object id of a record: its own where it is a UUID, else one made of it. */
  static UUID objectId(byte[] id) {
    return own(id).orElseGet(() -> made(id));
  }

  /** Returns the UUID that a record's id is; empty where it is something else. */
  static Optional<UUID> own(byte[] id) {
    List<Object> parts = RecordId.parts(id);
    return parts.size() == 1 && parts.getFirst() instanceof UUID uuid
        ? Optional.of(uuid)
        : Optional.empty();
  }

  /** A UUID of version 5 (RFC 9562) over the encoded id. */
  private static UUID made(byte[] id) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(bytes(NAMESPACE));
      byte[] digest = sha1.digest(id);
      digest[6] = (byte) ((digest[6] & 0x0f) | 0x50);
      digest[8] = (byte) ((digest[8] & 0x3f) | 0x80);
      ByteBuffer buffer = ByteBuffer.wrap(digest);
      return new UUID(buffer.getLong(), buffer.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /** Compares in the server's order: by unsigned bytes. */
  static int compare(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }

  /** Returns the last id before another; empty before the first of all. */
  static Optional<UUID> before(UUID uuid) {
    BigInteger value = new BigInteger(1, bytes(uuid));
    return value.signum() == 0 ? Optional.empty() : Optional.of(of(value.subtract(BigInteger.ONE)));
  }

  /** Returns where parts of the same size begin, but for the first one. */
  static List<UUID> split(int parts) {
    List<UUID> starts = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      starts.add(of(SIZE.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(parts))));
    }
    return starts;
  }

  private static UUID of(BigInteger value) {
    return new UUID(value.shiftRight(64).longValue(), value.longValue());
  }
}
