package drillbook.engine.pinecone;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A namespace of the fake: a log of writes, and what of it reads show, which is less. A write shows
 * after some time and not before some reads; while it is held, not at all. Listings are on their
 * own, and later: the numbers are promised for queries alone. The statistics are one question
 * behind even that. Guarded by the index.
 */
final class TestingNamespace {
  /** A record as it is kept: vectors of 32 bits, numbers of metadata of 64. */
  record Kept(
      String id, float[] values, long[] indices, float[] weights, Map<String, Object> metadata) {}

  /** How late reads are. */
  record Lag(int reads, long nanos) {}

  private record Write(
      long number, long due, long reads, Consumer<NavigableMap<String, Kept>> change) {}

  /** What reads of one kind show. */
  private final class View {
    private final NavigableMap<String, Kept> shown = new TreeMap<>();
    private final Deque<Write> log = new ArrayDeque<>();
    private final int slowness;
    private boolean held;
    private long indexed;
    private long reads;

    View(int slowness) {
      this.slowness = slowness;
    }

    void write(long number, Consumer<NavigableMap<String, Kept>> change) {
      log.add(
          new Write(
              number,
              System.nanoTime() + lag.nanos() * slowness,
              reads + (long) lag.reads() * slowness,
              change));
    }

    NavigableMap<String, Kept> read() {
      while (!held && !log.isEmpty()) {
        Write first = log.getFirst();
        if (System.nanoTime() - first.due() < 0 || reads < first.reads()) {
          break;
        }
        first.change().accept(shown);
        indexed = first.number();
        log.removeFirst();
      }
      reads++;
      return shown;
    }
  }

  private final View queries = new View(1);
  private final View listings = new View(2);
  private final Map<String, Object> schema;
  private Lag lag;
  private long number;
  private long counted;

  TestingNamespace(Map<String, Object> schema, Lag lag) {
    this.schema = schema;
    this.lag = lag;
  }

  void lag(Lag other) {
    lag = other;
  }

  /** Keeps writes from showing, or lets them go. */
  void hold(boolean hold) {
    queries.held = hold;
    listings.held = hold;
  }

  /** Keeps writes from being listed, which are found otherwise; or lets them go. */
  void holdListings(boolean hold) {
    listings.held = hold;
  }

  /** Returns the write's log sequence number. */
  long write(Consumer<NavigableMap<String, Kept>> change) {
    number++;
    queries.write(number, change);
    listings.write(number, change);
    return number;
  }

  /** Returns what a query or fetch sees now, in the order of bytes: ids are ASCII. */
  NavigableMap<String, Kept> read() {
    return queries.read();
  }

  /** Returns what a listing sees now. */
  NavigableMap<String, Kept> list() {
    return listings.read();
  }

  /** Returns the number up to which queries show the log; 0 before the first write shows. */
  long indexed() {
    return queries.indexed;
  }

  /** Tells whether all kinds of reads show a write. */
  boolean shows(long write) {
    return queries.indexed >= write && listings.indexed >= write;
  }

  /** Returns a count that was true once. */
  long laggingCount() {
    long before = counted;
    counted = read().size();
    return before;
  }

  Map<String, Object> schema() {
    return schema;
  }
}
