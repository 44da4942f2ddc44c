package drillbook.failure;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation that failed, in the product's grammar: what could not be done, why in the engine's
 * own words, and what to do about it.
 *
 * <p>Message grammar: {@code "<what could not be done>: <engine's own words> [<method> <path>
 * <status>]"}. The hint is a sentence for the person who has to act; it is empty where nobody has
 * to. Neither ever carries a secret.
 */
public final class DrillbookException extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;
  private final String message;
  private final String hint;
  private final Duration retryAfter;

  /** Creates a failure where nobody can be told what to do. */
  public DrillbookException(FailureKind kind, String message) {
    this(kind, message, "");
  }

  /** Creates a failure with a hint. */
  public DrillbookException(FailureKind kind, String message, String hint) {
    this(kind, message, hint, Duration.ZERO, null);
  }

  /** Creates a failure with a hint and the exception that caused it. */
  public DrillbookException(FailureKind kind, String message, String hint, Throwable cause) {
    this(kind, message, hint, Duration.ZERO, cause);
  }

  private DrillbookException(
      FailureKind kind,
      String message,
      String hint,
      Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.message = Objects.requireNonNull(message, "message == null");
    this.kind = Objects.requireNonNull(kind, "kind == null");
    this.hint = Objects.requireNonNull(hint, "hint == null");
    this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter == null");
  }

  /** Returns this failure with how long the other side asked to be left alone. */
  public DrillbookException after(Duration delay) {
    return new DrillbookException(kind, message, hint, delay, getCause());
  }

  /** Returns what could not be done, and why. */
  @Override
  public String getMessage() {
    return message;
  }

  /** Returns who has to act. */
  public FailureKind kind() {
    return kind;
  }

  /** Returns what to do, or an empty string. */
  public String hint() {
    return hint;
  }

  /** Returns how long the other side asked to be left alone; zero where it did not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
