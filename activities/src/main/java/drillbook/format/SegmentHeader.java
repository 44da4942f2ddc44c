package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** What stands before a segment's frames: version, salt, number and context. */
final class SegmentHeader {
  /** What a reader needs to learn the header's length: magic, version, length. */
  static final int PREFIX_BYTES = 12;

  /** The longest header. */
  static final int MAX_BYTES = 2048;

  private static final byte[] MAGIC = "DRILLSEG".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SALT_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SegmentHeader() {}

  /** Returns the bytes of a header with a salt of its own. */
  static byte[] encode(long number, SegmentContext context) {
    byte[] target = context.target().getBytes(StandardCharsets.UTF_8);
    byte[] backupId = context.backupId().getBytes(StandardCharsets.UTF_8);
    int length = PREFIX_BYTES + SALT_BYTES + 8 + 2 + target.length + 2 + backupId.length + 4;
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putShort((short) VERSION).putShort((short) length).put(salt).putLong(number);
    header.putShort((short) target.length).put(target);
    header.putShort((short) backupId.length).put(backupId);
    header.putInt(crc(header.array(), header.position()));
    return header.array();
  }

  /**
   * Returns the length of a header, from its first {@value #PREFIX_BYTES} bytes.
   *
   * @throws DrillbookException CORRUPT when no segment starts with them
   */
  static int length(byte[] prefix, String where) throws DrillbookException {
    ByteBuffer buffer = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    buffer.get(magic);
    int length = buffer.getShort(PREFIX_BYTES - 2) & 0xffff;
    if (!Arrays.equals(magic, MAGIC)
        || length < PREFIX_BYTES + SALT_BYTES + 16
        || length > MAX_BYTES) {
      throw corrupt(where, "no segment starts here");
    }
    return length;
  }

  /**
   * Checks that a header is the one that the segment list speaks of.
   *
   * @param bytes hold the header from their start
   * @throws DrillbookException CORRUPT when it belongs to another segment, backup or target
   */
  static void check(byte[] bytes, int length, Segment segment, String where)
      throws DrillbookException {
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getInt(length - 4) != crc(bytes, length - 4)) {
      throw corrupt(where, "the header's checksum is wrong");
    }
    int version = header.getShort(MAGIC.length);
    if (version != VERSION) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          where + ": it has version " + version + " of the format",
          "Read it with the version of Drillbook that wrote it, or a later one.");
    }
    byte[] expected = encode(segment.number(), segment.context());
    int salt = PREFIX_BYTES + SALT_BYTES;
    boolean same =
        expected.length == length
            && Arrays.equals(expected, salt, length - 4, bytes, salt, length - 4);
    if (!same) {
      throw corrupt(
          where,
          "it is not segment " + segment.number() + " of " + segment.context() + " but another's");
    }
  }

  static DrillbookException corrupt(String where, String why) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        where + ": " + why,
        "The artifact was changed or damaged in the store: restore another backup.");
  }

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
