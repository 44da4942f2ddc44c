package drillbook.frame;

import drillbook.failure.DrillbookException;
import drillbook.frame.FrameInput.Block;

/** A column of a frame between its bytes and a batch. Reused from frame to frame. */
final class DecodedColumn {
  private boolean[] present = new boolean[0];
  private int[] lengths = new int[0];
  private int[] rows = new int[0];
  private int[] dimensions = new int[0];
  private byte[] meta = new byte[0];
  private byte[] data = new byte[0];
  private byte[] exponents = new byte[0];
  private byte[] rest = new byte[0];
  private byte[] low = new byte[0];
  private boolean used;
  private int cursor;

  /** Forgets the frame before. */
  void clear() {
    used = false;
    cursor = 0;
  }

  boolean isPresent(int record) {
    return used && present[record];
  }

  byte[] data() {
    return data;
  }

  /** Returns where the record's value starts, and moves on to the next one. */
  int take(int record, int unit) {
    int start = cursor;
    cursor += lengths[record] * unit;
    return start;
  }

  int length(int record) {
    return lengths[record];
  }

  int rows(int record) {
    return rows[record];
  }

  int dimension(int record) {
    return dimensions[record];
  }

  /** Reads presence and lengths; returns the sum of the lengths. */
  private long readLengths(FrameInput in, int count, int unit) throws DrillbookException {
    Block block = in.readBlock(meta);
    meta = block.data();
    MetaReader reader = new MetaReader(in, block);
    readPresence(reader, count);
    boolean each = reader.flag();
    int same = each ? 0 : reader.number();
    long sum = 0;
    for (int record = 0; record < count; record++) {
      if (present[record]) {
        lengths[record] = each ? reader.number() : same;
        sum += (long) lengths[record] * unit;
        if (sum > FrameHeader.MAX_BODY_BYTES) {
          throw in.corrupt("values are longer than a frame may be");
        }
      }
    }
    reader.finish();
    return sum;
  }

  /** Reads a column of byte strings, or the positions of sparse vectors. */
  void readBytes(FrameInput in, int count, int unit) throws DrillbookException {
    long sum = readLengths(in, count, unit);
    readData(in, sum);
    used = true;
  }

  /** Reads the block that holds a number of bytes. */
  void readData(FrameInput in, long expected) throws DrillbookException {
    Block block = in.readBlock(data);
    data = block.data();
    if (block.length() != expected) {
      throw in.corrupt("a column has " + block.length() + " bytes, not " + expected);
    }
  }

  /** Makes a column of values beside another of positions. */
  void readBeside(FrameInput in, DecodedColumn positions, int count, int unit)
      throws DrillbookException {
    grow(count);
    long sum = 0;
    for (int record = 0; record < count; record++) {
      present[record] = positions.present[record];
      lengths[record] = positions.lengths[record];
      sum += present[record] ? (long) lengths[record] * unit : 0;
    }
    readData(in, sum);
    used = true;
  }

  /**
   * Reads a column of dense vectors.
   *
   * @param elementBits the bits of one element
   */
  void readVectors(FrameInput in, int count, int elementBits) throws DrillbookException {
    Block block = in.readBlock(meta);
    meta = block.data();
    MetaReader reader = new MetaReader(in, block);
    readPresence(reader, count);
    boolean each = reader.flag();
    int same = each ? 0 : reader.number();
    long sum = 0;
    for (int record = 0; record < count; record++) {
      if (present[record]) {
        rows[record] = each ? reader.number() : 1;
        dimensions[record] = each ? reader.number() : same;
        long vector = ((long) dimensions[record] * elementBits + 7) / 8;
        // The first test keeps the product within a long.
        long length = vector > FrameHeader.MAX_BODY_BYTES ? vector : rows[record] * vector;
        sum += length;
        if (length > FrameHeader.MAX_BODY_BYTES || sum > FrameHeader.MAX_BODY_BYTES) {
          throw in.corrupt("vectors are longer than a frame may be");
        }
        lengths[record] = (int) length;
      }
    }
    reader.finish();
    readBits(in, (int) sum, elementBits);
    used = true;
  }

  private void readBits(FrameInput in, int length, int elementBits) throws DrillbookException {
    int codec = in.readByte();
    if (codec == VectorPlanes.PLAIN) {
      readData(in, length);
      return;
    }
    int count = length / 4;
    if (elementBits != 32 || count == 0) {
      throw in.corrupt("planes of vectors that are no f32");
    }
    if (data.length < length) {
      data = new byte[length];
    }
    switch (codec) {
      case VectorPlanes.EXPONENT -> {
        rest = plane(in, rest, count * 3);
        exponents = plane(in, exponents, count);
        VectorPlanes.join(exponents, rest, data, count);
      }
      case VectorPlanes.SHORT_MANTISSA -> {
        exponents = plane(in, exponents, count);
        rest = plane(in, rest, count);
        low = plane(in, low, count);
        VectorPlanes.joinShort(exponents, rest, low, data, count);
      }
      default -> throw in.corrupt("unknown codec of vectors: " + codec);
    }
  }

  private static byte[] plane(FrameInput in, byte[] target, int length) throws DrillbookException {
    Block block = in.readBlock(target);
    if (block.length() != length) {
      throw in.corrupt("a plane has " + block.length() + " bytes, not " + length);
    }
    return block.data();
  }

  private void readPresence(MetaReader reader, int count) throws DrillbookException {
    grow(count);
    boolean marked = reader.flag();
    int marks = 0;
    for (int record = 0; record < count; record++) {
      if (marked && record % 8 == 0) {
        marks = reader.octet();
      }
      present[record] = !marked || (marks >> (record % 8) & 1) == 1;
    }
  }

  private void grow(int count) {
    if (present.length < count) {
      present = new boolean[count];
      lengths = new int[count];
      rows = new int[count];
      dimensions = new int[count];
    }
  }

  /** Reads the numbers of a block of lengths. */
  private static final class MetaReader {
    private final FrameInput in;
    private final Block block;
    private int position;

    MetaReader(FrameInput in, Block block) {
      this.in = in;
      this.block = block;
    }

    int octet() throws DrillbookException {
      need(1);
      return block.data()[position++] & 0xff;
    }

    boolean flag() throws DrillbookException {
      int flag = octet();
      if (flag > 1) {
        throw in.corrupt("a flag is " + flag);
      }
      return flag == 1;
    }

    int number() throws DrillbookException {
      need(4);
      int value = (int) FrameBuffer.INT.get(block.data(), position);
      position += 4;
      if (value < 0) {
        throw in.corrupt("a length is " + Integer.toUnsignedString(value));
      }
      return value;
    }

    void finish() throws DrillbookException {
      if (position != block.length()) {
        throw in.corrupt("lengths go on behind the last one");
      }
    }

    private void need(int count) throws DrillbookException {
      if (count > block.length() - position) {
        throw in.corrupt("lengths end early");
      }
    }
  }
}
