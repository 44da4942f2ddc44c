package drillbook.worker;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import io.temporal.failure.TemporalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the product's failures into Temporal's; whether to try again, the policies decide. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** Work that may fail. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws DrillbookException, InterruptedException;
  }

  /** Runs an activity's work. */
  static <T> T call(Work<T> work) {
    try {
      return work.run();
    } catch (DrillbookException e) {
      LOG.debug("activity failed kind={}", e.kind(), e);
      throw WorkflowFailures.of(e.kind(), e.getMessage(), e.hint(), e.retryAfter());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw WorkflowFailures.of(FailureKind.UNAVAILABLE, "the worker stopped meanwhile", "");
    } catch (TemporalException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("activity failed kind=INTERNAL", e);
      throw WorkflowFailures.of(
          FailureKind.INTERNAL,
          "a defect of Drillbook: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
          "Report it with the worker's log.");
    }
  }
}
