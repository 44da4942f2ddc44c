package drillbook.search;

import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.SparseColumn;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;

/** The vector of a layout that is searched by. */
sealed interface SearchField {
  /** Returns its name in the layout. */
  String name();

  /** Reads a vector of a person's. */
  Query read(String json) throws DrillbookException;

  /**
   * Returns the vector of a batch's only record.
   *
   * @param where names the collection in the message
   * @throws DrillbookException CONFIGURATION when the record has none
   */
  Query of(RecordBatch batch, String where) throws DrillbookException;

  /** Returns what compares records with a query that this field gave. */
  Comparison comparison(Query query, Metric metric);

  /**
   * A dense one.
   *
   * @param column its position in the layout
   */
  record Dense(int column, VectorField field) implements SearchField {
    @Override
    public String name() {
      return field.name();
    }

    @Override
    public Query read(String json) throws DrillbookException {
      return QueryText.dense(field, json);
    }

    @Override
    public Query of(RecordBatch batch, String where) throws DrillbookException {
      VectorColumn vectors = batch.vectors().get(column);
      if (vectors.rows(0) == 0 || vectors.dimension(0) == 0) {
        throw none(batch, where, name());
      }
      return new Query.Dense(
          field.elementType(), vectors.dimension(0), vectors.rows(0), vectors.bits().get(0));
    }

    @Override
    public Comparison comparison(Query query, Metric metric) {
      return new DenseComparison(column, metric, (Query.Dense) query);
    }
  }

  /**
   * A sparse one.
   *
   * @param column its position among the layout's sparse vectors
   */
  record Sparse(int column, SparseField field) implements SearchField {
    @Override
    public String name() {
      return field.name();
    }

    @Override
    public Query read(String json) throws DrillbookException {
      return QueryText.sparse(field, json);
    }

    @Override
    public Query of(RecordBatch batch, String where) throws DrillbookException {
      SparseColumn vectors = batch.sparse().get(column);
      if (!vectors.isPresent(0)) {
        throw none(batch, where, name());
      }
      return new Query.Sparse(
          field.elementType(), vectors.positions().get(0), vectors.values().get(0));
    }

    @Override
    public Comparison comparison(Query query, Metric metric) {
      return new SparseComparison(column, metric, (Query.Sparse) query);
    }
  }

  private static DrillbookException none(RecordBatch batch, String where, String name) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "nothing is like record '"
            + RecordId.print(batch.ids().get(0))
            + "' of "
            + where
            + ": it has no vector"
            + (name.isEmpty() ? "" : " '" + name + "'"),
        "");
  }
}
