package drillbook.engine.weaviate;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.BareSecret;
import drillbook.rest.InterruptibleCall;
import drillbook.rest.MalformedAnswerException;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Calls to a Weaviate server: one connection pool, one attempt each, the answer read as it arrives.
 * Safe for use by several threads.
 *
 * <p>Each call runs on a virtual thread of its own, so that an interrupt of the caller ends it at
 * once, whatever it blocks on.
 */
final class WeaviateHttp implements AutoCloseable {
  /** Reads an answer's body; the stream ends with the call. */
  @FunctionalInterface
  interface Answer<T> {
    T read(InputStream body) throws IOException, DrillbookException, InterruptedException;
  }

  static final MediaType JSON_TYPE = MediaType.get("application/json");

  private final HttpUrl root;
  private final SecretReference credential;
  private final WeaviateFailures failures;
  private final OkHttpClient client;

  WeaviateHttp(URI url, SecretReference credential) throws DrillbookException {
    HttpUrl parsed = HttpUrl.parse(url.toString());
    if (parsed == null) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "weaviate cannot be reached: its url is neither http:// nor https://: " + url,
          "Give the server as http://host:port, its REST port.");
    }
    this.root = parsed;
    this.credential = credential;
    this.failures = new WeaviateFailures(parsed);
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(5))
            .writeTimeout(Duration.ofMinutes(2))
            .callTimeout(Duration.ofMinutes(12))
            .retryOnConnectionFailure(false)
            // Servers hang up on idle connections, and a request on one of these would fail.
            .connectionPool(new ConnectionPool(5, 5, TimeUnit.SECONDS))
            // A redirect would carry the key to a host that nobody named.
            .followRedirects(false)
            .build();
  }

  /** Returns the address of an API path, each segment taken literally. */
  HttpUrl url(String... segments) {
    HttpUrl.Builder builder = root.newBuilder().addPathSegment("v1");
    for (String segment : segments) {
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  /** Sends a GET and reads its small answer. */
  Object get(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url), WeaviateHttp::document);
  }

  /** Sends a GET and reads its small answer; empty where the server says 404. */
  Optional<Object> find(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    try {
      return Optional.of(get(what, url));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Sends a GET and reads the answer as it arrives. */
  <T> T get(String what, HttpUrl url, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url), answer);
  }

  /** Sends a small document by a method, and reads the small answer. */
  Object send(String what, String method, HttpUrl url, Object document)
      throws DrillbookException, InterruptedException {
    Request.Builder request = new Request.Builder().url(url).method(method, body(document));
    return call(what, request, WeaviateHttp::document);
  }

  /** Sends a DELETE; a success tells nothing of whether the thing was there. */
  void delete(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    call(what, new Request.Builder().url(url).delete(), WeaviateHttp::document);
  }

  /** Sends a body and reads the answer as it arrives. */
  <T> T post(String what, HttpUrl url, RequestBody body, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url).post(body), answer);
  }

  /**
   * Asks a GraphQL question and returns the part of its answer that has two names.
   *
   * @throws DrillbookException also where the server answers 200 with errors in it
   */
  Object graphql(String what, String query, String verb, String collection)
      throws DrillbookException, InterruptedException {
    Object answer = send(what, "POST", url("graphql"), Map.of("query", query));
    if (answer instanceof Map<?, ?> map
        && map.get("errors") instanceof List<?> errors
        && !errors.isEmpty()) {
      Object words =
          errors.getFirst() instanceof Map<?, ?> error ? error.get("message") : errors.getFirst();
      throw failures.ofWords(what, String.valueOf(words), " [POST /v1/graphql 200]");
    }
    Object found = RestJson.fields(RestJson.fields(answer, "data"), verb).get(collection);
    if (found == null) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": the answer has nothing of " + verb + " " + collection);
    }
    return found;
  }

  /** Returns the failure that the words of a server mean. */
  DrillbookException failure(String what, String words) {
    return failures.ofWords(what, words, "");
  }

  /** Returns a small document as a request's body. */
  static RequestBody body(Object document) {
    return RequestBody.create(RestJson.text(document).getBytes(StandardCharsets.UTF_8), JSON_TYPE);
  }

  /** Returns what a JSON text says: maps, lists, numbers, texts; an empty map where it is empty. */
  static Object document(InputStream body) throws IOException {
    byte[] bytes = body.readAllBytes();
    Object document = bytes.length == 0 ? Map.of() : RestJson.MAPPER.readValue(bytes, Object.class);
    if (document == null) {
      throw new MalformedAnswerException("it is null");
    }
    return document;
  }

  private <T> T call(String what, Request.Builder builder, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    authenticate(builder);
    Request request = builder.build();
    return InterruptibleCall.run(
        client.newCall(request),
        "weaviate",
        response -> {
          if (!response.isSuccessful()) {
            throw failures.refusal(what, request, response);
          }
          return answer.read(response.body().byteStream());
        },
        cause -> failures.of(what, request, cause));
  }

  private void authenticate(Request.Builder builder) throws DrillbookException {
    if (!credential.isPresent()) {
      return;
    }
    String key = BareSecret.of(credential, "a Weaviate key");
    builder.header("Authorization", "Bearer " + key);
  }

  /** Returns a document that must be a list. */
  static List<?> list(String what, @Nullable Object document) throws DrillbookException {
    if (document instanceof List<?> list) {
      return list;
    }
    throw new DrillbookException(
        FailureKind.CORRUPT,
        what + ": the answer is no list: " + Quote.of(String.valueOf(document)));
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
