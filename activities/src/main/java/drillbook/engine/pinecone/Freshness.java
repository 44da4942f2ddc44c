package drillbook.engine.pinecone;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this process has written and reads may not show yet. Pinecone answers a write with its log
 * sequence number and a query with the number up to which the namespace is indexed; before the one
 * has reached the other, counts and captures would miss records that are not lost.
 *
 * <p>Source: Pinecone documentation, data freshness; the numbers are by namespace. Kept for the
 * whole process, since who writes and who counts are different adapters.
 */
final class Freshness {
  /** Returns the number up to which a namespace is indexed; negative where nothing is told. */
  @FunctionalInterface
  interface Indexed {
    long ask(Written written) throws DrillbookException, InterruptedException;
  }

  /**
   * What was written last.
   *
   * @param number the highest log sequence number of a write
   * @param id an id of that write
   */
  record Written(long number, String id) {}

  private static final Map<String, Written> WRITTEN = new ConcurrentHashMap<>();

  /** The delays between two questions grow up to this. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(25);

  private final Duration bound;

  /**
   * Creates a view on what the process has written.
   *
   * @param bound how long one wait may take
   */
  Freshness(Duration bound) {
    this.bound = bound;
  }

  /** Notes a write. */
  static void wrote(String host, String tenant, long number, String id) {
    WRITTEN.merge(
        key(host, tenant),
        new Written(number, id),
        (one, other) -> one.number() > other.number() ? one : other);
  }

  /** Forgets an index that is gone, so that its successor starts anew. */
  static void forget(String host) {
    WRITTEN.keySet().removeIf(key -> key.startsWith(host + "\n"));
  }

  /** Returns what reads of a namespace have to show, or null where there is nothing. */
  static @Nullable Written expected(String host, String tenant) {
    return WRITTEN.get(key(host, tenant));
  }

  /**
   * Waits until reads show all that this process has written to a namespace.
   *
   * @throws DrillbookException UNAVAILABLE when that takes too long
   */
  void await(String what, String host, String tenant, Indexed indexed)
      throws DrillbookException, InterruptedException {
    Written written = expected(host, tenant);
    if (written == null) {
      return;
    }
    Duration waited = Duration.ZERO;
    Duration pause = FIRST_PAUSE;
    long seen = indexed.ask(written);
    while (seen < written.number()) {
      if (waited.compareTo(bound) >= 0) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE,
            what
                + ": reads do not show yet what was written: namespace '"
                + tenant
                + "' is indexed up to log sequence number "
                + (seen < 0 ? "unknown" : seen)
                + ", and "
                + written.number()
                + " was written",
            "Pinecone is eventually consistent; it was waited for "
                + bound.toSeconds()
                + " s. Try again later.");
      }
      Thread.sleep(pause);
      waited = waited.plus(pause);
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      seen = indexed.ask(written);
    }
    WRITTEN.remove(key(host, tenant), written);
  }

  private static String key(String host, String tenant) {
    return host + "\n" + tenant;
  }
}
