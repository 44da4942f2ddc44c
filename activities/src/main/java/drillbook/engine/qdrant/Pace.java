package drillbook.engine.qdrant;

import java.util.concurrent.TimeUnit;

/**
 * Keeps requests that belong together below a rate of strict mode: a refusal in their midst would
 * have all of them sent again, and so for ever where they are more than a minute's worth.
 *
 * <p>The first request goes at once, since nobody tells how much of a rate is left; the server then
 * says how long to wait. Used by one thread.
 */
final class Pace {
  private static final double NANOS_PER_MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final double perMinute;
  private long last;
  private boolean started;

  private Pace(double perMinute) {
    this.perMinute = perMinute;
  }

  /** Returns the pace of reads, of which a filter's condition, too, counts as one. */
  static Pace ofReads(Described found) {
    return new Pace(rate(found, "read_rate_limit"));
  }

  /** Returns the pace of writes, of which each point counts as one. */
  static Pace ofWrites(Described found) {
    return new Pace(rate(found, "write_rate_limit"));
  }

  private static double rate(Described found, String limit) {
    return found.strictMode().get(limit) instanceof Number number ? number.doubleValue() : 0;
  }

  /** Waits until an empty allowance would have so many operations again. */
  void await(int operations) throws InterruptedException {
    if (perMinute <= 0 || !started) {
      return;
    }
    long due = last + (long) Math.ceil(operations / perMinute * NANOS_PER_MINUTE);
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  /** Says that a request was answered. */
  void done() {
    last = System.nanoTime();
    started = true;
  }
}
