package drillbook.engine.qdrant;

import drillbook.record.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Vectors of cosine collections, which Qdrant divides by their length as it writes them. In which
 * order it adds up the squares depends on the server's processor, so what it makes of a vector
 * cannot be told to the bit; but it leaves vectors alone that have length one already, or none. So
 * the writer divides, and notes what turns the quotient into the vector that was meant.
 *
 * <p>Source: Qdrant, spaces/simple.rs: a squared length below 1.19e-7 or within 1e-6 of one is left
 * alone. Bytes ({@code uint8}) are never divided; halves are divided before they are rounded.
 */
final class UnitVectors {
  /** The payload key of corrections: texts by vector name. */
  static final String KEY = "_drillbook_vector";

  /** Half of what the server allows, so that sums in any order agree. */
  private static final double TOLERANCE = 5e-7;

  private static final double NOTHING = 5e-8;

  /** What is in two bits: steps of -1, 0, 1, 2. */
  private static final int SMALLEST_STEP = 1;

  private UnitVectors() {}

  /** Returns what to write, which is what a cosine collection keeps, rounding to halves aside. */
  static float[] written(float[] meant) {
    double square = square(meant);
    if (square < NOTHING || Math.abs(square - 1) <= TOLERANCE) {
      return meant;
    }
    double length = Math.sqrt(square);
    float[] unit = new float[meant.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (meant[i] / length);
    }
    return unit;
  }

  private static double square(float[] vector) {
    double sum = 0;
    for (float element : vector) {
      sum += (double) element * element;
    }
    return sum;
  }

  /**
   * Returns what turns the bits that are handed out into those that were meant; empty where they
   * are the same. It names what it applies to: it is void once somebody writes another vector.
   *
   * @param kept the bits that come back, little-endian
   * @param meant the bits that were meant, of the same vectors
   * @param dimension the number of elements of each vector
   */
  static Optional<String> correction(ElementType type, byte[] kept, byte[] meant, int dimension) {
    if (Arrays.equals(kept, meant)) {
      return Optional.empty();
    }
    int width = type.bytes(1);
    int elements = kept.length / width;
    int rows = elements / dimension;
    ByteBuffer head =
        ByteBuffer.allocate(Integer.BYTES + rows * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(checksum(kept));
    int[] steps = new int[elements];
    boolean small = true;
    for (int row = 0; row < rows; row++) {
      double length = 0;
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        double element = value(type, bits(meant, i, width));
        length += element * element;
      }
      length = Math.sqrt(length);
      head.putDouble(length);
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        steps[i] = bits(meant, i, width) - scaled(type, bits(kept, i, width), length);
        small &= steps[i] >= -SMALLEST_STEP && steps[i] <= 3 - SMALLEST_STEP;
      }
    }
    byte[] tail = new byte[small ? (elements + 3) / 4 : elements * width];
    for (int i = 0; i < elements; i++) {
      if (small) {
        tail[i / 4] |= (byte) ((steps[i] + SMALLEST_STEP) << (i % 4 * 2));
      } else {
        for (int b = 0; b < width; b++) {
          tail[i * width + b] = (byte) (steps[i] >> (8 * b));
        }
      }
    }
    byte[] text = Arrays.copyOf(head.array(), head.capacity() + tail.length);
    System.arraycopy(tail, 0, text, head.capacity(), tail.length);
    return Optional.of(Base64.getEncoder().encodeToString(text));
  }

  /**
   * Applies a correction, in place.
   *
   * @param kept the bits that were handed out
   * @return whether it applied; if not, somebody has written the vector since
   */
  static boolean correct(ElementType type, byte[] kept, int dimension, String correction) {
    byte[] text;
    try {
      text = Base64.getDecoder().decode(correction);
    } catch (IllegalArgumentException e) {
      // A user's own entry.
      return false;
    }
    int width = type.bytes(1);
    int elements = kept.length / width;
    int rows = dimension == 0 ? 0 : elements / dimension;
    int head = Integer.BYTES + rows * Double.BYTES;
    boolean small = text.length == head + (elements + 3) / 4;
    if (!small && text.length != head + elements * width) {
      return false;
    }
    ByteBuffer source = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
    if (source.getInt() != checksum(kept)) {
      return false;
    }
    for (int row = 0; row < rows; row++) {
      double length = source.getDouble();
      for (int i = row * dimension; i < (row + 1) * dimension; i++) {
        int step =
            small
                ? ((text[head + i / 4] >> (i % 4 * 2)) & 3) - SMALLEST_STEP
                : bits(text, head, i, width);
        int bits = scaled(type, bits(kept, i, width), length) + step;
        for (int b = 0; b < width; b++) {
          kept[i * width + b] = (byte) (bits >> (8 * b));
        }
      }
    }
    return true;
  }

  /** Returns the bits of an element's product with a length, as near as the type comes. */
  private static int scaled(ElementType type, int bits, double length) {
    float product = (float) (value(type, bits) * length);
    return type == ElementType.F16
        ? Float.floatToFloat16(product) & 0xffff
        : Float.floatToRawIntBits(product);
  }

  private static double value(ElementType type, int bits) {
    return type == ElementType.F16
        ? Float.float16ToFloat((short) bits)
        : Float.intBitsToFloat(bits);
  }

  private static int bits(byte[] bytes, int element, int width) {
    return bits(bytes, 0, element, width);
  }

  private static int bits(byte[] bytes, int from, int element, int width) {
    int bits = 0;
    for (int b = 0; b < width; b++) {
      bits |= (bytes[from + element * width + b] & 0xff) << (8 * b);
    }
    return bits;
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }
}
