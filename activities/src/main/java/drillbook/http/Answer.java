package drillbook.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import okhttp3.Headers;

/**
 * What a service answered.
 *
 * @param status the HTTP status
 * @param headers its headers
 * @param text its body, cut where it is longer than any answer of use
 */
public record Answer(int status, Headers headers, String text) {
  /** What a message waits for at most: nobody asks for more, but a broken clock may. */
  private static final Duration LONGEST = Duration.ofHours(6);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Tells whether the service did what it was asked. */
  public boolean fine() {
    return status >= 200 && status < 300;
  }

  /** Returns the body as JSON; a missing node where it is none. */
  public JsonNode json() {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node == null ? MissingNode.getInstance() : node;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Returns a header, or an empty string. */
  public String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  /** Returns how long {@code Retry-After} asks to wait, in seconds or until a date. */
  public Optional<Duration> retryAfter(Instant now) {
    return retryAfter(header("Retry-After"), now);
  }

  /** Returns how long a {@code Retry-After} of this value asks to wait. */
  public static Optional<Duration> retryAfter(String value, Instant now) {
    String trimmed = value.strip();
    if (trimmed.matches("[0-9]{1,9}")) {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(trimmed))));
    }
    if (trimmed.isEmpty()) {
      return Optional.empty();
    }
    try {
      Instant until =
          ZonedDateTime.parse(trimmed, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
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
    return wait.toSeconds() < 1 ? Duration.ofSeconds(1) : wait;
  }
}
