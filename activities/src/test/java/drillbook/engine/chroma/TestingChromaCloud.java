package drillbook.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A gate before a real Chroma that is as strict as Chroma Cloud is documented to be: one tenant,
 * one database, a token on each request, at most 300 records written, read or deleted at once, at
 * most 10 requests at a time, and 429 when it is told to. What a request may have when it gives no
 * limit is cut to 300, silently. It keeps what the single server behind it cannot (see {@link
 * TestingCloudRecords}): sparse vectors and their indexes, and vectors that no index has altered.
 * Source: Chroma's documentation, quotas and limits, read 2026-11, and its API description; nothing
 * is said of Cloud's index, SPANN.
 */
final class TestingChromaCloud implements AutoCloseable {
  static final String TENANT = "5f0c6a2e-cloud";
  static final String DATABASE = "prod";
  static final String TOKEN = "ck-testing-token";
  private static final int QUOTA = 300;
  private static final int AT_ONCE = 10;
  private static final int DOCUMENT_BYTES = 16_384;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final String behind;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger throttled = new AtomicInteger();
  private final AtomicInteger largest = new AtomicInteger();
  private final AtomicInteger pages = new AtomicInteger();
  private final TestingCloudRecords kept = new TestingCloudRecords();
  private volatile Runnable betweenPages = () -> {};

  TestingChromaCloud(String behind) throws IOException, InterruptedException {
    this.behind = behind;
    create("/api/v2/tenants", TENANT);
    create("/api/v2/tenants/" + TENANT + "/databases", DATABASE);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers the next requests with 429. */
  void throttle(int requests) {
    throttled.set(requests);
  }

  /** Returns how many ids a request or answer had at most. */
  int largest() {
    return largest.get();
  }

  /** Does something after the second page of a listing, once. */
  void betweenPages(Runnable action) {
    pages.set(0);
    betweenPages = action;
  }

  private void create(String path, String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(behind + path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"" + name + "\"}"))
            .build();
    // It may be there from an earlier test.
    client.send(request, HttpResponse.BodyHandlers.discarding());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      int now = running.incrementAndGet();
      try {
        answer(exchange, body, now);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        running.decrementAndGet();
      }
    }
  }

  private void answer(HttpExchange exchange, byte[] body, int now)
      throws IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("x-chroma-token"))) {
      refuse(exchange, 401, "AuthError", "token is missing or unknown");
      return;
    }
    if (now > AT_ONCE || throttled.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.getResponseHeaders().add("Retry-After", "7");
      refuse(exchange, 429, "RateLimitError", "rate limit exceeded");
      return;
    }
    String[] words = path.split("/", -1);
    boolean foreign = words.length > 4 && words[3].equals("tenants") && !words[4].equals(TENANT);
    boolean makesTenant = path.endsWith("/tenants");
    if (foreign || makesTenant) {
      refuse(exchange, 403, "AuthError", "the token has no rights on this tenant");
      return;
    }
    if (path.endsWith("/reset") || path.endsWith("/healthcheck")) {
      refuse(exchange, 404, "NotFoundError", "no such route");
      return;
    }
    byte[] sent = body;
    String verb = words[words.length - 1];
    if (verb.equals("collections") && exchange.getRequestMethod().equals("POST")) {
      sent = kept.created((ObjectNode) JSON.readTree(body));
    }
    if (verb.equals("get") || verb.equals("upsert") || verb.equals("delete")) {
      ObjectNode request = (ObjectNode) JSON.readTree(body);
      String over = over(verb, request);
      if (!over.isEmpty()) {
        refuse(exchange, 400, "QuotaError", over);
        return;
      }
      if (verb.equals("get") && !request.has("ids")) {
        if (!request.has("limit")) {
          request.put("limit", QUOTA);
          sent = JSON.writeValueAsBytes(request);
        }
        if (pages.incrementAndGet() == 3) {
          betweenPages.run();
        }
      }
      if (!verb.equals("get")) {
        sent = kept.written(words[words.length - 2], verb, request);
      }
    }
    forward(exchange, sent);
  }

  private String over(String verb, JsonNode request) {
    int ids = request.path("ids").size();
    largest.accumulateAndGet(Math.max(ids, request.path("limit").asInt(0)), Math::max);
    if (ids > QUOTA) {
      return "Number of records exceeded quota limit for action '" + verb + "': " + ids;
    }
    if (request.path("limit").asInt(0) > QUOTA) {
      return "Limit exceeded quota limit for action 'Get': " + request.path("limit");
    }
    for (JsonNode document : request.path("documents")) {
      if (document.asText().getBytes(StandardCharsets.UTF_8).length > DOCUMENT_BYTES) {
        return "Document size exceeded quota limit for action 'Upsert': limit of 16384";
      }
    }
    return "";
  }

  private void forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
            .header("content-type", "application/json")
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    boolean found = answer.statusCode() < 300 && answer.body().length > 0;
    byte[] told =
        found
            ? kept.told(exchange.getRequestURI().getPath(), JSON.readTree(answer.body()))
            : answer.body();
    send(exchange, answer.statusCode(), told);
  }

  private static void refuse(HttpExchange exchange, int status, String error, String message)
      throws IOException {
    ObjectNode document = JSON.createObjectNode().put("error", error).put("message", message);
    send(exchange, status, JSON.writeValueAsBytes(document));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
