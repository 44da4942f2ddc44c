package drillbook.failure;

import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * How failures cross Temporal: an application failure whose type is the kind's name, whose message
 * is the failure's, whose only detail is the hint.
 */
public final class WorkflowFailures {
  /** Longest message that crosses; the server drops encrypted failures above 4 KB. */
  static final int MAX_MESSAGE = 1200;

  private WorkflowFailures() {}

  /** Returns a failure for Temporal. Whether it is tried again, its policy decides by the type. */
  public static ApplicationFailure of(FailureKind kind, String message, String hint) {
    return of(kind, message, hint, Duration.ZERO);
  }

  /**
   * Returns a failure for Temporal that is not tried again before some time has passed: the other
   * side asked for it, so it counts for more than the policy's own pauses.
   *
   * @param retryAfter zero to leave it to the policy
   */
  public static ApplicationFailure of(
      FailureKind kind, String message, String hint, Duration retryAfter) {
    ApplicationFailure.Builder failure =
        ApplicationFailure.newBuilder()
            .setType(kind.name())
            .setMessage(cut(message))
            .setDetails(cut(hint));
    if (retryAfter.isPositive()) {
      failure.setNextRetryDelay(retryAfter);
    }
    return failure.build();
  }

  /** Returns the kind of a failure that came through Temporal; INTERNAL where it names none. */
  public static FailureKind kind(Throwable failure) {
    return find(failure).flatMap(found -> kindNamed(found.getType())).orElse(FailureKind.INTERNAL);
  }

  /** Returns the hint of a failure that came through Temporal, or an empty string. */
  public static String hint(Throwable failure) {
    return find(failure)
        .filter(found -> found.getDetails().getSize() > 0)
        .map(found -> found.getDetails().get(0, String.class))
        .orElse("");
  }

  /** Returns the message of the failure that ended an activity, without Temporal's own words. */
  public static String message(Throwable failure) {
    Optional<ApplicationFailure> found = find(failure);
    if (found.isPresent()) {
      return found.get().getOriginalMessage();
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** Returns the outermost of our failures; the outermost of others where none is ours. */
  private static Optional<ApplicationFailure> find(Throwable failure) {
    ApplicationFailure other = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApplicationFailure application) {
        if (kindNamed(application.getType()).isPresent()) {
          return Optional.of(application);
        }
        other = other == null ? application : other;
      }
    }
    return Optional.ofNullable(other);
  }

  private static Optional<FailureKind> kindNamed(String type) {
    return Arrays.stream(FailureKind.values()).filter(kind -> kind.name().equals(type)).findFirst();
  }

  private static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
  }
}
