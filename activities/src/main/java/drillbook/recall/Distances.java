package drillbook.recall;

import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;

/**
 * Exact distances in double precision. Sums run in four lanes that are added in one order, so that
 * every machine computes the same bits and the processor still has something to do in parallel.
 */
public final class Distances {
  private Distances() {}

  /**
   * Returns the distance of two vectors of one dimension and type; NaN where the metric has none,
   * for instance the cosine of a zero vector.
   */
  public static double between(Metric metric, Operand left, Operand right) {
    int dimension = left.dimension();
    return switch (metric) {
      case COSINE ->
          1 - product(left.values(), right.values(), dimension) / (left.norm() * right.norm());
      case EUCLIDEAN -> Math.sqrt(squares(left.values(), right.values(), dimension));
      case INNER_PRODUCT -> 0 - product(left.values(), right.values(), dimension);
      case MANHATTAN -> absolutes(left.values(), right.values(), dimension);
      case HAMMING ->
          left.type() == ElementType.BIT
              ? differingBits(left, right)
              : differing(left.values(), right.values(), dimension);
      case JACCARD -> jaccard(left.values(), right.values(), dimension);
    };
  }

  static double product(double[] left, double[] right, int dimension) {
    double lane0 = 0;
    double lane1 = 0;
    double lane2 = 0;
    double lane3 = 0;
    int i = 0;
    for (int end = dimension & ~3; i < end; i += 4) {
      lane0 += left[i] * right[i];
      lane1 += left[i + 1] * right[i + 1];
      lane2 += left[i + 2] * right[i + 2];
      lane3 += left[i + 3] * right[i + 3];
    }
    for (; i < dimension; i++) {
      lane0 += left[i] * right[i];
    }
    return (lane0 + lane1) + (lane2 + lane3);
  }

  private static double squares(double[] left, double[] right, int dimension) {
    double lane0 = 0;
    double lane1 = 0;
    double lane2 = 0;
    double lane3 = 0;
    int i = 0;
    for (int end = dimension & ~3; i < end; i += 4) {
      double d0 = left[i] - right[i];
      double d1 = left[i + 1] - right[i + 1];
      double d2 = left[i + 2] - right[i + 2];
      double d3 = left[i + 3] - right[i + 3];
      lane0 += d0 * d0;
      lane1 += d1 * d1;
      lane2 += d2 * d2;
      lane3 += d3 * d3;
    }
    for (; i < dimension; i++) {
      double d = left[i] - right[i];
      lane0 += d * d;
    }
    return (lane0 + lane1) + (lane2 + lane3);
  }

  private static double absolutes(double[] left, double[] right, int dimension) {
    double lane0 = 0;
    double lane1 = 0;
    double lane2 = 0;
    double lane3 = 0;
    int i = 0;
    for (int end = dimension & ~3; i < end; i += 4) {
      lane0 += Math.abs(left[i] - right[i]);
      lane1 += Math.abs(left[i + 1] - right[i + 1]);
      lane2 += Math.abs(left[i + 2] - right[i + 2]);
      lane3 += Math.abs(left[i + 3] - right[i + 3]);
    }
    for (; i < dimension; i++) {
      lane0 += Math.abs(left[i] - right[i]);
    }
    return (lane0 + lane1) + (lane2 + lane3);
  }

  private static double differing(double[] left, double[] right, int dimension) {
    int count = 0;
    for (int i = 0; i < dimension; i++) {
      if (left[i] != right[i]) {
        count++;
      }
    }
    return count;
  }

  private static double differingBits(Operand left, Operand right) {
    byte[] a = left.bits();
    byte[] b = right.bits();
    int bytes = ElementType.BIT.bytes(left.dimension());
    int count = 0;
    for (int i = 0; i < bytes; i++) {
      count += Integer.bitCount((a[left.bitsOffset() + i] ^ b[right.bitsOffset() + i]) & 0xff);
    }
    return count;
  }

  /** Source: pgvector 0.8, src/bitutils.c: the distance is 1 where no bit is common. */
  private static double jaccard(double[] left, double[] right, int dimension) {
    int common = 0;
    int either = 0;
    for (int i = 0; i < dimension; i++) {
      boolean a = left[i] != 0;
      boolean b = right[i] != 0;
      common += a && b ? 1 : 0;
      either += a || b ? 1 : 0;
    }
    return common == 0 ? 1 : 1 - (double) common / either;
  }
}
