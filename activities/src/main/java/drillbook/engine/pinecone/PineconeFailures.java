package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.CallFailures;
import drillbook.rest.Quote;
import drillbook.rest.RetryAfter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What Pinecone's refusals, and calls that were not answered, mean. */
final class PineconeFailures {
  /** What is waited where Pinecone does not say how long. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private PineconeFailures() {}

  /** Returns the failure of a call that ended in an exception. */
  static DrillbookException failure(String what, Request request, @Nullable Throwable cause)
      throws InterruptedException {
    String host = request.url().host();
    return new CallFailures(
            "Check that no proxy rewrites answers of " + host + ".",
            "Check that " + host + " can be reached from here.")
        .of(what, tail(request, ""), cause);
  }

  /**
   * Returns the failure of an answer that is no success.
   *
   * <p>Source: Pinecone API 2025-10, error codes of both planes; documentation of rate limits, read
   * 2026-11. A limit per second and a used-up month both answer 429: only the words differ, and
   * coming again in a second helps against the first alone.
   */
  static DrillbookException refusal(String what, Request request, Response response, Instant now)
      throws IOException {
    int status = response.code();
    String words = words(response);
    String message = what + ": " + words + tail(request, " " + status);
    String lower = words.toLowerCase(Locale.ROOT);
    return switch (status) {
      case 400, 422 -> new DrillbookException(refused(request), message);
      case 401 ->
          new DrillbookException(FailureKind.DENIED, message, "Check the API key of this target.");
      case 402 ->
          new DrillbookException(FailureKind.EXHAUSTED, message, "Settle the organization's bill.");
      case 403 -> forbidden(message, lower);
      case 404 -> new DrillbookException(FailureKind.NOT_FOUND, message);
      case 409 -> new DrillbookException(FailureKind.CONFLICT, message);
      case 413, 414 ->
          new DrillbookException(
              FailureKind.EXHAUSTED, message, "A request was longer than Pinecone takes.");
      case 429 -> limited(message, lower, response, now);
      case 501 -> new DrillbookException(FailureKind.UNSUPPORTED, message);
      default ->
          new DrillbookException(
              // An index that is being made or taken away refuses with 412 for a while.
              status == 408 || status == 412 || status >= 500
                  ? FailureKind.UNAVAILABLE
                  : FailureKind.CONFIGURATION,
              message,
              status / 100 == 3 ? "A redirect is not followed, as it would get the key." : "");
    };
  }

  private static DrillbookException forbidden(String message, String words) {
    if (words.contains("quota")) {
      return new DrillbookException(
          FailureKind.EXHAUSTED, message, "Make room in the project, or raise its quota.");
    }
    if (words.contains("deletion protection")) {
      return new DrillbookException(
          FailureKind.DENIED,
          message,
          "Turn the index's deletion protection off in Pinecone, if it is really to go.");
    }
    return new DrillbookException(
        FailureKind.DENIED, message, "Give the API key of this target the rights that this needs.");
  }

  private static DrillbookException limited(
      String message, String words, Response response, Instant now) {
    if (words.contains("current month") || words.contains("quota") || words.contains("upgrade")) {
      return new DrillbookException(
          FailureKind.EXHAUSTED,
          message,
          "Coming again does not help: upgrade the plan, or wait for the next month.");
    }
    return new DrillbookException(
            FailureKind.UNAVAILABLE,
            message,
            "The limit counts by second: fewer ranges at a time stay below it.")
        .after(RetryAfter.of(response.header("Retry-After"), now).orElse(MOMENT));
  }

  /** What is created or written comes from a backup, so the target is what does not fit. */
  private static FailureKind refused(Request request) {
    String path = request.url().encodedPath();
    boolean written =
        request.method().equals("POST")
            && (path.endsWith("/upsert")
                || path.endsWith("/indexes")
                || path.endsWith("/create-for-model")
                || path.endsWith("/namespaces"));
    return written ? FailureKind.INCOMPATIBLE_TARGET : FailureKind.CONFIGURATION;
  }

  /** Both planes have bodies of their own: {@code error.message}, and {@code message}. */
  private static String words(Response response) throws IOException {
    String text = response.peekBody(8192).string();
    try {
      if (PineconeHttp.MAPPER.readValue(text, Object.class) instanceof Map<?, ?> map) {
        Object message =
            map.get("error") instanceof Map<?, ?> error
                ? error.get("code") + ": " + error.get("message")
                : map.get("message");
        if (message instanceof String known && !known.isBlank()) {
          return Quote.of(known);
        }
      }
    } catch (JsonProcessingException e) {
      // No words of Pinecone's, so of whatever answered in its place.
      return text.isBlank() ? "no reason given" : Quote.of(text);
    }
    return text.isBlank() ? "no reason given" : Quote.of(text);
  }

  /** Shows host and path, and no query: it may be thousands of ids long. */
  private static String tail(Request request, String status) {
    return " ["
        + request.method()
        + " "
        + request.url().host()
        + ":"
        + request.url().port()
        + request.url().encodedPath()
        + status
        + "]";
  }
}
