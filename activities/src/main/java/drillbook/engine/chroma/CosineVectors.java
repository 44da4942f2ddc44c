package drillbook.engine.chroma;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Vectors in cosine collections, whose index alters them: it keeps a vector divided by its length,
 * beside that length, and hands out their product, so that many elements come back with another
 * last bit. Here is what to write, and what to note, so that every bit comes back.
 *
 * <p>This is the index of a single server. Chroma Cloud keeps vectors beside its index and hands
 * them out as they were written, so that nothing of this is done there.
 *
 * <p>Source: Chroma 1.5.9; observed on vectors of 3 to 1536 elements, all as predicted.
 */
final class CosineVectors {
  /** The metadata key of a correction. */
  static final String KEY = "_drillbook_vector";

  /** How far from a length or an element a solution is looked for, in units in the last place. */
  private static final int REACH = 4;

  private CosineVectors() {}

  /**
   * Returns what to write so that this vector is handed out. One that a cosine collection has
   * handed out has a solution, which is found but for contrived cases. Another one often has none:
   * it is returned as it is, and needs a {@link #correction}.
   */
  static float[] prepared(float[] vector) {
    float length = length(vector);
    if (comesBack(vector, vector, length)) {
      return vector;
    }
    for (int step = 1; step <= 2 * REACH + 1; step++) {
      // The nearest length first: 0, 1 below, 1 above, 2 below, ...
      float candidate = length + (step % 2 == 0 ? -1 : 1) * (step / 2) * Math.ulp(length);
      float[] found = withLength(vector, candidate);
      if (found.length > 0 && comesBack(found, vector, candidate)) {
        return found;
      }
    }
    return vector;
  }

  /** Returns elements that come back right if the whole has this length, and has it; or nothing. */
  private static float[] withLength(float[] vector, float length) {
    float inverse = inverse(length);
    float[] small = new float[vector.length];
    float[] large = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      float magnitude = Math.abs(vector[i]);
      float element = magnitude;
      for (int step = 0; step < REACH; step++) {
        element = Math.nextDown(element);
      }
      boolean found = false;
      for (int step = -REACH; step <= REACH; step++) {
        if (element >= 0 && element * inverse * length == magnitude) {
          small[i] = found ? small[i] : Math.copySign(element, vector[i]);
          large[i] = Math.copySign(element, vector[i]);
          found = true;
        }
        element = Math.nextUp(element);
      }
      if (!found) {
        return new float[0];
      }
    }
    float[] found = mix(small, large, length);
    return found.length > 0 ? found : mix(large, small, length);
  }

  /**
   * The more elements come from the one side, the longer or shorter the whole: halve the interval.
   */
  private static float[] mix(float[] first, float[] last, float length) {
    boolean growing = length(last) > length(first);
    float[] mixed = new float[first.length];
    int low = 0;
    int high = first.length;
    while (low <= high) {
      int fromLast = (low + high) >>> 1;
      System.arraycopy(last, 0, mixed, 0, fromLast);
      System.arraycopy(first, fromLast, mixed, fromLast, first.length - fromLast);
      float reached = length(mixed);
      if (reached == length) {
        return mixed;
      }
      if (reached < length == growing) {
        low = fromLast + 1;
      } else {
        high = fromLast - 1;
      }
    }
    return new float[0];
  }

  /**
   * Returns what turns the vector that is handed out into the one that was meant; empty where they
   * are the same. It names what it applies to: it is void once somebody writes another vector.
   *
   * @param written what {@link #prepared} returned
   */
  static Optional<String> correction(float[] written, float[] meant) {
    float length = length(written);
    if (comesBack(written, meant, length)) {
      return Optional.empty();
    }
    float inverse = inverse(length);
    byte[] back = new byte[meant.length * Float.BYTES];
    byte[] full = new byte[Integer.BYTES + back.length];
    ByteBuffer backBits = ByteBuffer.wrap(back).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer difference = ByteBuffer.wrap(full).order(ByteOrder.LITTLE_ENDIAN);
    difference.position(Integer.BYTES);
    for (int i = 0; i < meant.length; i++) {
      int bits = Float.floatToRawIntBits(written[i] * inverse * length);
      backBits.putInt(bits);
      difference.putInt(Float.floatToRawIntBits(meant[i]) - bits);
    }
    difference.putInt(0, checksum(back));
    return Optional.of(Base64.getEncoder().encodeToString(packed(full)));
  }

  /**
   * Applies a correction, in place.
   *
   * @param bits the vector that was handed out, little-endian
   * @return whether it applied; if not, the vector was written by somebody since
   */
  static boolean correct(byte[] bits, String correction) {
    byte[] packed;
    try {
      packed = Base64.getDecoder().decode(correction);
    } catch (IllegalArgumentException e) {
      // A user's own entry.
      return false;
    }
    int elements = bits.length / Float.BYTES;
    boolean full = packed.length == Integer.BYTES + bits.length;
    if (!full && packed.length != Integer.BYTES + (elements + 3) / 4) {
      return false;
    }
    ByteBuffer source = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    if (source.getInt() != checksum(bits)) {
      return false;
    }
    ByteBuffer vector = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      int difference =
          full
              ? source.getInt()
              : ((packed[Integer.BYTES + i / 4] >> (i % 4 * 2)) & 3) - SMALLEST_STEP;
      vector.putInt(i * Float.BYTES, vector.getInt(i * Float.BYTES) + difference);
    }
    return true;
  }

  /** What is in two bits: steps of -1, 0, 1, 2. */
  private static final int SMALLEST_STEP = 1;

  /** Two bits an element, where that is enough, as it is but for tiny elements of long vectors. */
  private static byte[] packed(byte[] full) {
    ByteBuffer source = ByteBuffer.wrap(full).order(ByteOrder.LITTLE_ENDIAN);
    int elements = full.length / Integer.BYTES - 1;
    byte[] packed = new byte[Integer.BYTES + (elements + 3) / 4];
    System.arraycopy(full, 0, packed, 0, Integer.BYTES);
    for (int i = 0; i < elements; i++) {
      int step = source.getInt((i + 1) * Integer.BYTES) + SMALLEST_STEP;
      if (step < 0 || step > 3) {
        return full;
      }
      packed[Integer.BYTES + i / 4] |= (byte) (step << (i % 4 * 2));
    }
    return packed;
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  private static boolean comesBack(float[] written, float[] vector, float length) {
    float inverse = inverse(length);
    for (int i = 0; i < written.length; i++) {
      float back = written[i] * inverse * length;
      if (Float.floatToRawIntBits(back) != Float.floatToRawIntBits(vector[i])) {
        return false;
      }
    }
    return true;
  }

  private static float inverse(float length) {
    return 1.0f / (length + 1e-30f);
  }

  private static float length(float[] vector) {
    float sum = 0;
    for (float element : vector) {
      sum += element * element;
    }
    return (float) Math.sqrt(sum);
  }
}
