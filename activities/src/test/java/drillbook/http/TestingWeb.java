package drillbook.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on loopback that remembers what it was asked; what it answers, others say. */
public final class TestingWeb implements AutoCloseable {
  /** Reads and makes JSON. */
  public static final ObjectMapper MAPPER = new ObjectMapper();

  /** What came in: body and query as they were sent. */
  public record Seen(
      String method,
      String path,
      String query,
      String authorization,
      String contentType,
      String body) {
    /** Returns the body as JSON. */
    public JsonNode json() {
      try {
        return MAPPER.readTree(body);
      } catch (IOException e) {
        throw new AssertionError(body, e);
      }
    }
  }

  /** What goes out. */
  public record Reply(int status, String body, Map<String, String> headers) {
    /** Makes a reply without headers of its own. */
    public Reply(int status, String body) {
      this(status, body, Map.of());
    }
  }

  /** What is served. */
  @FunctionalInterface
  public interface Site {
    /** Answers a request; asked one at a time. */
    Reply answer(Seen request) throws IOException;
  }

  private final Site site;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final Deque<Reply> planned = new ArrayDeque<>();
  private int lostAnswers;

  /** Starts it. */
  public TestingWeb(Site site) throws IOException {
    this.site = site;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns its address, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers the next request so, whatever it is, and does nothing of what it asks. */
  public synchronized void next(Reply reply) {
    planned.add(reply);
  }

  /** Does what the next change asks, and breaks the connection in place of an answer. */
  public synchronized void loseNextAnswer() {
    lostAnswers++;
  }

  /** Returns what was asked so far. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Seen request =
          new Seen(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              String.valueOf(exchange.getRequestURI().getQuery()),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      seen.add(request);
      Reply reply = reply(request);
      if (reply.status() == 0) {
        // No status line: the client sees the connection end.
        return;
      }
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized Reply reply(Seen request) throws IOException {
    Reply plan = planned.poll();
    if (plan != null) {
      return plan;
    }
    Reply reply = site.answer(request);
    if (lostAnswers > 0 && !request.method().equals("GET")) {
      lostAnswers--;
      return new Reply(0, "");
    }
    return reply;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
