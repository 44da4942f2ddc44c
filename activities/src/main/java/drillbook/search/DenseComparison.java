package drillbook.search;

import drillbook.engine.VectorIndex.Metric;
import drillbook.recall.Distances;
import drillbook.recall.Operand;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.VectorColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares with a dense vector, or with a list of them: then each finds its nearest among the
 * record's, and their distances are added up, which orders records as late interaction (MaxSim)
 * does.
 */
final class DenseComparison implements Comparison {
  private final int column;
  private final Metric metric;
  private final ElementType type;
  private final List<Operand> asked = new ArrayList<>();
  private final Operand operand;

  /**
   * Prepares a comparison.
   *
   * @param column the vector's position in the layout
   * @param query one vector, or several of one dimension
   */
  DenseComparison(int column, Metric metric, Query.Dense query) {
    this.column = column;
    this.metric = metric;
    this.type = query.type();
    this.operand = new Operand(type);
    int width = type.bytes(query.dimension());
    for (int row = 0; row < query.rows(); row++) {
      Operand one = new Operand(type);
      one.load(query.bits(), row * width, query.dimension());
      asked.add(one);
    }
  }

  @Override
  public double distance(RecordBatch batch, int record) {
    VectorColumn vectors = batch.vectors().get(column);
    int dimension = vectors.dimension(record);
    int rows = vectors.rows(record);
    if (rows == 0 || dimension != asked.getFirst().dimension()) {
      return Double.NaN;
    }
    BytesColumn bits = vectors.bits();
    if (rows == 1 && asked.size() == 1) {
      operand.load(bits.data(), bits.offset(record), dimension);
      return Distances.between(metric, asked.getFirst(), operand);
    }
    return lateInteraction(bits, record, rows, dimension);
  }

  private double lateInteraction(BytesColumn bits, int record, int rows, int dimension) {
    double[] nearest = new double[asked.size()];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int width = type.bytes(dimension);
    for (int row = 0; row < rows; row++) {
      operand.load(bits.data(), bits.offset(record) + row * width, dimension);
      for (int i = 0; i < nearest.length; i++) {
        double distance = Distances.between(metric, asked.get(i), operand);
        // A row without direction is nobody's nearest; it does not hide the others.
        nearest[i] = distance < nearest[i] ? distance : nearest[i];
      }
    }
    double sum = 0;
    for (double each : nearest) {
      sum += each;
    }
    return sum;
  }
}
