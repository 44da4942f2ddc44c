package drillbook.policy;

import drillbook.failure.FailureKind;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;
import java.util.Arrays;

/**
 * Every timeout and every retry of the product. Adapters and stores never retry; a failure's kind
 * says whether trying again can help, and these policies say how often and how patiently.
 */
public final class ActivityPolicies {
  /** How long an activity that moves data may stay silent before it is given to another worker. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private ActivityPolicies() {}

  /**
   * First contact: plans and preflights. Tried three times within seconds, since a person may be
   * waiting for "cannot reach it".
   */
  public static ActivityOptions preflight(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofMinutes(2))
        .setRetryOptions(retries(3, Duration.ofSeconds(1), Duration.ofSeconds(5)))
        .build();
  }

  /** Small requests to engine or store, after a preflight succeeded. */
  public static ActivityOptions request(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofMinutes(5))
        .setRetryOptions(retries(8, Duration.ofSeconds(1), Duration.ofMinutes(1)))
        .build();
  }

  /**
   * Moves data for minutes or hours: heartbeats, and resumes from what the store holds. Cancelled
   * ones are waited for, so that nothing goes on writing behind a clean-up.
   */
  public static ActivityOptions transfer(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofHours(12))
        .setHeartbeatTimeout(HEARTBEAT)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(retries(10, Duration.ofSeconds(1), Duration.ofMinutes(1)))
        .build();
  }

  /**
   * Brings an instance or a collection up: an hour and a few tries, since clouds refuse now and
   * then; each try finds what the one before brought up.
   */
  public static ActivityOptions provision(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofHours(1))
        .setHeartbeatTimeout(HEARTBEAT)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(retries(3, Duration.ofSeconds(5), Duration.ofMinutes(1)))
        .build();
  }

  /**
   * Waits for an instance that is coming back: asked every few seconds, for a quarter of an hour.
   */
  public static ActivityOptions awaitAnswer(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofMinutes(2))
        .setScheduleToCloseTimeout(Duration.ofMinutes(15))
        .setRetryOptions(
            RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofSeconds(1))
                .setBackoffCoefficient(1.5)
                .setMaximumInterval(Duration.ofSeconds(10))
                .build())
        .build();
  }

  /** Holds a snapshot open while ranges are read: each attempt is a new snapshot. */
  public static ActivityOptions hold(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofHours(12))
        .setHeartbeatTimeout(HEARTBEAT)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(
            RetryOptions.newBuilder(retries(5, Duration.ofSeconds(1), Duration.ofSeconds(30)))
                .setDoNotRetry(nonRetryable(FailureKind.SNAPSHOT_LOST))
                .build())
        .build();
  }

  /**
   * Messages and tickets: tried for a quarter of an hour, since a chat that is down comes back, and
   * then given up: an hourly run must not be ended by a chat before it has written itself down.
   */
  public static ActivityOptions message(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofMinutes(1))
        .setScheduleToCloseTimeout(Duration.ofMinutes(15))
        .setRetryOptions(retries(0, Duration.ofSeconds(2), Duration.ofMinutes(1)))
        .build();
  }

  /** Cleans up: tried for hours, since what stays behind costs money or blocks a name. */
  public static ActivityOptions cleanUp(String summary) {
    return base(summary)
        .setStartToCloseTimeout(Duration.ofMinutes(10))
        .setScheduleToCloseTimeout(Duration.ofHours(6))
        .setRetryOptions(retries(0, Duration.ofSeconds(2), Duration.ofMinutes(10)))
        .build();
  }

  /** Says that something failed before it began: tried once, since nothing depends on it. */
  public static ActivityOptions farewell(String summary) {
    return base(summary)
        .setScheduleToCloseTimeout(Duration.ofSeconds(30))
        .setRetryOptions(retries(1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .build();
  }

  private static ActivityOptions.Builder base(String summary) {
    return ActivityOptions.newBuilder().setSummary(summary);
  }

  private static RetryOptions retries(int attempts, Duration first, Duration longest) {
    return RetryOptions.newBuilder()
        .setMaximumAttempts(attempts)
        .setInitialInterval(first)
        .setBackoffCoefficient(2.0)
        .setMaximumInterval(longest)
        .setDoNotRetry(nonRetryable())
        .build();
  }

  private static String[] nonRetryable(FailureKind... retriedAllTheSame) {
    return Arrays.stream(FailureKind.values())
        .filter(kind -> !kind.retryable() && !Arrays.asList(retriedAllTheSame).contains(kind))
        .map(FailureKind::name)
        .toArray(String[]::new);
  }
}
