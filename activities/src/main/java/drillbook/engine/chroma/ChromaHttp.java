package drillbook.engine.chroma;

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
import java.util.List;
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
 * Calls to a Chroma server: one connection pool, one attempt each, the answer read as it arrives.
 * Safe for use by several threads.
 *
 * <p>Each call runs on a virtual thread of its own, so that an interrupt of the caller ends it at
 * once, whatever it blocks on.
 */
final class ChromaHttp implements AutoCloseable {
  /** Reads an answer's body; the stream ends with the call. */
  @FunctionalInterface
  interface Answer<T> {
    T read(InputStream body) throws IOException, DrillbookException, InterruptedException;
  }

  static final MediaType JSON_TYPE = MediaType.get("application/json");

  private final HttpUrl root;
  private final SecretReference credential;
  private final CallFailures failures;
  private final OkHttpClient client;
  private final OkHttpClient patientClient;

  ChromaHttp(URI url, SecretReference credential) throws DrillbookException {
    HttpUrl parsed = HttpUrl.parse(url.toString());
    if (parsed == null) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "chroma cannot be reached: its url is neither http:// nor https://: " + url,
          "Give the server as http://host:port.");
    }
    this.root = parsed;
    this.credential = credential;
    this.failures =
        new CallFailures(
            "Check that " + root + " is a Chroma server, and that no proxy rewrites answers.",
            "Check that Chroma runs at " + root + " and can be reached from here.");
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(2))
            .writeTimeout(Duration.ofMinutes(2))
            .callTimeout(Duration.ofMinutes(5))
            .retryOnConnectionFailure(false)
            // Servers hang up on idle connections, and a request on one of these would fail.
            .connectionPool(new ConnectionPool(5, 5, TimeUnit.SECONDS))
            // A redirect would carry the token to a host that nobody named.
            .followRedirects(false)
            .build();
    this.patientClient =
        client
            .newBuilder()
            .readTimeout(Duration.ofMinutes(15))
            .callTimeout(Duration.ofHours(1))
            .build();
  }

  /** Returns the address of an API path, each segment taken literally. */
  HttpUrl url(String... segments) throws DrillbookException {
    HttpUrl.Builder builder = root.newBuilder().addPathSegment("api").addPathSegment("v2");
    for (String segment : segments) {
      // Url builders resolve these, and the request would then mean another thing.
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "chroma has no tenant, database or collection of this name: '" + segment + "'");
      }
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  /** Sends a GET and reads its small answer. */
  Object get(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url), false, ChromaHttp::document);
  }

  /** Sends a small document by a method, and reads the small answer. */
  Object send(String what, String method, HttpUrl url, @Nullable Object document)
      throws DrillbookException, InterruptedException {
    Request.Builder request =
        new Request.Builder().url(url).method(method, document == null ? null : body(document));
    return call(what, request, false, ChromaHttp::document);
  }

  /** Sends a body and reads the answer as it arrives. */
  <T> T post(String what, HttpUrl url, RequestBody body, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url).post(body), false, answer);
  }

  /** Like {@link #post}, for answers that a server needs minutes for. */
  <T> T postPatiently(String what, HttpUrl url, RequestBody body, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url).post(body), true, answer);
  }

  /** Returns a small document as a request's body. */
  static RequestBody body(Object document) {
    return RequestBody.create(RestJson.text(document).getBytes(StandardCharsets.UTF_8), JSON_TYPE);
  }

  /** Returns what a JSON text says: maps, lists, numbers, texts; an empty map where it is empty. */
  static Object document(InputStream body) throws IOException {
    byte[] bytes = body.readAllBytes();
    return bytes.length == 0 ? Map.of() : RestJson.MAPPER.readValue(bytes, Object.class);
  }

  private <T> T call(String what, Request.Builder builder, boolean patient, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    authenticate(builder);
    Request request = builder.build();
    return InterruptibleCall.run(
        (patient ? patientClient : client).newCall(request),
        "chroma",
        response -> {
          if (!response.isSuccessful()) {
            throw refusal(what, request, response);
          }
          return answer.read(response.body().byteStream());
        },
        cause -> failures.of(what, tail(request, ""), cause));
  }

  private void authenticate(Request.Builder builder) throws DrillbookException {
    if (!credential.isPresent()) {
      return;
    }
    String token = BareSecret.of(credential, "a Chroma token");
    builder.header("x-chroma-token", token);
  }

  private static DrillbookException refusal(String what, Request request, Response response)
      throws IOException {
    int status = response.code();
    String words = words(response);
    String message = what + ": " + words + tail(request, " " + status);
    return switch (status) {
      case 401, 403 ->
          new DrillbookException(
              FailureKind.DENIED, message, "Check the credential of this target, and its rights.");
      case 404 -> new DrillbookException(FailureKind.NOT_FOUND, message);
      case 409 -> new DrillbookException(FailureKind.CONFLICT, message);
      case 413 ->
          new DrillbookException(
              FailureKind.EXHAUSTED, message, "Raise the server's max_payload_size_bytes.");
      case 400, 422 -> new DrillbookException(refused(request), message);
      case 501 -> new DrillbookException(FailureKind.UNSUPPORTED, message);
      case 500 -> new DrillbookException(internal(words), message);
      case 429 ->
          new DrillbookException(
                  FailureKind.UNAVAILABLE, message, "The server limits the rate of requests.")
              .after(retryAfter(response));
      default ->
          new DrillbookException(
              status > 500 ? FailureKind.UNAVAILABLE : FailureKind.CONFIGURATION, message);
    };
  }

  /** Returns what the server asks for, in seconds; a moment where it does not say. */
  private static Duration retryAfter(Response response) {
    String header = response.header("Retry-After");
    boolean told = header != null && header.matches("[0-9]{1,5}");
    return told ? Duration.ofSeconds(Math.max(1, Long.parseLong(header))) : Duration.ofSeconds(1);
  }

  /** What is created or written comes from a backup, so the target is what does not fit. */
  private static FailureKind refused(Request request) {
    String path = request.url().encodedPath();
    return path.endsWith("/upsert") || path.endsWith("/collections")
        ? FailureKind.INCOMPATIBLE_TARGET
        : FailureKind.CONFIGURATION;
  }

  /**
   * Source: Chroma 1.5.9, observed. A vector that its index lost answers {@code Error finding id},
   * an index that cannot be opened {@code Error loading hnsw index}, a rename to a taken name an
   * SQLite constraint; all of them with status 500.
   */
  private static FailureKind internal(String words) {
    if (words.contains("Error finding id") || words.contains("hnsw")) {
      return FailureKind.CORRUPT;
    }
    return words.contains("UNIQUE constraint failed")
        ? FailureKind.CONFLICT
        : FailureKind.UNAVAILABLE;
  }

  private static String words(Response response) throws IOException {
    String text = response.peekBody(4096).string();
    try {
      if (RestJson.MAPPER.readValue(text, Object.class) instanceof Map<?, ?> map
          && map.get("message") instanceof String message) {
        return Quote.of(message);
      }
    } catch (JsonProcessingException e) {
      // No words of Chroma's, so of whatever answered in its place.
      return Quote.of(text);
    }
    return text.isBlank() ? "no reason given" : Quote.of(text);
  }

  private static String tail(Request request, String status) {
    return " [" + request.method() + " " + request.url().encodedPath() + status + "]";
  }

  /** Returns a document that must be a list. */
  static List<?> list(String what, Object document) throws DrillbookException {
    if (document instanceof List<?> list) {
      return list;
    }
    throw new DrillbookException(
        FailureKind.CORRUPT, what + ": the answer is no list: " + Quote.of(document.toString()));
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
