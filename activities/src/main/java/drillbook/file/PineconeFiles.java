package drillbook.file;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeVectors;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The files of one collection for Pinecone's bulk import: all of one dimension, which is that of
 * the first record where the collection's layout names none. Not thread-safe.
 */
public final class PineconeFiles {
  /** Source: Pinecone documentation, upsert limits; read 2026-11. */
  private static final int MOST_SPARSE = 1000;

  private final RecordLayout layout;
  private Optional<PineconeVectors> vectors = Optional.empty();

  private PineconeFiles(RecordLayout layout) {
    this.layout = layout;
  }

  /**
   * Returns what makes the files of a collection. Does no I/O.
   *
   * @throws DrillbookException UNSUPPORTED when Pinecone has no such vectors: several of a kind,
   *     other elements than f32, or too many of them
   */
  public static PineconeFiles of(RecordLayout layout) throws DrillbookException {
    boolean held =
        layout.vectors().size() <= 1
            && layout.sparse().size() <= 1
            && layout.vectors().stream()
                .allMatch(field -> field.elementType() == ElementType.F32 && !field.multi())
            && layout.sparse().stream().allMatch(field -> field.elementType() == ElementType.F32);
    if (!held) {
      throw unsupported(
          "pinecone holds one f32 vector and one sparse vector a record, and these have others");
    }
    for (VectorField field : layout.vectors()) {
      if (field.dimension() > PineconeVectors.LARGEST_DIMENSION) {
        throw unsupported(
            "pinecone holds vectors of at most "
                + PineconeVectors.LARGEST_DIMENSION
                + " elements, and these have "
                + field.dimension());
      }
    }
    // Columns are called as Pinecone calls them, whatever the vectors' own names are.
    return new PineconeFiles(
        new RecordLayout(
            layout.vectors().stream()
                .map(field -> new VectorField("", ElementType.F32, field.dimension(), false))
                .toList(),
            layout.sparse().stream()
                .map(field -> new SparseField(ColumnPlan.SPARSE, ElementType.F32, 0))
                .toList()));
  }

  private static DrillbookException unsupported(String why) {
    return new DrillbookException(
        FailureKind.UNSUPPORTED,
        "the collection cannot be exported in layout pinecone: " + why,
        "Leave the collection out, or export it in layout drillbook.");
  }

  /**
   * Begins a file.
   *
   * @param out is neither closed nor flushed at the end
   */
  public RecordFileWriter open(OutputStream out) throws IOException {
    return new PineconeFile(this, layout, out);
  }

  /** Tells why Pinecone would refuse a record for its vectors; empty where it would not. */
  Optional<String> refusal(RecordBatch batch, int record) {
    if (vectors.isEmpty()) {
      int dimension = dimension(batch, record);
      if (dimension > PineconeVectors.LARGEST_DIMENSION) {
        return Optional.of("its vector has " + dimension + " elements");
      }
      vectors = Optional.of(new PineconeVectors(dimension, !layout.sparse().isEmpty()));
    }
    Optional<String> refusal = vectors.get().refusal(batch, record);
    return refusal.isPresent() ? refusal : sparseRefusal(batch, record);
  }

  /** Returns 0 exactly where the collection has sparse vectors alone. */
  private int dimension(RecordBatch batch, int record) {
    if (layout.vectors().isEmpty()) {
      return 0;
    }
    int fixed = layout.vectors().getFirst().dimension();
    return fixed > 0 ? fixed : Math.max(1, batch.vectors().getFirst().dimension(record));
  }

  private static Optional<String> sparseRefusal(RecordBatch batch, int record) {
    List<SparseColumn> columns = batch.sparse();
    if (columns.isEmpty() || !columns.getFirst().isPresent(record)) {
      return Optional.empty();
    }
    ByteBuffer values = columns.getFirst().values().view(record);
    int count = 0;
    while (values.hasRemaining()) {
      count += values.getFloat() == 0 ? 0 : 1;
    }
    return count > MOST_SPARSE
        ? Optional.of(
            "its sparse vector has " + count + " values, and pinecone takes " + MOST_SPARSE)
        : Optional.empty();
  }
}
