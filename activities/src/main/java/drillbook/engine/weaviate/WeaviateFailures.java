package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.CallFailures;
import drillbook.rest.Quote;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What Weaviate's refusals mean. Its words count more than its status: the same refusal comes as
 * 422, as 500, as 200 with an error inside, or as a failed item of a batch (source: Weaviate
 * 1.39.0, observed).
 */
final class WeaviateFailures {
  /** What the server says of a tenant whose data are on disk and not loaded. */
  static final String TENANT_NOT_ACTIVE = "tenant not active";

  /** What is waited at most: nobody asks for more, but a broken proxy may. */
  private static final int LONGEST_WAIT_SECONDS = 3600;

  private final CallFailures calls;

  WeaviateFailures(HttpUrl root) {
    this.calls =
        new CallFailures(
            "Check that " + root + " is a Weaviate server, and that no proxy rewrites answers.",
            "Check that Weaviate runs at " + root + " and can be reached from here.");
  }

  /** Returns the failure of an answer that is no success. */
  DrillbookException refusal(String what, Request request, Response response) throws IOException {
    int status = response.code();
    String words = words(response);
    String tail = tail(request, " " + status);
    if (status == 429 || status == 503) {
      DrillbookException later =
          new DrillbookException(
              FailureKind.UNAVAILABLE,
              what + ": " + words + tail,
              "The server asks to come later.");
      String wait = String.valueOf(response.header("Retry-After"));
      return wait.matches("\\d{1,6}")
          ? later.after(
              Duration.ofSeconds(Math.clamp(Long.parseLong(wait), 1, LONGEST_WAIT_SECONDS)))
          : later;
    }
    return switch (status) {
      case 401, 403 -> denied(what, words, tail);
      case 404 ->
          new DrillbookException(
              FailureKind.NOT_FOUND,
              what + ": " + (words.isEmpty() ? "there is no such thing" : words) + tail);
      case 413 ->
          new DrillbookException(
              FailureKind.EXHAUSTED,
              what + ": " + words + tail,
              "A proxy in front of the server limits requests: raise its limit.");
      default -> {
        DrillbookException meant = ofWords(what, words, tail);
        yield meant.kind() == FailureKind.CONFIGURATION && status >= 500
            ? new DrillbookException(FailureKind.UNAVAILABLE, what + ": " + words + tail)
            : meant;
      }
    };
  }

  private static DrillbookException denied(String what, String words, String tail) {
    return new DrillbookException(
        FailureKind.DENIED,
        what + ": " + (words.isEmpty() ? "the credential is not accepted" : words) + tail,
        "Check the credential of this target and the permissions of its role;"
            + " drillbook engines check lists those that a backup needs.");
  }

  /** Returns the failure that the server's words mean, whichever way they came. */
  DrillbookException ofWords(String what, String words, String tail) {
    String message = what + ": " + Quote.of(words) + tail;
    if (words.contains("forbidden") || words.contains("insufficient permissions")) {
      return denied(what, Quote.of(words), tail);
    }
    if (words.contains("tenant not found")
        || words.contains("does not exist")
        || words.contains("could not find class")
        || words.contains("Cannot query field")) {
      return new DrillbookException(FailureKind.NOT_FOUND, message);
    }
    if (words.contains("already exists") || words.contains("already in use")) {
      return new DrillbookException(FailureKind.CONFLICT, message);
    }
    if (words.contains("read-only") || words.contains("readonly")) {
      return new DrillbookException(
          FailureKind.EXHAUSTED,
          message,
          "Weaviate goes read-only when its disk is nearly full: make room, then set the shards"
              + " to READY.");
    }
    if (words.contains(TENANT_NOT_ACTIVE)) {
      return new DrillbookException(FailureKind.UNAVAILABLE, message);
    }
    if (words.contains("vector lengths don't match")
        || words.contains("invalid ")
        || words.contains("not a valid")
        || words.contains("no module with name")) {
      return new DrillbookException(FailureKind.INCOMPATIBLE_TARGET, message);
    }
    return new DrillbookException(FailureKind.CONFIGURATION, message);
  }

  /** Tells whether a failure says that a tenant would have to be activated. */
  static boolean isTenantNotActive(DrillbookException failure) {
    return String.valueOf(failure.getMessage()).contains(TENANT_NOT_ACTIVE);
  }

  /** Returns the failure of a call that ended in an exception. */
  DrillbookException of(String what, Request request, @Nullable Throwable cause)
      throws InterruptedException {
    return calls.of(what, tail(request, ""), cause);
  }

  private static String words(Response response) throws IOException {
    String text = response.peekBody(4096).string();
    try {
      if (RestJson.MAPPER.readValue(text, Object.class) instanceof Map<?, ?> map) {
        if (map.get("message") instanceof String message) {
          return Quote.of(message);
        }
        if (map.get("error") instanceof List<?> errors
            && !errors.isEmpty()
            && errors.getFirst() instanceof Map<?, ?> error) {
          return Quote.of(String.valueOf(error.get("message")));
        }
      }
    } catch (JsonProcessingException e) {
      // No words of Weaviate's, so of whatever answered in its place.
      return Quote.of(text);
    }
    return Quote.of(text);
  }

  /** Returns how messages end: {@code [GET /v1/schema 500]}. */
  static String tail(Request request, String status) {
    return " [" + request.method() + " " + request.url().encodedPath() + status + "]";
  }
}
