package drillbook.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Calls with JSON, one attempt each, for as long as one activity lasts. Follows no redirect: that
 * would carry a token to a host that nobody named.
 */
public final class JsonHttp implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int LONGEST_ANSWER = 4 << 20;

  private final Secrets secrets;
  private final InstantSource clock;
  private final OkHttpClient client = client();

  /**
   * Opens nothing until the first call.
   *
   * @param secrets those that calls carry, to be struck out of what is quoted
   * @param clock to read dates against
   */
  public JsonHttp(Secrets secrets, InstantSource clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /** Returns a client with the patience of an activity of one minute. */
  public static OkHttpClient client() {
    return new OkHttpClient.Builder()
        .connectTimeout(Duration.ofSeconds(10))
        .readTimeout(Duration.ofSeconds(20))
        .writeTimeout(Duration.ofSeconds(20))
        .callTimeout(Duration.ofSeconds(25))
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .build();
  }

  /**
   * Sends a request and returns the answer, whatever its status.
   *
   * @throws DrillbookException UNAVAILABLE when no answer came
   */
  public Answer send(Call call) throws DrillbookException {
    Request.Builder request = new Request.Builder().url(call.url());
    call.headers().forEach(request::header);
    request.method(
        call.method(),
        call.body().isPresent() ? RequestBody.create(bytes(call.body().get()), JSON) : null);
    try (Response response = client.newCall(request.build()).execute()) {
      return new Answer(
          response.code(), response.headers(), response.peekBody(LONGEST_ANSWER).string());
    } catch (IOException e) {
      throw unreachable(call.what(), call.tail(""), e);
    }
  }

  /** Returns how an answer that is no success reads: {@code what: words [METHOD path status]}. */
  public String message(Call call, Answer answer, String words) {
    return call.what()
        + ": "
        + secrets.quoted(words.isBlank() ? "no reason given" : words)
        + call.tail(String.valueOf(answer.status()));
  }

  /**
   * Returns the failure of an answer by what its status means everywhere: 429 and 5xx come later,
   * 401 and 403 are denied, 404 is not there, all else was asked wrongly.
   *
   * @param words the service's own
   * @param hint what to do where the credential or the request is wrong
   */
  public DrillbookException refusal(Call call, Answer answer, String words, String hint) {
    String message = message(call, answer, words);
    int status = answer.status();
    if (status == 408 || status == 429 || status >= 500) {
      return answer
          .retryAfter(clock.instant())
          .map(wait -> new DrillbookException(FailureKind.UNAVAILABLE, message).after(wait))
          .orElseGet(() -> new DrillbookException(FailureKind.UNAVAILABLE, message));
    }
    FailureKind kind =
        switch (status) {
          case 401, 403 -> FailureKind.DENIED;
          case 404, 410 -> FailureKind.NOT_FOUND;
          default -> FailureKind.CONFIGURATION;
        };
    return new DrillbookException(
        kind, message, status / 100 == 3 ? "It moved: give the address that it has now." : hint);
  }

  /** Returns the failure of a call that was not answered; its words name no address. */
  public static DrillbookException unreachable(String what, String tail, IOException cause) {
    // No cause: its message may hold an address that is a secret.
    return new DrillbookException(FailureKind.UNAVAILABLE, what + ": " + words(cause) + tail);
  }

  private static String words(IOException cause) {
    return switch (cause) {
      case UnknownHostException _ -> "its host is not known";
      case ConnectException _, NoRouteToHostException _ -> "its host cannot be connected to";
      case InterruptedIOException _ -> "no answer in time";
      case SSLException _ -> "no trusted TLS connection could be made";
      default -> "the connection broke (" + cause.getClass().getSimpleName() + ")";
    };
  }

  private static byte[] bytes(Object document) {
    try {
      return MAPPER.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + document.getClass(), e);
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
