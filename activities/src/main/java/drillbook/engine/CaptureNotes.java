package drillbook.engine;

import drillbook.failure.DrillbookException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What an adapter notes when a capture begins and reads again when ranges are read, possibly in
 * another process: kept in the store beside the capture's intent, dropped with it. Several threads
 * may write and read notes of different names at a time.
 */
public interface CaptureNotes {
  /**
   * Writes a note, whole or absent: it exists once the stream was closed. A write that fails throws
   * an {@link java.io.IOException} with a {@link DrillbookException} as its cause, EXHAUSTED for a
   * full disk.
   *
   * @param name lower case letters, digits, dashes
   */
  OutputStream write(String name) throws DrillbookException, InterruptedException;

  /**
   * Reads a note from a position on.
   *
   * @param offset bytes to skip
   * @throws DrillbookException NOT_FOUND when there is none
   */
  InputStream read(String name, long offset) throws DrillbookException, InterruptedException;
}
