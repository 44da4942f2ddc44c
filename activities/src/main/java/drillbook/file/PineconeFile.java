package drillbook.file;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file as Pinecone's bulk import takes it: {@code id}, {@code values}, {@code
 * sparse_values}, {@code metadata}. What metadata of Pinecone cannot hold travels under the
 * reserved key, so that nothing is lost on the way back.
 */
final class PineconeFile implements RecordFileWriter {
  /** Pinecone's limit for the metadata of a record. */
  private static final int MAX_METADATA = 40 << 10;

  private static final long MAX_INTEGER = 1L << 53;

  private final ParquetFile file;
  private final RecordBatch single;

  PineconeFile(RecordLayout layout, OutputStream out) throws IOException, DrillbookException {
    RecordLayout theirs = layout(layout);
    this.file =
        new ParquetFile(
            ColumnPlan.of(theirs, "text", false), ParquetRows.Columns.PINECONE, "", out);
    this.single = new RecordBatch(theirs);
  }

  /**
   * Returns the layout that Pinecone has for records.
   *
   * @throws DrillbookException UNSUPPORTED when it has none: several vectors of a kind, or other
   *     elements than f32
   */
  static RecordLayout layout(RecordLayout layout) throws DrillbookException {
    boolean held =
        layout.vectors().size() <= 1
            && layout.sparse().size() <= 1
            && layout.vectors().stream()
                .allMatch(field -> field.elementType() == ElementType.F32 && !field.multi())
            && layout.sparse().stream().allMatch(field -> field.elementType() == ElementType.F32);
    if (!held) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "Pinecone holds one f32 vector and one sparse vector a record, and these have others",
          "Leave the collection out, or export it in layout drillbook.");
    }
    return new RecordLayout(
        layout.vectors().stream()
            .map(field -> new VectorField("", ElementType.F32, field.dimension(), false))
            .toList(),
        layout.sparse().stream()
            .map(field -> new SparseField(ColumnPlan.SPARSE, ElementType.F32, 0))
            .toList());
  }

  @Override
  public void write(RecordBatch batch, int record) throws IOException, DrillbookException {
    byte[] id = batch.ids().get(record);
    boolean text =
        RecordId.parts(id).size() == 1 && RecordId.parts(id).getFirst() instanceof String;
    Optional<Map<String, @Nullable Object>> payload =
        batch.payloads().isPresent(record)
            ? Optional.of(Payload.decode(batch.payloads().get(record)))
            : Optional.empty();
    Map<String, @Nullable Object> stored =
        Reserved.pack(
            new Reserved.Content(
                text ? Optional.empty() : Optional.of(id),
                payload,
                present(batch.documents(), record),
                present(batch.uris(), record)),
            (_, value) -> holds(value));
    single.clear();
    single.ids().add(text ? id : RecordId.of(RecordId.print(id)));
    single.copyVectors(batch, record);
    if (!stored.isEmpty()) {
      byte[] metadata = Payload.encode(stored);
      int length = ColumnValues.metadata(metadata).length;
      if (length > MAX_METADATA) {
        throw new DrillbookException(
            FailureKind.UNSUPPORTED,
            "record "
                + RecordId.print(id)
                + " has "
                + length
                + " bytes of metadata, its document included; Pinecone holds "
                + MAX_METADATA,
            "Leave it out, or export in layout drillbook.");
      }
      single.payloads().add(metadata);
    }
    single.endRecord();
    file.write(single, 0);
  }

  private static Optional<byte[]> present(BytesColumn column, int record) {
    return column.isPresent(record) ? Optional.of(column.get(record)) : Optional.empty();
  }

  /** Pinecone holds texts, numbers of 64 bits floating, truth values and lists of texts. */
  private static boolean holds(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case String _, Boolean _ -> true;
      case Double number -> Double.isFinite(number);
      case Long number -> Math.abs(number) <= MAX_INTEGER && number != Long.MIN_VALUE;
      case List<?> list -> list.stream().allMatch(String.class::isInstance);
      default -> false;
    };
  }

  @Override
  public void finish() throws IOException {
    file.finish();
  }

  @Override
  public void close() {
    file.close();
  }
}
