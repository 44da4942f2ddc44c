package drillbook.engine.chroma;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * What becomes of numbers in Chroma, which alters some on the way in, and what to send so that they
 * come back as they were meant.
 *
 * <p>Source: Chroma 1.5.9, observed on some 80,000 floats and vectors.
 */
final class ExactNumbers {
  private static final double[] POWERS = powers();
  private static final BigInteger LARGEST_SIGNIFICAND = new BigInteger("18446744073709551615");

  /** How far from a length or an element a solution is looked for, in units in the last place. */
  private static final int REACH = 4;

  private ExactNumbers() {}

  /**
   * Tells whether a float in a record's metadata comes back as it went in. Chroma scales its
   * decimal digits by a power of ten in floating point, which gives a neighbour for about every
   * tenth value with all its digits in use; what it once handed out mostly stays as it is.
   */
  static boolean isKept(double value) {
    return Double.isFinite(value)
        && Double.doubleToRawLongBits(value) != Long.MIN_VALUE
        && readByChroma(new BigDecimal(Double.toString(value))) == value;
  }

  /** Digits as a 64-bit integer, rounded to a float, then one multiplication or division. */
  private static double readByChroma(BigDecimal decimal) {
    BigInteger digits = decimal.unscaledValue().abs();
    if (digits.compareTo(LARGEST_SIGNIFICAND) > 0) {
      return Double.NaN;
    }
    double result = digits.doubleValue();
    int exponent = -decimal.scale();
    while (exponent < -308 && result != 0) {
      result /= 1e308;
      exponent += 308;
    }
    if (exponent > 308) {
      return Double.NaN;
    }
    if (exponent >= -308) {
      result = exponent >= 0 ? result * POWERS[exponent] : result / POWERS[-exponent];
    }
    return decimal.signum() < 0 ? -result : result;
  }

  private static double[] powers() {
    double[] powers = new double[309];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Double.parseDouble("1e" + i);
    }
    return powers;
  }

  /**
   * Returns what to write to a cosine collection so that it hands out this vector. Its index keeps
   * a vector divided by its length, beside that length, and hands out their product: another last
   * bit in most elements, unless the length is exactly 1.
   *
   * <p>A vector that a cosine collection has handed out has a solution, which is found but for
   * contrived ones. Another vector often has none: it is returned as it is, and comes back with
   * some last bits changed.
   */
  static float[] forCosine(float[] vector) {
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
