package drillbook.engine.pinecone;

import drillbook.failure.DrillbookException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What was done on another thread, with its failure as it was thrown there. */
final class Awaited {
  private Awaited() {}

  /** Waits for the end, and returns the result. */
  static <T> T of(Future<T> future) throws DrillbookException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case DrillbookException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException("work ended without its end", e);
      }
    }
  }
}
