package drillbook.engine.pinecone;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps this process below the rates that Pinecone takes, so that a capture with many readers is
 * not refused for being fast; those of other processes count too, and a refusal is then reported.
 *
 * <p>Source: Pinecone documentation, rate limits by second; read 2026-11.
 */
final class Pace {
  /** Listing ids, by index. */
  static final Pace LIST = new Pace(200);

  /** Fetching records, by index. */
  static final Pace FETCH = new Pace(100);

  /** Queries, by namespace. */
  static final Pace QUERY = new Pace(100);

  /** Upserts, by namespace. */
  static final Pace UPSERT = new Pace(100);

  /** What of a limit is used: others may need some, and a network bunches what was sent evenly. */
  private static final double SHARE = 0.95;

  private static final long UPSERTED_BYTES_PER_SECOND = 50_000_000;

  private final Map<String, AtomicLong> next = new ConcurrentHashMap<>();
  private final long nanos;

  private Pace(int perSecond) {
    this.nanos = (long) (Duration.ofSeconds(1).toNanos() / (perSecond * SHARE));
  }

  /** Waits until a request of this kind may be sent. */
  void await(String scope) throws InterruptedException {
    await(scope, nanos);
  }

  /** Waits until an upsert of some bytes may be sent. */
  void await(String scope, int bytes) throws InterruptedException {
    long bound = (long) (bytes / (UPSERTED_BYTES_PER_SECOND * SHARE / 1e9));
    await(scope, Math.max(nanos, bound));
  }

  private void await(String scope, long cost) throws InterruptedException {
    AtomicLong free = next.computeIfAbsent(scope, key -> new AtomicLong(System.nanoTime()));
    long now = System.nanoTime();
    long mine = free.getAndUpdate(at -> (at - now < 0 ? now : at) + cost);
    long wait = mine - now;
    if (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
    }
  }
}
