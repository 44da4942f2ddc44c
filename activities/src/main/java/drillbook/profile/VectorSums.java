package drillbook.profile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

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

  /**
   * Returns what a part of the vectors that a profile tells of add up to, were each like all.
   * Values that are no finite numbers are none to share: as many as there were, where so many
   * vectors are left.
   *
   * @param share 0 to 1
   */
  static VectorSums share(BackupProfile.Vector vector, double share) {
    long vectors = Math.round(vector.count() * share);
    if (vectors == 0) {
      return NONE;
    }
    long notFinite = Math.min(vector.notFinite(), vectors);
    long finite = vectors - notFinite;
    BackupProfile.Norm norm = vector.norm();
    FloatBuffer centroid =
        ByteBuffer.wrap(vector.centroid()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    boolean none = vector.count() == vector.notFinite();
    ByteBuffer sums =
        ByteBuffer.allocate(Double.BYTES * (none ? vector.dimension() : centroid.remaining()))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (centroid.hasRemaining()) {
      sums.putDouble((double) centroid.get() * finite);
    }
    return new VectorSums(
        vectors,
        vector.dimension() == 0 ? -1 : vector.dimension(),
        notFinite,
        vector.nan(),
        vector.infinite(),
        Math.min(Math.round(vector.zero() * share), finite),
        norm.mean() * finite,
        (norm.deviation() * norm.deviation() + norm.mean() * norm.mean()) * finite,
        norm.least(),
        norm.most(),
        sums.array());
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

  /** Returns no sums where one of both has none. */
  private static byte[] added(byte[] left, byte[] right) {
    if (left.length != right.length) {
      return new byte[0];
    }
    ByteBuffer a = ByteBuffer.wrap(left).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.wrap(right).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer sum = ByteBuffer.allocate(left.length).order(ByteOrder.LITTLE_ENDIAN);
    while (a.hasRemaining()) {
      sum.putDouble(a.getDouble() + b.getDouble());
    }
    return sum.array();
  }
}
