package drillbook.engine.qdrant;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.BareSecret;
import drillbook.rest.CallFailures;
import drillbook.rest.InterruptibleCall;
import drillbook.rest.Quote;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Calls to a Qdrant server: one connection pool, one attempt each, the answer read as it arrives.
 * Safe for use by several threads.
 *
 * <p>Each call runs on a virtual thread of its own, so that an interrupt of the caller ends it at
 * once, whatever it blocks on.
 */
final class QdrantHttp implements AutoCloseable {
  /** Reads an answer's body; the stream ends with the call. */
  @FunctionalInterface
  interface Reader<T> {
    T read(InputStream body) throws IOException;
  }

  private static final MediaType JSON_TYPE = MediaType.get("application/json");

  private static final String RAISE_SIZE = "Raise the server's service.max_request_size_mb.";

  private final HttpUrl root;
  private final SecretReference credential;
  private final CallFailures failures;
  private final OkHttpClient client;
  private final OkHttpClient patient;

  QdrantHttp(URI url, SecretReference credential) throws DrillbookException {
    HttpUrl parsed = HttpUrl.parse(url.toString());
    if (parsed == null) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "qdrant cannot be reached: its url is neither http:// nor https://: " + url,
          "Give the server's REST address, http://host:6333; for the Cloud https://host:6333.");
    }
    this.root = parsed;
    this.credential = credential;
    this.failures =
        new CallFailures(
            "Check that "
                + root
                + " is a Qdrant server's REST address, and that no proxy rewrites answers.",
            "Check that Qdrant runs at " + root + " and can be reached from here.");
    this.client =
        new OkHttpClient.Builder()
            // The server closes connections that were idle for 5 s; one that is taken up just then
            // would fail a call that nothing is wrong with.
            .connectionPool(new ConnectionPool(8, 2, TimeUnit.SECONDS))
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(3))
            .writeTimeout(Duration.ofMinutes(3))
            .callTimeout(Duration.ofMinutes(10))
            .retryOnConnectionFailure(false)
            // A redirect would carry the key to a host that nobody named.
            .followRedirects(false)
            .build();
    // For requests that let the server take its time: our own patience must not end before its.
    this.patient =
        client
            .newBuilder()
            .readTimeout(Duration.ofSeconds(QdrantControl.LONGEST_WAIT + 60))
            .build();
  }

  /** Returns the address of an API path, each segment taken literally. */
  HttpUrl url(String... segments) throws DrillbookException {
    HttpUrl.Builder builder = root.newBuilder();
    for (String segment : segments) {
      // Url builders resolve these, and the request would then mean another thing.
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION, "qdrant has nothing of this name: '" + segment + "'");
      }
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  /** Sends a GET and returns the answer's result. */
  Object get(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    return result(what, call(what, new Request.Builder().url(url), QdrantHttp::document));
  }

  /** Sends a GET and returns the whole answer, for the one that has no envelope. */
  Object bare(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url), QdrantHttp::document);
  }

  /** Sends a small document by a method, and returns the answer's result. */
  Object send(String what, String method, HttpUrl url, @Nullable Object document)
      throws DrillbookException, InterruptedException {
    byte[] bytes =
        document == null ? null : RestJson.text(document).getBytes(StandardCharsets.UTF_8);
    RequestBody body = bytes == null ? null : RequestBody.create(bytes, JSON_TYPE);
    Request.Builder request = new Request.Builder().url(url).method(method, body);
    return result(what, call(what, request, QdrantHttp::document));
  }

  /** Sends bytes that are JSON, and returns the answer's result. */
  Object put(String what, HttpUrl url, byte[] body)
      throws DrillbookException, InterruptedException {
    Request.Builder request =
        new Request.Builder().url(url).put(RequestBody.create(body, JSON_TYPE));
    return result(what, call(what, request, QdrantHttp::document));
  }

  /** Sends a small document and reads the answer, envelope and all, as it arrives. */
  <T> T post(String what, HttpUrl url, Object document, Reader<T> reader)
      throws DrillbookException, InterruptedException {
    byte[] bytes = RestJson.text(document).getBytes(StandardCharsets.UTF_8);
    Request.Builder request =
        new Request.Builder().url(url).post(RequestBody.create(bytes, JSON_TYPE));
    return call(what, request, reader);
  }

  private static Object document(InputStream body) throws IOException {
    byte[] bytes = body.readAllBytes();
    Object document = bytes.length == 0 ? null : RestJson.MAPPER.readValue(bytes, Object.class);
    return document == null ? Map.of() : document;
  }

  private static Object result(String what, Object answer) throws DrillbookException {
    Object result = answer instanceof Map<?, ?> map ? map.get("result") : null;
    if (result == null) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": the answer has no result: " + Quote.of(String.valueOf(answer)),
          "Check that the url is a Qdrant server's REST address, and that no proxy rewrites"
              + " answers.");
    }
    return result;
  }

  private <T> T call(String what, Request.Builder builder, Reader<T> reader)
      throws DrillbookException, InterruptedException {
    authenticate(builder);
    Request request = builder.build();
    OkHttpClient caller = request.url().queryParameter("timeout") == null ? client : patient;
    return InterruptibleCall.run(
        caller.newCall(request),
        "qdrant",
        response -> {
          if (!response.isSuccessful()) {
            throw refusal(what, request, response);
          }
          return reader.read(response.body().byteStream());
        },
        cause -> failures.of(what, tail(request, ""), cause));
  }

  private void authenticate(Request.Builder builder) throws DrillbookException {
    if (!credential.isPresent()) {
      return;
    }
    String key = BareSecret.of(credential, "a Qdrant API key");
    builder.header("api-key", key);
  }

  /** Source: Qdrant 1.18 API and its table of statuses by kind of error; read 2026-11. */
  private DrillbookException refusal(String what, Request request, Response response)
      throws IOException {
    int status = response.code();
    String words = words(response);
    String message = what + ": " + words + tail(request, " " + status);
    return switch (status) {
      case 401, 403 ->
          new DrillbookException(
              FailureKind.DENIED,
              message,
              "Check the credential of this target; a key that only reads cannot restore.");
      case 404 -> new DrillbookException(FailureKind.NOT_FOUND, message);
      case 409 -> new DrillbookException(FailureKind.CONFLICT, message);
      case 413 -> new DrillbookException(FailureKind.EXHAUSTED, message, RAISE_SIZE);
      case 400, 422 ->
          words.contains("larger than allowed") || words.contains("has exceeded limit")
              ? new DrillbookException(FailureKind.EXHAUSTED, message, RAISE_SIZE)
              : new DrillbookException(refused(request), message);
      case 507 -> new DrillbookException(FailureKind.EXHAUSTED, message, "Make room on its disk.");
      case 429 -> {
        if (words.contains("larger than rate limiter capacity")) {
          // No waiting helps: the server never has so much at once.
          yield new DrillbookException(
              FailureKind.EXHAUSTED,
              message,
              "Raise read_rate_limit or write_rate_limit of the collection's strict mode.");
        }
        DrillbookException later =
            new DrillbookException(
                FailureKind.UNAVAILABLE, message, "The collection's strict mode limits the rate.");
        yield later.after(retryAfter(response));
      }
      default -> new DrillbookException(broken(status, words), message);
    };
  }

  /** Returns what the server asks for, which it does in seconds; a moment where it does not. */
  private static Duration retryAfter(Response response) {
    String header = response.header("Retry-After");
    boolean told = header != null && header.matches("[0-9]{1,5}");
    return told ? Duration.ofSeconds(Math.max(1, Long.parseLong(header))) : Duration.ofSeconds(1);
  }

  /** What is created or written comes from a backup, so the target is what does not fit. */
  private static FailureKind refused(Request request) {
    return request.method().equals("PUT")
        ? FailureKind.INCOMPATIBLE_TARGET
        : FailureKind.CONFIGURATION;
  }

  private static FailureKind broken(int status, String words) {
    if (words.contains("No space left") || words.contains("out of disk")) {
      return FailureKind.EXHAUSTED;
    }
    return status == 408 || status >= 500 ? FailureKind.UNAVAILABLE : FailureKind.CONFIGURATION;
  }

  /** Refused credentials and broken uploads are answered in plain text, all else in JSON. */
  private static String words(Response response) throws IOException {
    String text = response.peekBody(4096).string();
    try {
      if (RestJson.MAPPER.readValue(text, Object.class) instanceof Map<?, ?> map
          && map.get("status") instanceof Map<?, ?> status
          && status.get("error") instanceof String error) {
        return Quote.of(error);
      }
    } catch (JsonProcessingException e) {
      // No words of Qdrant's envelope.
      return text.isBlank() ? "no reason given" : Quote.of(text);
    }
    return text.isBlank() ? "no reason given" : Quote.of(text);
  }

  private static String tail(Request request, String status) {
    return " [" + request.method() + " " + request.url().encodedPath() + status + "]";
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
