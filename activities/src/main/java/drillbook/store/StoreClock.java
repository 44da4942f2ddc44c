package drillbook.store;

import drillbook.failure.DrillbookException;
import java.time.Instant;

/** A store that tells what time it is where it is. */
public interface StoreClock {
  /**
   * Returns the store's time, to a second or so.
   *
   * @throws DrillbookException the store's own failures; UNSUPPORTED when its answer has no time
   */
  Instant time() throws DrillbookException, InterruptedException;
}
