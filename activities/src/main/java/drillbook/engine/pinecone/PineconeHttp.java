package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.BareSecret;
import drillbook.rest.InterruptibleCall;
import drillbook.rest.MalformedAnswerException;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Calls to Pinecone's control plane and to the hosts of its indexes: connections kept alive, one
 * attempt each, the answer read as it arrives. Safe for use by several threads.
 *
 * <p>Each call runs on a virtual thread of its own, so that an interrupt of the caller ends it at
 * once, whatever it blocks on.
 */
final class PineconeHttp implements AutoCloseable {
  /** Reads an answer's body; the stream ends with the call. */
  @FunctionalInterface
  interface Answer<T> {
    T read(InputStream body, Headers headers) throws IOException;
  }

  static final MediaType JSON_TYPE = MediaType.get("application/json");

  /** JSON with bounds far above what Pinecone's limits of a record allow, floats parsed fast. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(4 << 20).maxNumberLength(400).build())
          .build();

  /** Small documents: maps come and go with sorted keys, integers and floats stay apart. */
  static final ObjectMapper MAPPER =
      new ObjectMapper(JSON).enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private static final int KEPT_CONNECTIONS = 32;

  /**
   * Servers and what stands before them end idle connections after half a minute or more, and a GET
   * that meets such an end would fail: one attempt is all there is.
   */
  private static final int KEPT_SECONDS = 20;

  private static final int LARGEST_DOCUMENT = 32 << 20;

  private final HttpUrl root;
  private final SecretReference credential;
  private final InstantSource clock;
  private final PineconeVersion version;
  private final OkHttpClient client;

  PineconeHttp(URI url, SecretReference credential, PineconeVersion version, InstantSource clock)
      throws DrillbookException {
    this.version = version;
    this.root = PineconeHosts.controlPlane(url);
    this.credential = credential;
    this.clock = clock;
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(1))
            .writeTimeout(Duration.ofMinutes(1))
            .callTimeout(Duration.ofMinutes(5))
            .connectionPool(new ConnectionPool(KEPT_CONNECTIONS, KEPT_SECONDS, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            // A redirect would carry the key to a host that nobody named.
            .followRedirects(false)
            .build();
  }

  /** Returns the version of the API that requests name. */
  PineconeVersion version() {
    return version;
  }

  /** Returns the time. */
  Instant now() {
    return clock.instant();
  }

  /** Returns an address of the control plane, each segment taken literally. */
  HttpUrl control(String... segments) throws DrillbookException {
    return below(root, segments);
  }

  /** Returns the base address of an index, from the host that the control plane named. */
  HttpUrl indexHost(String index, String host) throws DrillbookException {
    return PineconeHosts.dataPlane(root, index, host);
  }

  /** Returns an address below another, each segment taken literally. */
  static HttpUrl below(HttpUrl base, String... segments) throws DrillbookException {
    HttpUrl.Builder builder = base.newBuilder();
    for (String segment : segments) {
      // Url builders resolve these, and the request would then mean another thing.
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION, "pinecone has nothing of this name: '" + segment + "'");
      }
      builder.addPathSegment(segment);
    }
    return builder.build();
  }

  /** Sends a GET and reads its small answer. */
  Object get(String what, HttpUrl url) throws DrillbookException, InterruptedException {
    return get(what, url, (body, headers) -> document(body));
  }

  /** Sends a GET and reads the answer as it arrives. */
  <T> T get(String what, HttpUrl url, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    return call(what, new Request.Builder().url(url), answer);
  }

  /** Sends a small document by a method, and reads the small answer. */
  Object send(String what, String method, HttpUrl url, @Nullable Object document)
      throws DrillbookException, InterruptedException {
    return send(what, method, url, document, (body, headers) -> document(body));
  }

  /** Sends a small document by a method, and reads the answer as it arrives. */
  <T> T send(String what, String method, HttpUrl url, @Nullable Object document, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    RequestBody body = document == null ? null : RequestBody.create(bytes(document), JSON_TYPE);
    return call(what, new Request.Builder().url(url).method(method, body), answer);
  }

  /** Sends bytes that are JSON, and reads the answer as it arrives. */
  <T> T post(String what, HttpUrl url, byte[] json, int length, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    RequestBody body = RequestBody.create(json, JSON_TYPE, 0, length);
    return call(what, new Request.Builder().url(url).post(body), answer);
  }

  private static byte[] bytes(Object document) {
    return RestJson.text(document).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Returns what a JSON text says: maps, lists, numbers, texts; an empty map where it is empty. */
  static Object document(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(LARGEST_DOCUMENT + 1);
    if (bytes.length > LARGEST_DOCUMENT) {
      throw new MalformedAnswerException("it is longer than " + LARGEST_DOCUMENT + " bytes");
    }
    Object document = bytes.length == 0 ? Map.of() : MAPPER.readValue(bytes, Object.class);
    if (document == null) {
      throw new MalformedAnswerException("it is null");
    }
    return document;
  }

  private <T> T call(String what, Request.Builder builder, Answer<T> answer)
      throws DrillbookException, InterruptedException {
    authenticate(builder);
    Request request = builder.header("X-Pinecone-Api-Version", version.toString()).build();
    return InterruptibleCall.run(
        client.newCall(request),
        "pinecone",
        response -> {
          if (!response.isSuccessful()) {
            throw PineconeFailures.refusal(what, request, response, clock.instant());
          }
          return answer.read(response.body().byteStream(), response.headers());
        },
        cause -> PineconeFailures.failure(what, request, cause));
  }

  private void authenticate(Request.Builder builder) throws DrillbookException {
    if (!credential.isPresent()) {
      return;
    }
    String key = BareSecret.of(credential, "a Pinecone API key");
    builder.header("Api-Key", key);
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
