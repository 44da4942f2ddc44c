package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;

/** Takes the frames of a segment as they are read. */
@FunctionalInterface
public interface FrameConsumer {
  /**
   * Takes a frame's records, which are valid during the call only.
   *
   * @param firstRow the row of the batch's first record within the segment
   */
  void accept(RecordBatch batch, int firstRow) throws DrillbookException, InterruptedException;
}
