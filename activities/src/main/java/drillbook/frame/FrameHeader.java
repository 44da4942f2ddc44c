package drillbook.frame;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.zip.CRC32C;

/**
 * What stands before a frame's body.
 *
 * @param number the frame's number within its segment, from 0
 * @param last whether no frame follows
 * @param cipher how the body is encrypted; 0 = not
 * @param keySlot which of the manifest's keys encrypts it; 0 = none
 * @param rows how many records it holds
 * @param bodyBytes the stored length of the body
 * @param plainBytes the length of the body before encryption
 * @param bodyCrc CRC-32C of the stored body
 */
public record FrameHeader(
    int number,
    boolean last,
    int cipher,
    int keySlot,
    int rows,
    int bodyBytes,
    int plainBytes,
    int bodyCrc) {
  /** The length of a header in bytes. */
  public static final int BYTES = 32;

  /** The most records that a frame holds: as many as a segment. */
  public static final int MAX_ROWS = 1 << 17;

  /** The largest record, and with it the largest frame, in bytes of its columns. */
  public static final int MAX_RECORD_BYTES = 64 << 20;

  /** What a frame's body may take: the largest record and room for lengths. */
  public static final int MAX_BODY_BYTES = MAX_RECORD_BYTES + (4 << 20);

  static final int MAGIC = 0x4d465244; // "DRFM" in little-endian order

  /** Writes the header into the first {@value #BYTES} bytes of a buffer. */
  void write(byte[] target) {
    FrameBuffer.INT.set(target, 0, MAGIC);
    FrameBuffer.INT.set(target, 4, number);
    target[8] = (byte) (last ? 1 : 0);
    target[9] = (byte) cipher;
    FrameBuffer.SHORT.set(target, 10, (short) keySlot);
    FrameBuffer.INT.set(target, 12, rows);
    FrameBuffer.INT.set(target, 16, bodyBytes);
    FrameBuffer.INT.set(target, 20, plainBytes);
    FrameBuffer.INT.set(target, 24, bodyCrc);
    FrameBuffer.INT.set(target, 28, crc(target, 0, 28));
  }

  /**
   * Returns the header that bytes hold, every number within its bounds.
   *
   * @param where names artifact and frame in the message
   * @param offset where the header starts
   * @throws DrillbookException CORRUPT when they hold none; UNSUPPORTED when it is encrypted
   */
  public static FrameHeader read(byte[] bytes, int offset, String where) throws DrillbookException {
    if (number(bytes, offset) != MAGIC) {
      throw corrupt(where, "no frame starts here");
    }
    if (number(bytes, offset + 28) != crc(bytes, offset, 28)) {
      throw corrupt(where, "the header's checksum is wrong");
    }
    FrameHeader header =
        new FrameHeader(
            number(bytes, offset + 4),
            bytes[offset + 8] == 1,
            bytes[offset + 9],
            (short) FrameBuffer.SHORT.get(bytes, offset + 10),
            number(bytes, offset + 12),
            number(bytes, offset + 16),
            number(bytes, offset + 20),
            number(bytes, offset + 24));
    if ((bytes[offset + 8] & ~1) != 0
        || header.number < 0
        || outside(header.rows, MAX_ROWS)
        || outside(header.bodyBytes, MAX_BODY_BYTES)
        || outside(header.plainBytes, MAX_BODY_BYTES)) {
      throw corrupt(where, "a number of the header is out of bounds: " + header);
    }
    if (header.cipher != 0 || header.keySlot != 0) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          where + ": it is encrypted with cipher " + header.cipher,
          "Read it with the version of Drillbook that wrote it, or a later one.");
    }
    if (header.plainBytes != header.bodyBytes) {
      throw corrupt(where, "plain and stored length differ: " + header);
    }
    return header;
  }

  /** Returns a failure of kind CORRUPT. */
  static DrillbookException corrupt(String where, String why) {
    return new DrillbookException(FailureKind.CORRUPT, where + ": " + why);
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static int number(byte[] bytes, int offset) {
    return (int) FrameBuffer.INT.get(bytes, offset);
  }

  private static boolean outside(int value, int limit) {
    return value < 0 || value > limit;
  }
}
