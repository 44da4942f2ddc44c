package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;

/** Takes what a range holds, as far as it changed since a mark. */
@FunctionalInterface
public interface ChangeConsumer {
  /**
   * Takes some of the range's records, one of both possibly empty; valid during the call only.
   *
   * @param changed records that are new or may have changed, whole
   * @param unchanged encoded ids of records that are as they were at the mark
   * @param cursor where reading goes on after these, for a later {@link Changes#read}
   */
  void accept(RecordBatch changed, BytesColumn unchanged, String cursor)
      throws DrillbookException, InterruptedException;
}
