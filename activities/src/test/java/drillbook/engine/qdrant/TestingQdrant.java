package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.Fields.map;
import static drillbook.engine.qdrant.Fields.object;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import drillbook.http.RecordedExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A Qdrant server of our own, on loopback: no package registry ships the real one. It keeps data,
 * checks requests, and answers as Qdrant 1.18 was seen to, its traps included. Where it is in doubt
 * it is the stricter of the two; {@code QdrantApiIT} holds it to the published description.
 */
public final class TestingQdrant implements AutoCloseable {
  private static final int LARGEST_REQUEST = 32 << 20;

  /** An answer: a status and a text. */
  private record Reply(int status, String type, String text, int retryAfter) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, TestingCollection> collections = new TreeMap<>();
  private final Map<String, String> aliases = new TreeMap<>();
  private final List<RecordedExchange> exchanges = new ArrayList<>();
  private boolean recording;
  private boolean queueFull;
  private boolean limited;
  private boolean behindProxy;
  private long secondsToAgree;
  private String version = "1.18.3";
  private int peers;
  private String key = "";
  private String readOnlyKey = "";
  private List<String> unreachable = List.of();

  private TestingQdrant(int peers) throws IOException {
    this.peers = peers;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    // Its thread takes after the one that starts it: a server that nobody closes ends with the JVM.
    Thread starter = Thread.ofPlatform().daemon().start(server::start);
    try {
      starter.join();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while it was started", e);
    }
  }

  /** Returns a cluster of three that tests share; it ends with the JVM. */
  public static TestingQdrant shared() {
    return Shared.INSTANCE;
  }

  private static final class Shared {
    private static final TestingQdrant INSTANCE = start();

    private static TestingQdrant start() {
      try {
        return cluster(3);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Starts a server alone. */
  public static TestingQdrant alone() throws IOException {
    return new TestingQdrant(0);
  }

  /** Starts a cluster of so many peers, of which the first one answers. */
  public static TestingQdrant cluster(int peers) throws IOException {
    return new TestingQdrant(peers);
  }

  /** Returns its address. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Says that it is of another version, and does without what that one lacks. */
  synchronized TestingQdrant version(String other) {
    version = other;
    return this;
  }

  /** Wants a key from now on: one that may do all, and one that may read. */
  synchronized TestingQdrant keys(String all, String reading) {
    key = all;
    readOnlyKey = reading;
    return this;
  }

  /** Takes the key that reads for one of some collections, which may not look at the instance. */
  synchronized void limited() {
    limited = true;
  }

  /** Says that it cannot reach these peers. */
  synchronized void unreachable(List<String> uris) {
    unreachable = List.copyOf(uris);
  }

  /** Answers to writes, from now on, that it will do them: its queue is full. */
  synchronized void acknowledgeOnly() {
    queueFull = true;
  }

  /** Needs so many seconds from now on until the peers agree on a change. */
  synchronized void agreesAfter(long seconds) {
    secondsToAgree = seconds;
  }

  /** Stands behind a proxy from now on, which refuses large requests by itself. */
  synchronized void behindProxy() {
    behindProxy = true;
  }

  /** Keeps every exchange from now on. */
  synchronized TestingQdrant recording() {
    recording = true;
    return this;
  }

  synchronized List<RecordedExchange> exchanges() {
    return List.copyOf(exchanges);
  }

  /** Returns a collection past the API, for tests that break it. */
  synchronized TestingCollection collection(String name) {
    TestingCollection found = collections.get(name);
    if (found == null) {
      throw new AssertionError("no collection " + name);
    }
    return found;
  }

  /** Does what a snapshot does that comes back under shard keys made in another order. */
  public synchronized void swapTenants(String name, String one, String other) {
    collection(name).swap(one, other);
  }

  /** Does what a snapshot does that comes back without its shard keys: all is there but data. */
  public synchronized void empty(String name) {
    collection(name).shards.forEach(shard -> shard.points.clear());
  }

  /** Does what the snapshot of one peer does on a cluster: the others' shards stay empty. */
  public synchronized void keepOnly(String name, int peer) {
    collection(name).shards.stream()
        .filter(shard -> shard.peer != peer)
        .forEach(shard -> shard.points.clear());
  }

  /** Returns how many peers shards are spread over. */
  int peers() {
    return Math.max(1, peers);
  }

  boolean has(int major, int minor) {
    return ServerVersion.of(version).isAtLeast(new ServerVersion(major, minor));
  }

  static long peerId(int peer) {
    return 4_200_000_000_000L + peer;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Reply reply = reply(exchange, body);
      byte[] bytes = reply.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", reply.type());
      if (reply.retryAfter() > 0) {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(reply.retryAfter()));
      }
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized Reply reply(HttpExchange exchange, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    Reply reply;
    try {
      reply = authorised(exchange, text, body.length);
    } catch (Refusal refusal) {
      reply =
          new Reply(
              refusal.status(),
              "application/json",
              SerdeJson.print(
                  ordered("status", Map.of("error", String.valueOf(refusal.getMessage())))),
              refusal.retryAfter());
    }
    if (recording) {
      String query = exchange.getRequestURI().getRawQuery();
      exchanges.add(
          new RecordedExchange(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              query == null ? "" : query,
              text,
              reply.status(),
              reply.type(),
              reply.text()));
    }
    return reply;
  }

  private static Map<String, @Nullable Object> ordered(String field, @Nullable Object value) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put(field, value);
    if (!answer.containsKey("status")) {
      answer.put("status", "ok");
    }
    answer.put("time", 0.000123);
    return answer;
  }

  private Reply authorised(HttpExchange exchange, String body, int bytes) {
    String path = exchange.getRequestURI().getRawPath();
    String[] segments =
        Arrays.stream(path.substring(1).split("/", -1))
            .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
            .toArray(String[]::new);
    if (path.equals("/")) {
      Map<String, Object> about = new LinkedHashMap<>();
      about.put("title", "qdrant - vector search engine");
      about.put("version", version);
      about.put("commit", "5f7e7cd0a9a9c8b3f4");
      return new Reply(200, "application/json", SerdeJson.print(about), 0);
    }
    String given = exchange.getRequestHeaders().getFirst("api-key");
    if (!key.isEmpty() && given == null) {
      String words = "Must provide an API key or an Authorization bearer token";
      return new Reply(401, "text/plain; charset=utf-8", words, 0);
    }
    boolean reads = given != null && given.equals(readOnlyKey);
    if (!key.isEmpty() && !key.equals(given) && !reads) {
      return new Reply(401, "text/plain; charset=utf-8", "Invalid API key or JWT", 0);
    }
    if (bytes > LARGEST_REQUEST) {
      if (behindProxy) {
        return new Reply(413, "text/html", "<h1>413 Request Entity Too Large</h1>", 0);
      }
      throw Refusal.tooLarge(bytes, LARGEST_REQUEST);
    }
    Object json;
    try {
      json = body.isEmpty() ? null : SerdeJson.read(body);
    } catch (IOException | NumberFormatException e) {
      throw Refusal.format(String.valueOf(e.getMessage()));
    }
    String route = exchange.getRequestMethod() + " " + segments[0];
    Object result =
        switch (route) {
          case "GET cluster" -> {
            if (reads && limited) {
              throw Refusal.forbidden("Global access is required");
            }
            yield ClusterAnswer.of(peers, unreachable);
          }
          case "GET issues" -> {
            if (!has(1, 13)) {
              requireManage(reads);
            }
            yield Map.of("issues", List.of());
          }
          case "GET aliases" -> {
            if (reads && limited) {
              throw Refusal.forbidden("Global access is required");
            }
            yield aliasesOf("");
          }
          case "GET collections",
              "PUT collections",
              "POST collections",
              "PATCH collections",
              "DELETE collections" ->
              new Call(exchange.getRequestMethod(), segments, json, query(exchange), reads)
                  .agreed();
          default -> null;
        };
    return result == null
        ? new Reply(404, "text/plain", "", 0)
        : new Reply(200, "application/json", SerdeJson.print(ordered("result", result)), 0);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      String[] words = pair.split("=", 2);
      query.put(words[0], words.length == 2 ? words[1] : "");
    }
    return query;
  }

  private static void requireManage(boolean reads) {
    if (reads) {
      throw Refusal.forbidden("Global manage access is required");
    }
  }

  private Object aliasesOf(String collection) {
    List<Object> found = new ArrayList<>();
    aliases.forEach((alias, target) -> {
      if (collection.isEmpty() || collection.equals(target)) {
        found.add(Map.of("alias_name", alias, "collection_name", target));
      }
    });
    return Map.of("aliases", found);
  }

  /** One request below {@code /collections}. */
  private final class Call {
    private final String method;
    private final String[] segments;
    private final @Nullable Object body;
    private final Map<String, String> query;
    private final boolean wait;
    private final boolean reads;

    Call(
        String method,
        String[] segments,
        @Nullable Object body,
        Map<String, String> query,
        boolean reads) {
      this.method = method;
      this.segments = segments;
      this.body = body;
      this.query = query;
      this.wait = query.getOrDefault("wait", "false").equals("true") && !queueFull;
      this.reads = reads;
    }

    private long timeout(long otherwise) {
      return Long.parseLong(query.getOrDefault("timeout", String.valueOf(otherwise)));
    }

    /**
     * Returns the answer, unless peers agree later than the request waits: it is done then, too.
     */
    @Nullable Object agreed() {
      boolean shared = !method.equals("GET") && !List.of(segments).contains("points");
      Object answer = answer();
      if (peers > 0 && shared && timeout(10) < secondsToAgree) {
        throw Refusal.internal(
            "Waiting for consensus operation commit failed. Timeout set at: "
                + timeout(10)
                + " seconds");
      }
      return answer;
    }

    private @Nullable Object answer() {
      if (segments.length == 1) {
        List<Object> names = new ArrayList<>();
        collections.keySet().forEach(name -> names.add(Map.of("name", name)));
        return method.equals("GET") ? Map.of("collections", names) : null;
      }
      if (segments.length == 2 && segments[1].equals("aliases") && method.equals("POST")) {
        requireManage(reads);
        AliasesRequest.change(aliases, collections.keySet(), object(body));
        return true;
      }
      return segments.length == 2 ? ofCollection() : below();
    }

    private @Nullable Object ofCollection() {
      String name = segments[1];
      return switch (method) {
        case "GET" -> found().info();
        case "PUT" -> {
          requireManage(reads);
          if (collections.containsKey(name)) {
            throw Refusal.exists(name);
          }
          if (aliases.containsKey(name)) {
            throw Refusal.wrong(
                "Can't create collection with name "
                    + name
                    + ". Alias with the same name already exists");
          }
          collections.put(name, new TestingCollection(name, map(object(body)), TestingQdrant.this));
          yield true;
        }
        case "PATCH" -> {
          requireManage(reads);
          CollectionRequest.change(found(), map(object(body)));
          yield true;
        }
        case "DELETE" -> {
          requireManage(reads);
          // An alias is taken for the collection here, too.
          String target = aliases.getOrDefault(name, name);
          aliases.values().removeIf(target::equals);
          yield collections.remove(target) != null;
        }
        default -> null;
      };
    }

    private TestingCollection found() {
      String name = aliases.getOrDefault(segments[1], segments[1]);
      TestingCollection found = collections.get(name);
      if (found == null) {
        throw Refusal.unknownCollection(segments[1]);
      }
      found.tick();
      return found;
    }

    private @Nullable Object below() {
      TestingCollection found = found();
      String route =
          method + " " + String.join("/", Arrays.asList(segments).subList(2, segments.length));
      boolean changes =
          !method.equals("GET")
              && !List.of(
                      "POST points",
                      "POST points/scroll",
                      "POST points/count",
                      "POST points/search",
                      "POST points/query")
                  .contains(route);
      if (changes) {
        requireManage(reads);
      }
      if (route.startsWith("PUT vectors/") && segments.length == 4 && has(1, 18)) {
        return CollectionRequest.addVector(found, segments[3], object(body), wait);
      }
      return switch (route) {
        case "GET aliases" -> aliasesOf(found.name);
        case "GET exists" -> Map.of("exists", true);
        case "GET cluster" -> found.cluster(1);
        case "GET shards" -> {
          requireCluster();
          yield Map.of("shard_keys", found.shardKeys());
        }
        case "PUT shards" -> {
          requireCluster();
          Object shardKey = object(body).get("shard_key");
          if (!(shardKey instanceof String) && !(shardKey instanceof Long)) {
            throw Refusal.format("missing field `shard_key`");
          }
          found.addShardKey(shardKey, object(body), peers());
          yield true;
        }
        case "PUT index" -> CollectionRequest.addIndex(found, object(body), wait);
        case "PUT points" -> new PointsRequest(found, body).upsert(wait);
        case "POST points" -> new PointsRequest(found, body).retrieve();
        case "POST points/delete" -> new PointsRequest(found, body).delete(wait);
        case "POST points/payload/clear" -> new PointsRequest(found, body).clearPayloads(wait);
        case "POST points/scroll" -> new PointsRequest(found, body).scroll();
        case "POST points/count" -> new PointsRequest(found, body).count(timeout(0));
        case "POST points/query" -> has(1, 10) ? map(new PointsRequest(found, body).query()) : null;
        case "POST points/search" -> PointsRequest.ofSearch(found, object(body)).get("points");
        default -> null;
      };
    }

    private void requireCluster() {
      if (peers == 0) {
        throw Refusal.bad("Distributed mode disabled");
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
