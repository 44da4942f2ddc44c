package drillbook.file;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeId;
import drillbook.pinecone.PineconeMetadata;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.rest.Quote;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A Parquet file as Pinecone's bulk import takes it: {@code id}, {@code values}, {@code
 * sparse_values}, {@code metadata}. Ids and metadata are those that the adapter would write, so
 * that after an import it reads the same records, and what Pinecone would refuse is refused here.
 */
final class PineconeFile implements RecordFileWriter {
  private final PineconeFiles files;
  private final ParquetFile file;

  PineconeFile(PineconeFiles files, RecordLayout layout, OutputStream out) throws IOException {
    this.files = files;
    this.file =
        new ParquetFile(
            ColumnPlan.of(layout, "text", false), ParquetRows.Columns.PINECONE, "", out);
  }

  @Override
  public void write(RecordBatch batch, int record) throws IOException, DrillbookException {
    byte[] id = batch.ids().get(record);
    Optional<String> refusal = files.refusal(batch, record);
    if (refusal.isPresent()) {
      throw refused(id, refusal.get());
    }
    String text = PineconeId.text(id);
    byte[] metadata = PineconeMetadata.pack(batch, record, text);
    if (metadata.length > PineconeMetadata.LARGEST) {
      throw refused(
          id,
          "its payload and document take "
              + metadata.length
              + " bytes of metadata, and pinecone holds 40 KB");
    }
    file.write(batch, record, text, metadata);
  }

  private static DrillbookException refused(byte[] id, String why) {
    return new DrillbookException(
        FailureKind.UNSUPPORTED,
        "pinecone cannot hold record " + Quote.of(RecordId.print(id)) + ": " + why,
        "Correct the record at its source, or export in layout drillbook.");
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
