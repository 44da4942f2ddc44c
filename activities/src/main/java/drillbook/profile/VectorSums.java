package drillbook.profile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What was added up of one vector column so far: kept with a range's checkpoint, so that finished
 * records are not read again. Sums of two stretches of records add up to those of both.
 *
 * @param vectors how many vectors
 * @param dimension of all of them; 0 where there are none, -1 where they differ
 * @param notFinite how many of them hold a value that is no finite number; no sum has these
 * @param nan how many values are NaN
 * @param infinite how many values are infinite
 * @param zero how many vectors have the norm 0
 * @param normSum of norms
 * @param squareSum of squared norms
 * @param leastNorm the smallest norm; 0 where there is none
 * @param mostNorm the largest norm; 0 where there is none
 * @param sums of each element, as many little-endian doubles as the dimension
 */
public record VectorSums(
    long vectors,
    int dimension,
    long notFinite,
    long nan,
    long infinite,
    long zero,
    double normSum,
    double squareSum,
    double leastNorm,
    double mostNorm,
    byte[] sums) {
  /** Nothing was added up. */
  static final VectorSums NONE = new VectorSums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new byte[0]);

  /** Copies the sums. */
  public VectorSums {
    sums = sums.clone();
  }

  /** Returns a copy of the sums. */
  @Override
  public byte[] sums() {
    return sums.clone();
  }

  /** Returns how many vectors have a norm. */
  long finite() {
    return vectors - notFinite;
  }

  /** Returns the sums of these vectors and others. */
  VectorSums plus(VectorSums other) {
    if (other.vectors == 0) {
      return this;
    }
    if (vectors == 0) {
      return other;
    }
    boolean same = dimension == other.dimension;
    boolean bothFinite = finite() > 0 && other.finite() > 0;
    VectorSums lone = finite() > 0 ? this : other;
    return new VectorSums(
        vectors + other.vectors,
        same ? dimension : -1,
        notFinite + other.notFinite,
        nan + other.nan,
        infinite + other.infinite,
        zero + other.zero,
        normSum + other.normSum,
        squareSum + other.squareSum,
        bothFinite ? Math.min(leastNorm, other.leastNorm) : lone.leastNorm,
        Math.max(mostNorm, other.mostNorm),
        same ? added(sums, other.sums) : new byte[0]);
  }

  private static byte[] added(byte[] left, byte[] right) {
    ByteBuffer a = ByteBuffer.wrap(left).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.wrap(right).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer sum = ByteBuffer.allocate(left.length).order(ByteOrder.LITTLE_ENDIAN);
    while (a.hasRemaining()) {
      sum.putDouble(a.getDouble() + b.getDouble());
    }
    return sum.array();
  }
}
