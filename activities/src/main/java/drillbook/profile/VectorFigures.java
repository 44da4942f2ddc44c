package drillbook.profile;

import drillbook.drift.DriftRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.OptionalDouble;

/** The figures of vectors that are compared, of one tenant or added up over several. */
final class VectorFigures {
  private final DriftRule.Vectors summary;
  private final double[] sums;

  private VectorFigures(DriftRule.Vectors summary, double[] sums) {
    this.summary = summary;
    this.sums = sums;
  }

  static VectorFigures of(BackupProfile.Vector vector) {
    FloatBuffer centroid =
        ByteBuffer.wrap(vector.centroid()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    long finite = vector.count() - vector.notFinite();
    double[] sums = new double[centroid.remaining()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (double) centroid.get(i) * finite;
    }
    return new VectorFigures(
        new DriftRule.Vectors(
            vector.count(), vector.dimension(), vector.notFinite(), vector.norm().mean()),
        sums);
  }

  DriftRule.Vectors summary() {
    return summary;
  }

  VectorFigures plus(VectorFigures other) {
    long finite = summary.count() - summary.notFinite();
    long otherFinite = other.summary.count() - other.summary.notFinite();
    double norms = summary.meanNorm() * finite + other.summary.meanNorm() * otherFinite;
    long both = finite + otherFinite;
    return new VectorFigures(
        new DriftRule.Vectors(
            summary.count() + other.summary.count(),
            dimension(other),
            summary.notFinite() + other.summary.notFinite(),
            both == 0 ? 0 : norms / both),
        added(other));
  }

  /** Returns the cosine distance of the mean vectors; empty where one of them has no direction. */
  OptionalDouble cosineDistance(VectorFigures other) {
    if (sums.length == 0 || sums.length != other.sums.length) {
      return OptionalDouble.empty();
    }
    double product = product(sums, other.sums);
    double lengths = Math.sqrt(product(sums, sums)) * Math.sqrt(product(other.sums, other.sums));
    return lengths > 0 ? OptionalDouble.of(1 - product / lengths) : OptionalDouble.empty();
  }

  private int dimension(VectorFigures other) {
    if (summary.count() == 0 || other.summary.count() == 0) {
      return summary.count() == 0 ? other.summary.dimension() : summary.dimension();
    }
    return summary.dimension() == other.summary.dimension() ? summary.dimension() : 0;
  }

  /** A tenant whose mean was left out takes part by its numbers only. */
  private double[] added(VectorFigures other) {
    if (sums.length == 0 || other.sums.length == 0) {
      return sums.length == 0 ? other.sums : sums;
    }
    if (sums.length != other.sums.length) {
      return new double[0];
    }
    double[] both = sums.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] += other.sums[i];
    }
    return both;
  }

  private static double product(double[] left, double[] right) {
    double product = 0;
    for (int i = 0; i < left.length; i++) {
      product += left[i] * right[i];
    }
    return product;
  }
}
