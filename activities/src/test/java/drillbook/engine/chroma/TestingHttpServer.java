package drillbook.engine.chroma;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server on loopback that gives canned answers by the last segment of the path. */
final class TestingHttpServer implements AutoCloseable {
  private record Canned(int status, String body, boolean broken) {}

  private final HttpServer server;
  private final Map<String, Canned> answers = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  TestingHttpServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers requests whose path ends in a segment. */
  TestingHttpServer answering(String segment, int status, String body) {
    answers.put(segment, new Canned(status, body, false));
    return this;
  }

  /** Like {@link #answering}, but the connection ends before the announced length. */
  TestingHttpServer breakingOff(String segment, String body) {
    answers.put(segment, new Canned(200, body, true));
    return this;
  }

  /** Returns the requests so far: method, path and body, and the token where there is one. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String token = exchange.getRequestHeaders().getFirst("x-chroma-token");
    requests.add(exchange.getRequestMethod() + " " + path + " " + body + " " + token);
    Canned canned =
        answers.getOrDefault(path.substring(path.lastIndexOf('/') + 1), new Canned(404, "", false));
    byte[] bytes = canned.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(canned.status(), bytes.length + (canned.broken() ? 100 : 0));
    OutputStream out = exchange.getResponseBody();
    out.write(bytes);
    out.flush();
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
