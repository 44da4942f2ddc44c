package drillbook.search;

import drillbook.engine.VectorIndex.Metric;
import drillbook.recall.Operand;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Compares with a sparse vector; a position that a vector does not name holds zero. Under the inner
 * product a record without common position is at distance 0, behind all that have one in common
 * with a positive product.
 */
final class SparseComparison implements Comparison {
  private final int column;
  private final Metric metric;
  private final long[] positions;
  private final Operand asked;
  private final double norm;
  private final Operand operand;

  /**
   * Prepares a comparison.
   *
   * @param column the vector's position among the layout's sparse ones
   * @param metric COSINE, EUCLIDEAN, INNER_PRODUCT or MANHATTAN
   */
  SparseComparison(int column, Metric metric, Query.Sparse query) {
    this.column = column;
    this.metric = metric;
    this.positions = new long[query.count()];
    ByteBuffer bits = ByteBuffer.wrap(query.positions()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < positions.length; i++) {
      positions[i] = Integer.toUnsignedLong(bits.getInt(4 * i));
    }
    this.asked = new Operand(query.type());
    asked.load(query.values(), 0, query.count());
    this.norm = asked.norm();
    this.operand = new Operand(query.type());
  }

  /** Tells whether sparse vectors are compared by a metric. */
  static boolean knows(Metric metric) {
    return switch (metric) {
      case COSINE, EUCLIDEAN, INNER_PRODUCT, MANHATTAN -> true;
      case HAMMING, JACCARD -> false;
    };
  }

  @Override
  public double distance(RecordBatch batch, int record) {
    SparseColumn vectors = batch.sparse().get(column);
    if (!vectors.isPresent(record)) {
      return Double.NaN;
    }
    BytesColumn values = vectors.values();
    int count = vectors.count(record);
    operand.load(values.data(), values.offset(record), count);
    double sum = sum(vectors.positions().view(record), count);
    return switch (metric) {
      case COSINE -> 1 - sum / (norm * operand.norm());
      case EUCLIDEAN -> Math.sqrt(sum);
      case INNER_PRODUCT -> 0 - sum;
      case MANHATTAN -> sum;
      case HAMMING, JACCARD -> Double.NaN;
    };
  }

  /** Adds up over all positions that one of the two names, in their order. */
  private double sum(ByteBuffer theirs, int count) {
    double[] left = asked.values();
    double[] right = operand.values();
    double sum = 0;
    int i = 0;
    int j = 0;
    while (i < positions.length || j < count) {
      long mine = i < positions.length ? positions[i] : Long.MAX_VALUE;
      long other = j < count ? Integer.toUnsignedLong(theirs.getInt(4 * j)) : Long.MAX_VALUE;
      boolean common = mine == other;
      double a = mine <= other ? left[i++] : 0;
      double b = other <= mine ? right[j++] : 0;
      // An infinite value where the other has none is no product.
      sum += common || !isProduct() ? term(a, b) : 0;
    }
    return sum;
  }

  private boolean isProduct() {
    return metric == Metric.COSINE || metric == Metric.INNER_PRODUCT;
  }

  private double term(double a, double b) {
    return switch (metric) {
      case COSINE, INNER_PRODUCT -> a * b;
      case EUCLIDEAN -> (a - b) * (a - b);
      case MANHATTAN -> Math.abs(a - b);
      case HAMMING, JACCARD -> Double.NaN;
    };
  }
}
