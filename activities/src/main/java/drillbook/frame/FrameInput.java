package drillbook.frame;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import drillbook.failure.DrillbookException;

/** Reads a frame's body, which may be hostile: each length is checked before it is used. */
final class FrameInput implements AutoCloseable {
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private byte[] bytes = new byte[0];
  private String where = "";
  private int position;
  private int limit;
  private long room;

  /** Starts on a body. */
  void start(byte[] body, int offset, int length, String name) {
    bytes = body;
    position = offset;
    limit = offset + length;
    where = name;
    room = 2L * FrameHeader.MAX_BODY_BYTES;
  }

  int position() {
    return position;
  }

  int remaining() {
    return limit - position;
  }

  int readByte() throws DrillbookException {
    need(1);
    return bytes[position++] & 0xff;
  }

  int readShort() throws DrillbookException {
    need(2);
    int value = (short) FrameBuffer.SHORT.get(bytes, position) & 0xffff;
    position += 2;
    return value;
  }

  /** Reads a number from 0 to a bound. */
  int readNumber(int bound, String what) throws DrillbookException {
    need(4);
    int value = (int) FrameBuffer.INT.get(bytes, position);
    position += 4;
    if (value < 0 || value > bound) {
      throw corrupt(what + " out of bounds: " + Integer.toUnsignedString(value));
    }
    return value;
  }

  /**
   * Reads a block.
   *
   * @param target used where it is long enough
   * @return an array that holds the block's bytes from its start
   */
  Block readBlock(byte[] target) throws DrillbookException {
    int codec = readByte();
    int length = readNumber(FrameHeader.MAX_BODY_BYTES, "length of a block");
    int stored = readNumber(FrameHeader.MAX_BODY_BYTES, "stored length of a block");
    need(stored);
    room -= length;
    if (room < 0) {
      throw corrupt("its blocks are longer than a frame may be");
    }
    byte[] data = target.length >= length ? target : new byte[length];
    switch (codec) {
      case BlockWriter.RAW -> {
        if (stored != length) {
          throw corrupt("a raw block of " + length + " bytes stores " + stored);
        }
        System.arraycopy(bytes, position, data, 0, length);
      }
      case BlockWriter.ZSTD -> decompress(data, length, stored);
      default -> throw corrupt("unknown codec of a block: " + codec);
    }
    position += stored;
    return new Block(data, length);
  }

  /** Returns a failure of kind CORRUPT. */
  DrillbookException corrupt(String why) {
    return FrameHeader.corrupt(where, why);
  }

  @Override
  public void close() {
    zstd.close();
  }

  private void decompress(byte[] target, int length, int stored) throws DrillbookException {
    int count;
    try {
      count = zstd.decompressByteArray(target, 0, length, bytes, position, stored);
    } catch (ZstdException e) {
      throw corrupt("a block does not decompress: " + e.getMessage());
    }
    if (count != length) {
      throw corrupt("a block of " + length + " bytes decompresses to " + count);
    }
  }

  private void need(int count) throws DrillbookException {
    if (count > limit - position) {
      throw corrupt("it ends " + (count - (limit - position)) + " bytes early");
    }
  }

  /** Bytes of which the first {@code length} count. */
  record Block(byte[] data, int length) {
    Block {
      if (length > data.length) {
        throw new IllegalArgumentException(length + " of " + data.length + " bytes");
      }
    }
  }
}
