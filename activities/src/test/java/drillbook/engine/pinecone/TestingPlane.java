package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import drillbook.http.RecordedExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One of the fake's hosts: a port on loopback that asks for key and version, and answers in JSON.
 * Remembers the last exchanges, so that they can be held against the published description.
 */
abstract class TestingPlane implements AutoCloseable {
  /** The version that the fake speaks. */
  static final String VERSION = "2026-04";

  static final ObjectMapper MAPPER = new ObjectMapper();

  /** Envoy's and most servers' bound of a request's first line. */
  private static final int LONGEST_LINE = 8_192;

  private static final int REMEMBERED = 400;
  private static final int REMEMBERED_CHARS = 16 << 20;

  /** A request as it came. */
  record Asked(
      String method, List<String> path, Map<String, List<String>> query, byte[] body, String line) {
    @Nullable String parameter(String name) {
      List<String> values = query.get(name);
      return values == null ? null : values.getFirst();
    }

    /** Returns the body as a JSON object, all of whose fields have to be known. */
    Map<String, Object> json(Set<String> known) throws TestingRefusal {
      Map<String, Object> document;
      try {
        document =
            MAPPER.readValue(
                body,
                MAPPER
                    .getTypeFactory()
                    .constructMapType(LinkedHashMap.class, String.class, Object.class));
      } catch (IOException e) {
        throw TestingRefusal.invalid("Invalid JSON payload received. " + e.getMessage());
      }
      requireKnown(document, known);
      return document;
    }

    static void requireKnown(Map<?, ?> document, Set<String> known) throws TestingRefusal {
      for (Object field : document.keySet()) {
        if (!known.contains(field)) {
          throw TestingRefusal.invalid(
              "Invalid JSON payload received. Unknown name \"" + field + "\": Cannot find field.");
        }
      }
    }

    /** Refuses query parameters that are not known. */
    void requireParameters(Set<String> known) throws TestingRefusal {
      requireKnown(query, known);
    }
  }

  /** An answer. */
  record Reply(int status, String body, Map<String, String> headers) {
    static Reply of(int status, Object document) {
      return new Reply(status, json(document), Map.of());
    }

    Reply with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Reply(status, body, more);
    }
  }

  /** An answer that is given in place of the right one, to a request of some kind. */
  private record Planned(Predicate<String> line, Reply reply) {}

  private final HttpServer server;
  private final String key;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<RecordedExchange> exchanges = new ArrayDeque<>();
  private final Deque<Planned> planned = new ArrayDeque<>();
  private final Map<String, Integer> pending = new HashMap<>();
  private final Map<String, Integer> mostPending = new HashMap<>();
  private volatile Duration roundTrip = Duration.ZERO;
  private long remembered;

  TestingPlane(String key) throws IOException {
    this.key = key;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Answers a request. */
  abstract Reply answer(Asked asked) throws TestingRefusal;

  /** Says a refusal in the words of this plane. */
  abstract Object words(TestingRefusal refusal);

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers the next request whose method and path contain some words so, and does nothing. */
  void next(String line, int status, String body) {
    synchronized (planned) {
      planned.add(new Planned(asked -> asked.contains(line), new Reply(status, body, Map.of())));
    }
  }

  /** Like {@link #next(String, int, String)}, with a header. */
  void next(String line, int status, String body, String header, String value) {
    synchronized (planned) {
      planned.add(
          new Planned(
              asked -> asked.contains(line), new Reply(status, body, Map.of(header, value))));
    }
  }

  /** Makes every answer come as late as over some distance. */
  void roundTrip(Duration time) {
    roundTrip = time;
  }

  /** Returns how many requests of a method and path were being answered at a time, at most. */
  int mostAtOnce(String line) {
    synchronized (pending) {
      return mostPending.getOrDefault(line, 0);
    }
  }

  /** Returns how many requests of a method and path are being answered. */
  int unanswered(String line) {
    synchronized (pending) {
      return pending.getOrDefault(line, 0);
    }
  }

  private void come(String line) {
    synchronized (pending) {
      mostPending.merge(line, pending.merge(line, 1, Integer::sum), Integer::max);
    }
    if (roundTrip.isPositive()) {
      try {
        Thread.sleep(roundTrip);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void go(String line) {
    synchronized (pending) {
      pending.merge(line, -1, Integer::sum);
    }
  }

  /** Returns the last exchanges. */
  List<RecordedExchange> exchanges() {
    synchronized (exchanges) {
      return List.copyOf(exchanges);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String raw = exchange.getRequestURI().getRawQuery();
      Asked asked =
          new Asked(
              exchange.getRequestMethod(),
              path(exchange.getRequestURI().getRawPath()),
              query(raw == null ? "" : raw),
              exchange.getRequestBody().readAllBytes(),
              exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
      Reply reply;
      come(asked.line());
      try {
        requireHeaders(exchange);
        if (exchange.getRequestURI().toString().length() > LONGEST_LINE) {
          reply = new Reply(414, "", Map.of());
        } else {
          Reply plan = plan(asked.line());
          reply = plan == null ? answer(asked) : plan;
        }
      } catch (TestingRefusal refusal) {
        reply = Reply.of(refusal.status(), words(refusal));
      } catch (RuntimeException | Error defect) {
        reply = new Reply(599, "the fake failed: " + defect, Map.of());
      } finally {
        go(asked.line());
      }
      remember(exchange, asked, raw == null ? "" : raw, reply);
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private @Nullable Reply plan(String line) {
    synchronized (planned) {
      for (Planned plan : planned) {
        if (plan.line().test(line)) {
          planned.remove(plan);
          return plan.reply();
        }
      }
    }
    return null;
  }

  private void requireHeaders(HttpExchange exchange) throws TestingRefusal {
    String given = exchange.getRequestHeaders().getFirst("Api-Key");
    if (given == null || !given.equals(key)) {
      throw TestingRefusal.of(401, "UNAUTHENTICATED", "Invalid API key.");
    }
    String version = exchange.getRequestHeaders().getFirst("X-Pinecone-Api-Version");
    if (version == null || !Set.of("2025-10", VERSION).contains(version)) {
      throw TestingRefusal.invalid("Unsupported API version: " + version);
    }
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    boolean hasBody = !exchange.getRequestMethod().matches("GET|DELETE");
    if (hasBody && (type == null || !type.startsWith("application/json"))) {
      throw TestingRefusal.of(415, "INVALID_ARGUMENT", "Unsupported content type: " + type);
    }
  }

  private void remember(HttpExchange exchange, Asked asked, String query, Reply reply) {
    RecordedExchange recorded =
        new RecordedExchange(
            asked.method(),
            exchange.getRequestURI().getRawPath(),
            query,
            new String(asked.body(), StandardCharsets.UTF_8),
            reply.status(),
            "application/json",
            reply.body());
    synchronized (exchanges) {
      exchanges.add(recorded);
      remembered += size(recorded);
      while (exchanges.size() > REMEMBERED || remembered > REMEMBERED_CHARS) {
        remembered -= size(exchanges.removeFirst());
      }
    }
  }

  private static int size(RecordedExchange exchange) {
    return exchange.request().length() + exchange.answer().length();
  }

  private static List<String> path(String raw) {
    List<String> segments = new ArrayList<>();
    for (String segment : raw.substring(1).split("/", -1)) {
      segments.add(decoded(segment));
    }
    return segments;
  }

  private static Map<String, List<String>> query(String raw) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        query.computeIfAbsent(decoded(name), none -> new ArrayList<>()).add(decoded(value));
      }
    }
    return query;
  }

  /**
   * A plus stands for itself: ids with spaces that were sent as pluses were not found, and no error
   * was answered (source: Pinecone's Python client, pull request 372).
   */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static String json(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
