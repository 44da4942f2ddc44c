package drillbook.boot;

import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the worker last and stops it first: it takes no more work, waits for what runs, and lets
 * go of the rest. Without it a stopped process would leave activities to their timeouts.
 */
final class WorkerLifecycle implements SmartLifecycle {
  private final WorkerFactory factory;
  private final Duration grace;

  WorkerLifecycle(WorkerFactory factory, Duration grace) {
    this.factory = factory;
    this.grace = grace;
  }

  @Override
  public void start() {
    factory.start();
  }

  @Override
  public void stop() {
    factory.shutdown();
    factory.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
    if (!factory.isTerminated()) {
      factory.shutdownNow();
      factory.awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Override
  public boolean isRunning() {
    return factory.isStarted() && !factory.isShutdown();
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
