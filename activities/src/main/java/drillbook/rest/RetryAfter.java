package drillbook.rest;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a server that limits requests asks to wait, by the header {@code Retry-After}. */
public final class RetryAfter {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** Nobody asks for more, but a broken clock may. */
  private static final Duration LONGEST = Duration.ofHours(6);

  private RetryAfter() {}

  /**
   * Returns the wait, given in seconds or until a date.
   *
   * @param header its value; null or empty where there is none
   * @param now what a date counts from
   */
  public static Optional<Duration> of(@Nullable String header, Instant now) {
    String value = header == null ? "" : header.strip();
    if (value.matches("[0-9]{1,9}")) {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(value))));
    }
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(bounded(Duration.between(now, until)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Returns a wait as it can be obeyed: at least a second, at most some hours. */
  public static Duration bounded(Duration wait) {
    if (wait.compareTo(LONGEST) > 0) {
      return LONGEST;
    }
    return wait.toSeconds() < 1 ? SHORTEST : wait;
  }
}
