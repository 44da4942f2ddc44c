package drillbook.file;

import drillbook.record.ElementType;
import java.util.Arrays;

/** The elements of vectors as they come out of a column, in the bits of their own type. */
final class Elements {
  private static final int MAX_BYTES = 64 << 20;

  private final ElementType type;
  private byte[] bytes = new byte[4096];
  private int count;

  Elements(ElementType type) {
    this.type = type;
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  byte[] array() {
    return bytes;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, type.bytes(count));
  }

  /** Adds an element from the bits of a float. */
  void addFloat(int bits) {
    switch (type) {
      case F32 -> put(bits, 4);
      case F16 -> {
        short half = ColumnValues.narrowed(bits);
        requireInRange(
            (half & 0x7fff) == 0x7c00 && Float.isFinite(Float.intBitsToFloat(bits)),
            Float.intBitsToFloat(bits));
        put(half, 2);
      }
      case BF16 -> put(bits >>> 16, 2);
      case F64 -> put(Double.doubleToRawLongBits(Float.intBitsToFloat(bits)), 8);
      case I8, U8, BIT -> throw new IllegalArgumentException("floats in a vector of " + type);
    }
  }

  /** Adds an element from the bits of a double, which the type must hold exactly. */
  void addDouble(long bits) {
    if (type == ElementType.F64) {
      put(bits, 8);
      return;
    }
    // Tools write doubles where floats were meant: the nearest float is what was meant.
    double value = Double.longBitsToDouble(bits);
    float nearest = (float) value;
    requireInRange(Float.isInfinite(nearest) && Double.isFinite(value), value);
    addFloat(Float.floatToRawIntBits(nearest));
  }

  /** Refuses a number that would become infinite. */
  private void requireInRange(boolean beyond, double value) {
    if (beyond) {
      throw new IllegalArgumentException(
          "an element is beyond what " + type.word() + " holds: " + value);
    }
  }

  /** Adds an integer element, which the type must hold exactly. */
  void addInteger(long value) {
    switch (type) {
      case I8 -> require(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case U8 -> require(value, 0, 255);
      case BIT -> require(value, 0, 1);
      case F32, F16, BF16, F64 -> {
        addExactly(value);
        return;
      }
    }
    if (type == ElementType.BIT) {
      addBit((int) value);
    } else {
      put(value, 1);
    }
  }

  private void addExactly(long value) {
    double wide = value;
    float narrow = value;
    int bits = Float.floatToRawIntBits(narrow);
    boolean exact =
        switch (type) {
          case F64 -> equal(wide, value);
          case F32 -> equal(narrow, value);
          case BF16 -> equal(narrow, value) && (bits & 0xffff) == 0;
          case F16 ->
              equal(narrow, value) && Float.float16ToFloat(Float.floatToFloat16(narrow)) == narrow;
          case I8, U8, BIT -> throw new IllegalStateException("no floats: " + type);
        };
    if (!exact) {
      throw new IllegalArgumentException("an element of " + type + " cannot be " + value);
    }
    if (type == ElementType.F64) {
      put(Double.doubleToRawLongBits(wide), 8);
    } else {
      addFloat(bits);
    }
  }

  /** Tells whether nothing was rounded; two to the 63rd would come back as one less. */
  private static boolean equal(double rounded, long value) {
    return rounded < 0x1p63 && (long) rounded == value;
  }

  /** Ends a vector of several: each begins with a byte of its own. */
  void align() {
    if (type == ElementType.BIT) {
      count = (count + 7) / 8 * 8;
    }
  }

  private void addBit(int value) {
    int index = count / 8;
    ensure(index + 1);
    if (count % 8 == 0) {
      bytes[index] = 0;
    }
    bytes[index] |= (byte) (value << (7 - count % 8));
    count++;
  }

  private static void require(long value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException("an element is " + least + " to " + most + ": " + value);
    }
  }

  private void put(long value, int width) {
    int at = count * width;
    ensure(at + width);
    for (int i = 0; i < width; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
    count++;
  }

  private void ensure(int length) {
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException("a vector of more than " + MAX_BYTES + " bytes");
    }
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length, bytes.length * 2));
    }
  }
}
