package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What Pinecone's refusals, and calls that were not answered, mean. */
final class PineconeFailures {
  private static final int QUOTED_CHARS = 300;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(6);

  private PineconeFailures() {}

  /** Returns the failure of a call that ended in an exception. */
  static DrillbookException failure(String what, Request request, @Nullable Throwable cause)
      throws InterruptedException {
    return switch (cause) {
      case DrillbookException failure -> failure;
      case InterruptedException interrupt -> throw interrupt;
      case PineconeHttp.MalformedAnswerException malformed ->
          new DrillbookException(
              FailureKind.CORRUPT,
              what + ": the answer is malformed: " + malformed.getMessage() + tail(request, ""),
              "",
              malformed);
      // What was found in an answer's records.
      case IOException io when io.getCause() instanceof DrillbookException failure -> failure;
      case JsonEOFException broken -> unanswered(what, request, broken);
      case JsonProcessingException foreign ->
          new DrillbookException(
              FailureKind.CORRUPT,
              what
                  + ": the answer is no JSON: "
                  + cut(foreign.getOriginalMessage())
                  + tail(request, ""),
              "Check that no proxy rewrites answers of " + request.url().host() + ".",
              foreign);
      case IOException io -> unanswered(what, request, io);
      case RuntimeException defect -> throw defect;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    };
  }

  private static DrillbookException unanswered(String what, Request request, IOException cause) {
    boolean unreachable =
        cause instanceof ConnectException
            || cause instanceof UnknownHostException
            || cause instanceof NoRouteToHostException;
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        what + ": " + cut(String.valueOf(cause.getMessage())) + tail(request, ""),
        unreachable ? "Check that " + request.url().host() + " can be reached from here." : "",
        cause);
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
        .after(retryAfter(response.header("Retry-After"), now));
  }

  private static Duration retryAfter(@Nullable String header, Instant now) {
    String value = header == null ? "" : header.strip();
    if (value.matches("[0-9]{1,9}")) {
      return bounded(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return bounded(Duration.between(now, until));
    } catch (DateTimeException e) {
      return SHORTEST;
    }
  }

  private static Duration bounded(Duration wait) {
    return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
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
          return cut(known);
        }
      }
    } catch (JsonProcessingException e) {
      // No words of Pinecone's, so of whatever answered in its place.
      return text.isBlank() ? "no reason given" : cut(text);
    }
    return text.isBlank() ? "no reason given" : cut(text);
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

  static String cut(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= QUOTED_CHARS ? line : line.substring(0, QUOTED_CHARS) + "...";
  }
}
