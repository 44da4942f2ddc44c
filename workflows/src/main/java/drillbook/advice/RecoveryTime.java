package drillbook.advice;

import java.time.Duration;

/**
 * How long a recovery from a backup takes.
 *
 * @param least in a good case
 * @param most what to promise
 */
public record RecoveryTime(Duration least, Duration most) {
  /** Below this many records an index is small. */
  public static final long SMALL = 10_000_000;

  /** From this many records on it is large. */
  public static final long LARGE = 100_000_000;

  /**
   * Returns what is to be expected by size, as docs/advise.md tells: building the index is what
   * takes the time, a shard's graph by one thread.
   *
   * @param standby whether a warm standby takes over, so that nothing is built
   */
  public static RecoveryTime expected(long records, boolean standby) {
    if (standby || records < SMALL) {
      return new RecoveryTime(Duration.ZERO, Duration.ofMinutes(30));
    }
    return records < LARGE
        ? new RecoveryTime(Duration.ofHours(1), Duration.ofHours(2))
        : new RecoveryTime(Duration.ofHours(4), Duration.ofHours(8));
  }
}
