package drillbook.engine.pinecone;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Fetches of one range, some on their way at a time, handed out in the order in which they were
 * asked for: a round trip to the service is long, and one after the other they would be the time
 * that a capture takes. Each runs on a virtual thread; {@link Pace} keeps all of them below the
 * rate that Pinecone takes. Used by one thread.
 */
final class FetchWindow implements AutoCloseable {
  /** How many are on their way: each holds about 1 MiB of records until it is handed out. */
  static final int WIDTH = 4;

  /** Records, valid until another fetch is asked for, and where reading goes on after them. */
  record Fetched(RecordBatch batch, String cursor) {}

  private record Fetch(
      PineconeReader reader, FutureTask<RecordBatch> task, Thread thread, String cursor) {}

  private final Supplier<PineconeReader> readers;
  private final int width;
  private final Deque<Fetch> asked = new ArrayDeque<>();
  private final Deque<PineconeReader> idle = new ArrayDeque<>();

  /** Creates a window; each of its fetches on the way has a reader of its own. */
  FetchWindow(Supplier<PineconeReader> readers, int width) {
    this.readers = readers;
    this.width = width;
  }

  /**
   * Tells whether another fetch may be asked for. Not once one has failed, which may be a refusal
   * for being fast: what was asked for before it is handed out, and then the failure.
   */
  boolean hasRoom() {
    return asked.size() < width
        && asked.stream().noneMatch(fetch -> fetch.task().state() == FutureTask.State.FAILED);
  }

  boolean isEmpty() {
    return asked.isEmpty();
  }

  /** Starts a fetch. */
  void ask(List<String> ids, String cursor) {
    PineconeReader reader = idle.isEmpty() ? readers.get() : idle.removeFirst();
    FutureTask<RecordBatch> task = new FutureTask<>(() -> reader.take(ids));
    Thread thread = Thread.ofVirtual().name("pinecone-fetch").start(task);
    asked.add(new Fetch(reader, task, thread, cursor));
  }

  /** Waits for the first of the fetches, and returns what it found. */
  Fetched next() throws DrillbookException, InterruptedException {
    Fetch first = asked.getFirst();
    Fetched fetched = new Fetched(Awaited.of(first.task()), first.cursor());
    asked.removeFirst();
    idle.addLast(first.reader());
    return fetched;
  }

  /** Ends what is still on its way. */
  @Override
  public void close() {
    asked.forEach(fetch -> fetch.task().cancel(true));
    try {
      for (Fetch fetch : asked) {
        fetch.thread().join();
      }
    } catch (InterruptedException e) {
      // Their calls are cancelled; that they have ended need not be waited for.
      Thread.currentThread().interrupt();
    }
    asked.clear();
  }
}
