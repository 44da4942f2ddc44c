package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/** What the failure of a stream from or to a store means. */
public final class StreamFailure {
  private StreamFailure() {}

  /**
   * Returns the failure behind an exception of a stream: the store's own where it put one into the
   * cause, else UNAVAILABLE.
   *
   * @param what what could not be done
   * @throws InterruptedException when the thread was interrupted
   */
  public static DrillbookException of(String what, IOException e) throws InterruptedException {
    if (e.getCause() instanceof DrillbookException failure) {
      return failure;
    }
    boolean interrupted =
        e instanceof ClosedByInterruptException
            || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
    if (interrupted) {
      InterruptedException interruption = new InterruptedException(what);
      interruption.initCause(e);
      throw interruption;
    }
    return new DrillbookException(FailureKind.UNAVAILABLE, what + ": " + e.getMessage(), "", e);
  }

  /** Closes a stream that was read; how that ends says nothing about what was read. */
  static void closeQuietly(Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // Everything that counts was read and proven, or failed already.
      return;
    }
  }
}
