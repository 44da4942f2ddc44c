package drillbook.pinecone;

import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The vectors of one index of Pinecone, of 32-bit floats: one dense vector a record and, if it may,
 * a sparse one beside it, or sparse vectors alone.
 *
 * <p>Source: Pinecone's refusals ("Dense vectors must contain at least one non-zero value", "Sparse
 * vector must contain at least one value", "Records with sparse values must also contain dense
 * values") and the documentation of its limits; read 2026-11.
 *
 * @param dimension that of its dense vectors; 0 where it has sparse vectors alone
 * @param mayHaveSparse whether records may have a sparse vector
 */
public record PineconeVectors(int dimension, boolean mayHaveSparse) {
  /** The largest dimension of dense vectors. */
  public static final int LARGEST_DIMENSION = 20_000;

  /** Checks the dimension. */
  public PineconeVectors {
    if (dimension < 0 || dimension > LARGEST_DIMENSION) {
      throw new IllegalArgumentException("dimension must be 0 to 20000: " + dimension);
    }
  }

  /**
   * Tells why Pinecone would refuse a record for its vectors; empty where it would not.
   *
   * @param batch with at most one dense and one sparse field, both f32
   */
  public Optional<String> refusal(RecordBatch batch, int row) {
    Optional<String> dense = denseRefusal(batch, row);
    return dense.isPresent() ? dense : sparseRefusal(batch, row);
  }

  private Optional<String> denseRefusal(RecordBatch batch, int row) {
    if (dimension == 0) {
      boolean any = batch.vectors().stream().anyMatch(column -> column.isPresent(row));
      return any
          ? Optional.of("it has a dense vector, and the index holds sparse ones alone")
          : Optional.empty();
    }
    if (batch.vectors().size() != 1
        || !batch.vectors().getFirst().isPresent(row)
        || batch.vectors().getFirst().rows(row) != 1) {
      return Optional.of("it has not exactly one dense vector");
    }
    VectorColumn column = batch.vectors().getFirst();
    if (column.dimension(row) != dimension) {
      return Optional.of(
          "it has " + column.dimension(row) + " elements in an index of " + dimension);
    }
    ByteBuffer bits = column.bits().view(row);
    boolean zero = true;
    for (int i = 0; i < dimension; i++) {
      float value = bits.getFloat(i * Float.BYTES);
      if (!Float.isFinite(value)) {
        return Optional.of(infinite(value));
      }
      zero &= value == 0;
    }
    return zero
        ? Optional.of("all elements of its vector are zero, which pinecone refuses")
        : Optional.empty();
  }

  private Optional<String> sparseRefusal(RecordBatch batch, int row) {
    boolean any = batch.sparse().stream().anyMatch(column -> column.isPresent(row));
    if (!any && dimension > 0) {
      return Optional.empty();
    }
    if (!any || batch.sparse().size() != 1 || batch.sparse().getFirst().count(row) == 0) {
      return Optional.of("it has not exactly one sparse vector, with at least one value");
    }
    if (!mayHaveSparse) {
      return Optional.of("it has a sparse vector, and the index's metric is not dotproduct");
    }
    SparseColumn column = batch.sparse().getFirst();
    ByteBuffer values = column.values().view(row);
    for (int i = 0; i < column.count(row); i++) {
      float value = values.getFloat(i * Float.BYTES);
      if (!Float.isFinite(value)) {
        return Optional.of(infinite(value));
      }
    }
    return Optional.empty();
  }

  private static String infinite(float value) {
    return "its vector has the element " + value + ", and pinecone holds finite numbers only";
  }
}
