package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;

/** Takes single records of a segment as they are fetched. */
@FunctionalInterface
public interface RowConsumer {
  /**
   * Takes a record, which is valid during the call only.
   *
   * @param record the record's position in the batch
   * @param row the record's row within the segment
   */
  void accept(RecordBatch batch, int record, int row)
      throws DrillbookException, InterruptedException;
}
