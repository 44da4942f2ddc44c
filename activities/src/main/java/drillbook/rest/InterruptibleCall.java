package drillbook.rest;

import drillbook.failure.DrillbookException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One call, its answer read as it arrives; an interrupt ends both, which OkHttp alone ignores. */
public final class InterruptibleCall {
  private static final Duration END_OF_INTERRUPTED_CALL = Duration.ofSeconds(5);

  private InterruptibleCall() {}

  /**
   * Reads an answer, a refusal too.
   *
   * @param <T> what is made of it
   */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads the answer, which is closed afterwards. */
    T read(Response response) throws Exception;
  }

  /** Tells what a call that failed means in an engine's words. */
  @FunctionalInterface
  public interface Failures {
    /**
     * Returns the failure.
     *
     * @throws InterruptedException when that is what it was
     */
    DrillbookException of(@Nullable Throwable cause) throws InterruptedException;
  }

  /**
   * Makes a call once and waits for its end, on a thread of its own.
   *
   * @param thread what the thread is called
   * @throws DrillbookException what the reader threw, or what {@code failures} makes of it
   * @throws InterruptedException when the caller was interrupted; the call ends within seconds
   */
  public static <T> T run(Call call, String thread, Reader<T> reader, Failures failures)
      throws DrillbookException, InterruptedException {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          try (Response response = call.execute()) {
            return reader.read(response);
          }
        });
    Thread running = Thread.ofVirtual().name(thread).start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      call.cancel();
      running.interrupt();
      running.join(END_OF_INTERRUPTED_CALL);
      throw e;
    } catch (ExecutionException e) {
      throw failures.of(e.getCause());
    }
  }
}
