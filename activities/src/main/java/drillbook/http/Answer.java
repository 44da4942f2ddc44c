package drillbook.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import drillbook.rest.RetryAfter;
import java.time.Duration;
import java.time.Instant;
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
    return RetryAfter.of(header("Retry-After"), now);
  }
}
