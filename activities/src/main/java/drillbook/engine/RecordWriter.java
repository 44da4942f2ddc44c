package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;

/** Writes records of one collection and tenant. One thread at a time. */
public interface RecordWriter extends AutoCloseable {
  /**
   * Upserts a batch, whole: when the method returns, the engine has accepted every record.
   *
   * @throws DrillbookException with the engine's words when it refuses; records of this batch may
   *     then be there or not
   */
  void write(RecordBatch batch) throws DrillbookException, InterruptedException;

  /** Releases what the writer holds; nothing is left to flush. Never fails. */
  @Override
  void close();
}
