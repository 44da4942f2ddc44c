package drillbook.engine;

import drillbook.failure.DrillbookException;

/** An open capture: its token, and the snapshot that lives until {@link #close()}. */
public interface Capture extends AutoCloseable {
  /** Returns what ranges are read by. */
  CaptureToken token();

  /**
   * Asks whether the snapshot still lives; called every few seconds by the process that holds it.
   *
   * @throws DrillbookException SNAPSHOT_LOST when it does not
   */
  void touch() throws DrillbookException, InterruptedException;

  /** Ends the capture and releases the snapshot. Never fails. */
  @Override
  void close();
}
