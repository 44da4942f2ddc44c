package drillbook.failure;

import io.temporal.failure.ApplicationFailure;
import java.util.Arrays;

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
    return ApplicationFailure.newBuilder()
        .setType(kind.name())
        .setMessage(cut(message))
        .setDetails(cut(hint))
        .build();
  }

  /** Returns the kind of a failure that came through Temporal; INTERNAL where it names none. */
  public static FailureKind kind(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApplicationFailure application) {
        return Arrays.stream(FailureKind.values())
            .filter(kind -> kind.name().equals(application.getType()))
            .findFirst()
            .orElse(FailureKind.INTERNAL);
      }
    }
    return FailureKind.INTERNAL;
  }

  /** Returns the hint of a failure that came through Temporal, or an empty string. */
  public static String hint(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApplicationFailure application) {
        return application.getDetails().getSize() == 0
            ? ""
            : application.getDetails().get(0, String.class);
      }
    }
    return "";
  }

  /** Returns the message of the failure that ended an activity, without Temporal's own words. */
  public static String message(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof ApplicationFailure application) {
        return application.getOriginalMessage();
      }
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
  }
}
