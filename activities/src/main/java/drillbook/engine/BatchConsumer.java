package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;

/** Takes records as they are read. */
@FunctionalInterface
public interface BatchConsumer {
  /**
   * Takes a batch, which is valid during the call only.
   *
   * @param cursor where reading goes on after this batch, for a later {@link Records#read}; empty
   *     from {@link Records#fetch}
   */
  void accept(RecordBatch batch, String cursor) throws DrillbookException, InterruptedException;
}
