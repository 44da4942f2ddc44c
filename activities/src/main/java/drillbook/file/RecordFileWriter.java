package drillbook.file;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;
import java.io.IOException;

/** Writes the records of one file of an export. Closing does not close what it writes to. */
public interface RecordFileWriter extends AutoCloseable {
  /**
   * Writes one record of a batch.
   *
   * @throws DrillbookException UNSUPPORTED when the format cannot hold a value of it exactly; the
   *     message names the record and the hint another format
   */
  void write(RecordBatch batch, int record) throws IOException, DrillbookException;

  /** Ends the file; nothing can be written afterwards. */
  void finish() throws IOException, DrillbookException;

  /** Releases what the writer holds; the file is whole only if it was finished. */
  @Override
  void close();
}
