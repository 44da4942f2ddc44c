package drillbook.worker;

import drillbook.failure.DrillbookException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.converter.DataConverterException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps an activity alive while it works: heartbeats with the newest progress every two seconds
 * from a thread of its own, since a single request to an engine may take longer than the heartbeat
 * timeout. When Temporal answers that the activity is cancelled, or the worker stops, the working
 * thread is interrupted.
 */
final class Heartbeat {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final ActivityExecutionContext context;
  private final AtomicReference<Object> progress = new AtomicReference<>("started");
  private final AtomicReference<ActivityCompletionException> stopped = new AtomicReference<>();
  private final Thread worker = Thread.currentThread();
  private boolean done;

  private Heartbeat(ActivityExecutionContext context) {
    this.context = context;
  }

  /** Work that goes on where an earlier attempt was. */
  @FunctionalInterface
  interface ResumedWork<P, T> {
    T run(Heartbeat heartbeat, P from) throws DrillbookException, InterruptedException;
  }

  /**
   * Runs an activity's work with heartbeats, from where an attempt before last said that it was.
   *
   * @param start where the first attempt begins
   */
  static <P, T> T resuming(Class<P> type, P start, ResumedWork<P, T> work) {
    // Asked before the first beat of this attempt, which takes the place of the last one's.
    P from = last(Activity.getExecutionContext(), type).orElse(start);
    return during(from, heartbeat -> work.run(heartbeat, from));
  }

  private static <P> Optional<P> last(ActivityExecutionContext context, Class<P> type) {
    try {
      return context.getHeartbeatDetails(type);
    } catch (DataConverterException e) {
      // An attempt of another version told it otherwise: the work is done from its beginning.
      return Optional.empty();
    }
  }

  /** Work that reports its progress. */
  @FunctionalInterface
  interface Work<T> {
    T run(Heartbeat heartbeat) throws DrillbookException, InterruptedException;
  }

  /** Runs an activity's work with heartbeats; failures become Temporal's. */
  static <T> T during(Work<T> work) {
    return during("started", work);
  }

  private static <T> T during(Object progress, Work<T> work) {
    Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext());
    heartbeat.progress(progress);
    Thread beats = Thread.ofVirtual().name("heartbeat").unstarted(heartbeat::beat);
    beats.start();
    try {
      return Failures.call(() -> work.run(heartbeat));
    } catch (RuntimeException e) {
      ActivityCompletionException reason = heartbeat.stopped.get();
      if (reason != null) {
        throw reason;
      }
      throw e;
    } finally {
      heartbeat.finish();
      beats.interrupt();
    }
  }

  /** Says how far the work is: shown in the Temporal UI. Small, without names of records. */
  void progress(Object details) {
    progress.set(details);
  }

  private void beat() {
    try {
      while (true) {
        context.heartbeat(progress.get());
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ActivityCompletionException e) {
      stopped.set(e);
      interruptWorker();
    }
  }

  /** Interrupts the work, unless it has just ended and the thread does something else by now. */
  private synchronized void interruptWorker() {
    if (!done) {
      worker.interrupt();
    }
  }

  private synchronized void finish() {
    done = true;
    // An interrupt that came as the work ended must not meet the thread's next activity.
    Thread.interrupted();
  }
}
