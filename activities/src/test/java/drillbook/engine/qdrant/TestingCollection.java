package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.Fields.integer;
import static drillbook.engine.qdrant.Fields.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A collection of the fake server: its description, its shards, its points. */
final class TestingCollection {
  /** A point that is kept. */
  record Point(Map<String, StoredVector> vectors, Map<String, @Nullable Object> payload) {}

  /** A part of the collection that one peer holds. */
  static final class Shard {
    final int id;
    final @Nullable Object key;
    final int peer;
    final TreeMap<PointId, Point> points = new TreeMap<>();
    String state = "Active";
    int replicas = 1;

    Shard(int id, @Nullable Object key, int peer) {
      this.id = id;
      this.key = key;
      this.peer = peer;
    }
  }

  /** How many points make the optimizers busy for a while. */
  private static final int BUSY_FROM = 200;

  final String name;
  final Map<String, Object> params = new LinkedHashMap<>();
  final Map<String, Object> config = new LinkedHashMap<>();
  final Map<String, Object> payloadSchema = new LinkedHashMap<>();
  final List<Shard> shards = new ArrayList<>();
  final RateLimit reads;
  final RateLimit writes;
  private final List<Runnable> pending = new ArrayList<>();
  private int requestsUntilApplied;
  private long operations;
  private long rewritten;
  private int sinceOptimized;
  private int asked;
  long secondsToCount;
  final TestingQdrant server;
  String optimizerError = "";
  String forcedStatus = "";

  TestingCollection(String name, Map<String, Object> request, TestingQdrant server) {
    this.name = name;
    this.server = server;
    CollectionRequest.fill(this, request, server);
    Map<String, Object> strict = strict();
    this.reads = new RateLimit("Read", strict.get("read_rate_limit"));
    this.writes = new RateLimit("Write", strict.get("write_rate_limit"));
    if (!custom()) {
      long number = integer(params.get("shard_number"), 1);
      for (int i = 0; i < number; i++) {
        shards.add(new Shard(i, null, i % server.peers() + 1));
      }
    }
  }

  boolean custom() {
    return "custom".equals(params.get("sharding_method"));
  }

  Map<String, Object> strict() {
    Map<String, Object> strict = map(config.get("strict_mode_config"));
    return Boolean.TRUE.equals(strict.get("enabled")) ? strict : Map.of();
  }

  Map<String, Map<String, Object>> dense() {
    return Described.vectors(map(params.get("vectors")));
  }

  Map<String, Object> sparse() {
    return map(params.get("sparse_vectors"));
  }

  /** Adds the shards of a key, which take the next numbers. */
  void addShardKey(Object key, Map<String, @Nullable Object> request, int peers) {
    if (!custom()) {
      throw Refusal.bad("Shard Key " + key + " cannot be created with Auto sharding method");
    }
    if (shards.stream().anyMatch(shard -> key.equals(shard.key))) {
      throw Refusal.bad("Sharding key " + key + " already exists for collection " + name);
    }
    long number = integer(request.get("shards_number"), integer(params.get("shard_number"), 1));
    long replicas =
        integer(request.get("replication_factor"), integer(params.get("replication_factor"), 1));
    for (int i = 0; i < number; i++) {
      int id = shards.size();
      Shard shard = new Shard(id, key, id % peers + 1);
      shard.replicas = (int) Math.min(replicas, peers);
      shards.add(shard);
    }
  }

  /** Swaps the points of two shard keys. */
  void swap(String one, String other) {
    List<Shard> first = shards.stream().filter(shard -> one.equals(shard.key)).toList();
    List<Shard> second = shards.stream().filter(shard -> other.equals(shard.key)).toList();
    for (int i = 0; i < first.size(); i++) {
      Map<PointId, Point> kept = new TreeMap<>(first.get(i).points);
      first.get(i).points.clear();
      first.get(i).points.putAll(second.get(i).points);
      second.get(i).points.clear();
      second.get(i).points.putAll(kept);
    }
  }

  /** Returns the shards that a request means; those without an active replica fail it. */
  List<Shard> selected(@Nullable Object selector, boolean writing) {
    if (selector == null) {
      if (writing && custom()) {
        throw Refusal.wrong("Shard key not specified");
      }
      return active(shards);
    }
    List<?> keys = selector instanceof List<?> list ? list : List.of(selector);
    List<Shard> selected = new ArrayList<>();
    for (Object key : keys) {
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw Refusal.format("data did not match any variant of untagged enum ShardKeySelector");
      }
      List<Shard> own = shards.stream().filter(shard -> key.equals(shard.key)).toList();
      if (own.isEmpty()) {
        throw Refusal.wrong("Shard key " + key + " not found");
      }
      selected.addAll(own);
    }
    return active(selected);
  }

  private static List<Shard> active(List<Shard> shards) {
    for (Shard shard : shards) {
      if (!shard.state.equals("Active")) {
        throw Refusal.internal(
            "The replica set for shard "
                + shard.id
                + " on peer "
                + shard.peer
                + " has no active replica");
      }
    }
    return shards;
  }

  /** Returns the points of shards, in the order of ids; the first shard's where ids repeat. */
  static NavigableMap<PointId, Map.Entry<Shard, Point>> merged(List<Shard> shards) {
    TreeMap<PointId, Map.Entry<Shard, Point>> merged = new TreeMap<>();
    for (Shard shard : shards) {
      shard.points.forEach((id, point) -> merged.putIfAbsent(id, Map.entry(shard, point)));
    }
    return merged;
  }

  /** Does a change at once, or, where the caller does not wait, some requests later. */
  Map<String, @Nullable Object> change(boolean wait, Runnable change) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    result.put("operation_id", operations++);
    if (wait) {
      applyPending();
      change.run();
    } else {
      pending.add(change);
      requestsUntilApplied = 3;
    }
    result.put("status", wait ? "completed" : "acknowledged");
    return result;
  }

  /** Counts a request: what was only acknowledged is done at some time. */
  void tick() {
    if (!pending.isEmpty() && --requestsUntilApplied <= 0) {
      applyPending();
    }
  }

  private void applyPending() {
    List<Runnable> changes = List.copyOf(pending);
    pending.clear();
    changes.forEach(change -> {
      try {
        change.run();
      } catch (Refusal refusal) {
        // Nobody waits: the server writes it into its log.
        optimizerError = "";
      }
    });
  }

  /**
   * Writes a point: its vectors are replaced, and its payload; before 1.15 this only where there is
   * one, and an empty one for another peer is none.
   */
  void put(
      PointId id,
      List<Shard> selected,
      Map<String, StoredVector> vectors,
      @Nullable Map<String, @Nullable Object> payload) {
    Shard shard = selected.get(Math.floorMod(id.hashCode(), selected.size()));
    Point before = shard.points.get(id);
    boolean forwarded = shard.peer != 1;
    boolean given = payload != null && !(forwarded && payload.isEmpty());
    Map<String, @Nullable Object> kept = before != null ? before.payload() : Map.of();
    if (given || server.has(1, 15)) {
      Map<String, @Nullable Object> sent = payload == null ? Map.of() : payload;
      kept = forwarded ? ForwardedPayload.of(sent) : sent;
    }
    shard.points.put(id, new Point(vectors, kept));
    rewritten += before == null ? 0 : 1;
    sinceOptimized++;
  }

  long count() {
    return shards.stream().mapToLong(shard -> shard.points.size()).sum();
  }

  /** Returns about how many points there are, which is never less than there are. */
  long estimate(long exactly) {
    return exactly + rewritten;
  }

  /** Describes the collection; busy optimizers are done after some questions. */
  Map<String, @Nullable Object> info() {
    if (sinceOptimized >= BUSY_FROM && ++asked > 4) {
      sinceOptimized = 0;
      rewritten = 0;
      asked = 0;
    }
    Object threads = map(config.get("optimizer_config")).get("max_optimization_threads");
    boolean off = Long.valueOf(0).equals(threads) && count() > 0;
    boolean busy = sinceOptimized >= BUSY_FROM || off;
    boolean paused = forcedStatus.equals("grey") && !server.has(1, 12);
    String error = paused ? "optimizations pending, awaiting update operation" : optimizerError;
    Map<String, @Nullable Object> info = new LinkedHashMap<>();
    info.put("status", !forcedStatus.isEmpty() ? forcedStatus : busy ? "yellow" : "green");
    info.put("optimizer_status", error.isEmpty() ? "ok" : Map.of("error", error));
    info.put("indexed_vectors_count", busy ? 0 : count() / 2);
    // Points that were written again are counted twice until the optimizers have been there.
    info.put("points_count", count() + rewritten);
    info.put("segments_count", busy ? 9 : 8);
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("params", params);
    described.putAll(config);
    info.put("config", described);
    Map<String, Object> schema = new TreeMap<>();
    payloadSchema.forEach((field, index) -> {
      Map<String, Object> told = new LinkedHashMap<>(map(index));
      told.put(
          "points",
          shards.stream()
              .flatMap(shard -> shard.points.values().stream())
              .filter(point -> point.payload().get(field) != null)
              .count());
      schema.put(field, told);
    });
    info.put("payload_schema", schema);
    info.put("update_queue", Map.of("length", pending.size()));
    return info;
  }

  /** Wakes optimizers that wait, as any change does. */
  void wake() {
    if (forcedStatus.equals("grey")) {
      forcedStatus = "";
    }
  }

  /** Describes where the shards are, as one of the peers sees it. */
  Map<String, @Nullable Object> cluster(int self) {
    List<Object> local = new ArrayList<>();
    List<Object> remote = new ArrayList<>();
    shards.stream()
        .sorted(Comparator.comparingInt((Shard shard) -> -shard.id))
        .forEach(shard -> {
          for (int replica = 0; replica < shard.replicas; replica++) {
            int peer = (shard.peer - 1 + replica) % server.peers() + 1;
            (peer == self ? local : remote).add(told(shard, peer, self));
          }
        });
    Map<String, @Nullable Object> cluster = new LinkedHashMap<>();
    cluster.put("peer_id", TestingQdrant.peerId(self));
    cluster.put("shard_count", (long) shards.size());
    cluster.put("local_shards", local);
    cluster.put("remote_shards", remote);
    cluster.put("shard_transfers", List.of());
    return cluster;
  }

  private static Map<String, @Nullable Object> told(Shard shard, int peer, int self) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put("shard_id", (long) shard.id);
    if (shard.key != null) {
      told.put("shard_key", shard.key);
    }
    if (peer == self) {
      told.put("points_count", (long) shard.points.size());
    } else {
      told.put("peer_id", TestingQdrant.peerId(peer));
    }
    told.put("state", shard.state);
    return told;
  }

  List<Object> shardKeys() {
    return shards.stream()
        .map(shard -> shard.key)
        .filter(Objects::nonNull)
        .distinct()
        .map(key -> (Object) Map.of("key", key))
        .toList();
  }
}
