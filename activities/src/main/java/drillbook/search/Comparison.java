package drillbook.search;

import drillbook.record.RecordBatch;

/** How far records are from what was asked for. Not thread-safe. */
interface Comparison {
  /**
   * Returns a record's distance, smaller is nearer; NaN or infinite where it cannot be compared: it
   * has no such vector, one of another dimension, or one that the metric orders nowhere.
   */
  double distance(RecordBatch batch, int record);
}
