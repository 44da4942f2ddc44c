package drillbook.frame;

/**
 * Splits 32-bit floats into parts that compress and parts that do not. The exponents of embeddings
 * take few values; sign and mantissa are noise, unless the floats were 16 bits wide once, when the
 * low 13 bits are zero. The rest is written three bytes a float: one plane for each of them
 * measured slower by a third.
 */
final class VectorPlanes {
  /** The bits as they are, one block. */
  static final int PLAIN = 0;

  /** Sign and mantissa in three bytes each, then exponents: two blocks. */
  static final int EXPONENT = 1;

  /** Exponents, then sign and two mantissa bits, then eight mantissa bits: three blocks. */
  static final int SHORT_MANTISSA = 2;

  private static final int LOW_BITS = 0x1fff;

  private VectorPlanes() {}

  /** Tells whether the low 13 bits of all floats are zero. */
  static boolean isShortMantissa(byte[] source, int count) {
    int seen = 0;
    for (int i = 0; i < count; i++) {
      seen |= (int) FrameBuffer.INT.get(source, i * 4);
      if ((seen & LOW_BITS) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Splits floats into exponents and the rest.
   *
   * @param rest receives three bytes a float from offset on, and one byte more is overwritten
   */
  static void split(byte[] source, int count, byte[] exponents, byte[] rest, int offset) {
    for (int i = 0; i < count; i++) {
      int bits = (int) FrameBuffer.INT.get(source, i * 4);
      exponents[i] = (byte) (bits >>> 23);
      FrameBuffer.INT.set(rest, offset + i * 3, (bits & 0x7fffff) | ((bits >>> 8) & 0x800000));
    }
  }

  /** Puts exponents and the rest together again. */
  static void join(byte[] exponents, byte[] rest, byte[] target, int count) {
    for (int i = 0; i < count - 1; i++) {
      put(target, i, exponents[i], (int) FrameBuffer.INT.get(rest, i * 3));
    }
    int last = count - 1;
    int bits =
        (rest[last * 3] & 0xff)
            | (rest[last * 3 + 1] & 0xff) << 8
            | (rest[last * 3 + 2] & 0xff) << 16;
    put(target, last, exponents[last], bits);
  }

  /** Splits floats whose low 13 bits are zero. */
  static void splitShort(byte[] source, int count, byte[] exponents, byte[] high, byte[] low) {
    for (int i = 0; i < count; i++) {
      int bits = (int) FrameBuffer.INT.get(source, i * 4);
      exponents[i] = (byte) (bits >>> 23);
      high[i] = (byte) ((bits >>> 21 & 3) | (bits >>> 31 << 2));
      low[i] = (byte) (bits >>> 13);
    }
  }

  /** Puts floats whose low 13 bits are zero together again. */
  static void joinShort(byte[] exponents, byte[] high, byte[] low, byte[] target, int count) {
    for (int i = 0; i < count; i++) {
      int bits =
          (high[i] & 4) << 29
              | (exponents[i] & 0xff) << 23
              | (high[i] & 3) << 21
              | (low[i] & 0xff) << 13;
      FrameBuffer.INT.set(target, i * 4, bits);
    }
  }

  private static void put(byte[] target, int index, byte exponent, int rest) {
    int bits = (rest & 0x7fffff) | (rest & 0x800000) << 8 | (exponent & 0xff) << 23;
    FrameBuffer.INT.set(target, index * 4, bits);
  }
}
