package drillbook.demo.calendar;

import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How activities take time that nobody waits for. */
final class SimulatedWork {
  private final InstantSource clock;

  SimulatedWork(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the simulated time. */
  Instant now() {
    return clock.instant();
  }

  /**
   * Lets the running activity take so long: its first attempt asks to be made again later, and the
   * service skips the pause. What the workflow measures is then what it would have measured.
   */
  void takes(Duration time) {
    if (Activity.getExecutionContext().getInfo().getAttempt() == 1) {
      throw ApplicationFailure.newBuilder()
          .setType("SIMULATED")
          .setMessage("is at work for " + time)
          .setNextRetryDelay(time)
          .setCategory(ApplicationErrorCategory.BENIGN)
          .build();
    }
  }
}
