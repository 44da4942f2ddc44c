package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.Fields.atLeast;
import static drillbook.engine.qdrant.Fields.integer;
import static drillbook.engine.qdrant.Fields.list;
import static drillbook.engine.qdrant.Fields.map;
import static drillbook.engine.qdrant.Fields.object;
import static drillbook.engine.qdrant.Fields.pointId;
import static drillbook.engine.qdrant.Fields.truth;

import drillbook.engine.qdrant.TestingCollection.Point;
import drillbook.engine.qdrant.TestingCollection.Shard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Requests about the points of one collection. */
final class PointsRequest {
  /** Seconds that a read may take where it does not say. */
  private static final long SEARCH_TIMEOUT = 60;

  private final TestingCollection collection;
  private final Map<String, @Nullable Object> request;

  PointsRequest(TestingCollection collection, @Nullable Object body) {
    this.collection = collection;
    this.request = object(body);
  }

  /** Answers a search as it was before there were universal queries. */
  static Map<String, Object> ofSearch(
      TestingCollection collection, Map<String, @Nullable Object> search) {
    Map<String, @Nullable Object> query = new LinkedHashMap<>(search);
    Object vector = query.remove("vector");
    if (vector instanceof Map<?, ?>) {
      query.put("using", map(vector).get("name"));
      vector = map(vector).get("vector");
    }
    query.put("query", vector);
    return map(new PointsRequest(collection, query).query());
  }

  private List<Shard> shards() {
    return collection.selected(request.get("shard_key"), false);
  }

  Object upsert(boolean wait) {
    List<?> points = list(request, "points");
    if (points.isEmpty()) {
      throw Refusal.bad("Empty update request");
    }
    limit(points.size(), "upsert_max_batchsize", "upsert limit");
    collection.writes.take(points.size());
    List<PointId> ids = new ArrayList<>();
    for (Object point : points) {
      Map<String, @Nullable Object> fields = object(point);
      ids.add(pointId(fields.get("id")));
      if (fields.get("vector") == null) {
        throw Refusal.format(
            "data did not match any variant of untagged enum PointInsertOperations");
      }
      if (fields.get("payload") != null) {
        object(fields.get("payload"));
      }
    }
    List<Shard> shards = collection.selected(request.get("shard_key"), true);
    return collection.change(
        wait,
        () -> {
          // One after the other: those before a wrong one are there.
          for (int i = 0; i < points.size(); i++) {
            Map<String, @Nullable Object> fields = object(points.get(i));
            collection.put(ids.get(i), shards, vectors(fields.get("vector")), payload(fields));
          }
        });
  }

  /** Payloads are JSON on disk, and are read once more when they are handed out. */
  private static @Nullable Map<String, @Nullable Object> payload(
      Map<String, @Nullable Object> fields) {
    try {
      return fields.get("payload") == null
          ? null
          : object(SerdeJson.read(SerdeJson.print(fields.get("payload"))));
    } catch (java.io.IOException e) {
      throw Refusal.internal(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, StoredVector> vectors(@Nullable Object given) {
    Map<String, StoredVector> vectors = new TreeMap<>();
    Map<String, ?> named = given instanceof List<?> ? Map.of("", given) : object(given);
    named.forEach((name, vector) -> {
      Map<String, Object> described = collection.dense().get(name);
      if (described != null) {
        if (vector instanceof List<?> list && list.isEmpty()) {
          throw Refusal.wrong(
              "Vector dimension error: expected dim: " + described.get("size") + ", got 0");
        }
        vectors.put(name, StoredVector.dense(vector, described));
      } else if (collection.sparse().containsKey(name)) {
        vectors.put(name, StoredVector.sparse(vector));
      } else {
        throw Refusal.wrong("Not existing vector name error: " + name);
      }
    });
    return vectors;
  }

  Object delete(boolean wait) {
    if (!(request.get("points") instanceof List<?> points)) {
      throw Refusal.format("data did not match any variant of untagged enum PointsSelector");
    }
    List<PointId> ids = points.stream().map(Fields::pointId).toList();
    collection.writes.take(1);
    List<Shard> shards = shards();
    return collection.change(
        wait, () -> shards.forEach(shard -> ids.forEach(shard.points::remove)));
  }

  Object clearPayloads(boolean wait) {
    List<PointId> ids = list(request, "points").stream().map(Fields::pointId).toList();
    collection.writes.take(ids.size());
    List<Shard> shards = shards();
    return collection.change(
        wait,
        () ->
            shards.forEach(shard ->
                ids.forEach(id ->
                    shard.points.computeIfPresent(
                        id, (same, point) -> new Point(point.vectors(), Map.of())))));
  }

  Object count(long timeout) {
    collection.reads.take(cost());
    boolean exact = truth(request.get("exact"), true);
    forbidExact(exact);
    limit(timeout, "max_timeout", "timeout");
    if (!exact) {
      // Segments are asked for their sizes: points that were written again are in two of them.
      return Map.of("count", collection.estimate(matching().size()));
    }
    long given = timeout == 0 ? SEARCH_TIMEOUT : timeout;
    if (collection.secondsToCount > given) {
      throw Refusal.internal(
          "1 of 1 read operations failed:\n  Timeout error: Operation 'Count' timed out after "
              + given
              + " seconds");
    }
    return Map.of("count", matching().size());
  }

  /** Returns what a read costs: one, and one for each condition of its filter. */
  private int cost() {
    int conditions = 0;
    for (Object clause : map(request.get("filter")).values()) {
      conditions += clause instanceof List<?> list ? list.size() : 1;
    }
    return 1 + conditions;
  }

  private void forbidExact(boolean exact) {
    if (exact && Boolean.FALSE.equals(collection.strict().get("search_allow_exact"))) {
      throw Refusal.strict("Exact search disabled!", "Set exact=false.");
    }
  }

  /** Returns the points that the request means, by id. */
  private NavigableMap<PointId, Map.Entry<Shard, Point>> matching() {
    NavigableMap<PointId, Map.Entry<Shard, Point>> points = TestingCollection.merged(shards());
    if (request.get("filter") != null) {
      PointsFilter filter = new PointsFilter(collection, object(request.get("filter")));
      points
          .entrySet()
          .removeIf(entry -> !filter.takes(entry.getKey(), entry.getValue().getValue()));
    }
    return points;
  }

  Object retrieve() {
    Set<PointId> ids = new HashSet<>();
    list(request, "ids").forEach(id -> ids.add(pointId(id)));
    collection.reads.take(list(request, "ids").size());
    List<Object> found = new ArrayList<>();
    TestingCollection.merged(shards())
        .forEach((id, point) -> {
          if (ids.contains(id)) {
            found.add(told(id, point, true));
          }
        });
    // In no order that anybody promised.
    Collections.shuffle(found, new Random(found.size()));
    return found;
  }

  Object scroll() {
    atLeast(request, "limit", 1, "limit");
    long limit = integer(request.get("limit"), 10);
    limit(limit, "max_query_limit", "limit");
    collection.reads.take(cost());
    NavigableMap<PointId, Map.Entry<Shard, Point>> points = firstFrom(limit + 1);
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    List<Object> page = new ArrayList<>();
    result.put("points", page);
    result.put("next_page_offset", null);
    for (Map.Entry<PointId, Map.Entry<Shard, Point>> entry : points.entrySet()) {
      if (page.size() == limit) {
        result.put("next_page_offset", entry.getKey().json());
        break;
      }
      page.add(told(entry.getKey(), entry.getValue(), true));
    }
    return result;
  }

  /** Returns enough points from the offset on, without looking at all that there are. */
  private NavigableMap<PointId, Map.Entry<Shard, Point>> firstFrom(long enough) {
    PointId offset = request.get("offset") == null ? PointId.of(0) : pointId(request.get("offset"));
    Optional<PointsFilter> filter =
        request.get("filter") == null
            ? Optional.empty()
            : Optional.of(new PointsFilter(collection, object(request.get("filter"))));
    NavigableMap<PointId, Map.Entry<Shard, Point>> first = new TreeMap<>();
    for (Shard shard : shards()) {
      shard.points.tailMap(offset, true).entrySet().stream()
          .filter(each -> filter.isEmpty() || filter.get().takes(each.getKey(), each.getValue()))
          .limit(enough)
          .forEach(each -> first.putIfAbsent(each.getKey(), Map.entry(shard, each.getValue())));
    }
    return first;
  }

  Object query() {
    atLeast(request, "limit", 1, "limit");
    long limit = integer(request.get("limit"), 10);
    limit(limit, "max_query_limit", "limit");
    boolean exact = truth(map(request.get("params")).get("exact"), false);
    forbidExact(exact);
    collection.reads.take(cost());
    Object query = request.get("query");
    if (map(query).containsKey("sample") && !collection.server.has(1, 11)) {
      throw Refusal.format("data did not match any variant of untagged enum QueryInterface");
    }
    List<Map.Entry<PointId, Map.Entry<Shard, Point>>> points =
        new ArrayList<>(matching().entrySet());
    Map<PointId, Double> scores = new TreeMap<>();
    String distance = "";
    if ("random".equals(map(query).get("sample"))) {
      Collections.shuffle(points, new Random(limit));
    } else if (query != null) {
      Object nearest = map(query).getOrDefault("nearest", query);
      String using = request.get("using") instanceof String name ? name : "";
      Map<String, Object> described = collection.dense().get(using);
      if (described == null) {
        throw Refusal.wrong("Not existing vector name error: " + using);
      }
      requireIndexed(using, described);
      distance = String.valueOf(described.get("distance"));
      StoredVector asked = StoredVector.dense(nearest, described);
      points.removeIf(point -> point.getValue().getValue().vectors().get(using) == null);
      for (Map.Entry<PointId, Map.Entry<Shard, Point>> point : points) {
        StoredVector own = point.getValue().getValue().vectors().get(using);
        if (own != null) {
          scores.put(point.getKey(), own.similarity(asked.rows(), distance));
        }
      }
      points.sort(Comparator.comparingDouble(point -> -scores.getOrDefault(point.getKey(), 0.0)));
    }
    boolean farther = distance.equals("Euclid") || distance.equals("Manhattan");
    List<Object> found = new ArrayList<>();
    for (Map.Entry<PointId, Map.Entry<Shard, Point>> point :
        points.subList(0, (int) Math.min(limit, points.size()))) {
      Map<String, @Nullable Object> told = told(point.getKey(), point.getValue(), false);
      double score = scores.getOrDefault(point.getKey(), 0.0);
      told.put("version", 0L);
      told.put("score", (float) (farther ? -score : score));
      found.add(told);
    }
    return Map.of("points", found);
  }

  /** Without a graph a search compares with all points, which is what an exact one does, too. */
  private void requireIndexed(String using, Map<String, Object> vector) {
    if (!Boolean.FALSE.equals(collection.strict().get("search_allow_exact"))) {
      return;
    }
    Map<String, Object> common = map(collection.config.get("hnsw_config"));
    Map<String, Object> own = map(vector.get("hnsw_config"));
    long m = integer(own.get("m"), integer(common.get("m"), 16));
    long payloadM = integer(own.get("payload_m"), integer(common.get("payload_m"), m));
    String label = using.isEmpty() ? "" : " on '" + using + "'";
    boolean tenants = false;
    for (Object condition :
        map(request.get("filter")).get("must") instanceof List<?> must ? must : List.of()) {
      Object key = map(condition).get("key");
      Object index = map(collection.payloadSchema.get(String.valueOf(key))).get("params");
      tenants |= Boolean.TRUE.equals(map(index).get("is_tenant"));
    }
    if (m == 0 && !tenants) {
      throw Refusal.strict(
          "Request is forbidden"
              + label
              + " because global vector indexing is disabled (hnsw_config.m = 0)",
          "Use tenant-specific filter, enable global vector indexing or enable strict mode"
              + " `search_allow_exact` option");
    }
    if (m == 0 && payloadM == 0) {
      throw Refusal.strict(
          "Request is forbidden"
              + label
              + " because vector indexing is disabled (hnsw_config.m = 0 and hnsw_config.payload_m"
              + " = 0)",
          "Enable vector indexing");
    }
  }

  private void limit(long value, String field, String parameter) {
    if (collection.strict().get(field) instanceof Long most && value > most) {
      throw Refusal.strict(
          "Limit exceeded " + value + " > " + most + " for \"" + parameter + "\"",
          "Reduce the \"" + parameter + "\" parameter to or below " + most + ".");
    }
  }

  private Map<String, @Nullable Object> told(
      PointId id, Map.Entry<Shard, Point> found, boolean payloadByDefault) {
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    Point point = found.getValue();
    told.put("id", id.json());
    Object selected = request.get("with_payload");
    List<?> keys = map(selected).get("include") instanceof List<?> include ? include : List.of();
    if (selected instanceof List<?> names) {
      keys = names;
    }
    if (selected instanceof Map<?, ?> || selected instanceof List<?>) {
      Map<String, @Nullable Object> some = new LinkedHashMap<>(point.payload());
      some.keySet().retainAll(new HashSet<Object>(keys));
      told.put("payload", some);
    } else if (truth(selected, payloadByDefault)) {
      told.put("payload", point.payload());
    }
    if (request.get("with_vector") instanceof List<?> || truth(request.get("with_vector"), false)) {
      Map<String, @Nullable Object> vectors = new LinkedHashMap<>();
      point.vectors().forEach((name, vector) -> vectors.put(name, vector.json()));
      boolean single = vectors.size() == 1 && vectors.containsKey("");
      told.put("vector", single ? vectors.get("") : vectors);
    }
    if (found.getKey().key != null) {
      told.put("shard_key", found.getKey().key);
    }
    return told;
  }
}
