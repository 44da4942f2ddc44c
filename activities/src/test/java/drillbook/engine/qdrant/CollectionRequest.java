package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.Fields.atLeast;
import static drillbook.engine.qdrant.Fields.map;
import static drillbook.engine.qdrant.Fields.withoutNulls;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request to create or change a collection: checked, and filled up with the defaults. */
final class CollectionRequest {
  private static final Set<String> DISTANCES = Set.of("Cosine", "Euclid", "Dot", "Manhattan");
  private static final Set<String> DATATYPES = Set.of("float32", "uint8", "float16");

  private CollectionRequest() {}

  static void fill(TestingCollection target, Map<String, Object> request, TestingQdrant server) {
    if (!target.name.matches("[^<>:\"/\\\\|?*\\x00\\x1F]{1,255}")) {
      throw Refusal.invalid("name: collection name is not valid");
    }
    Map<String, Object> given = withoutNulls(request);
    Map<String, Object> params = target.params;
    Object vectors = given.get("vectors");
    if (vectors != null && !map(vectors).isEmpty()) {
      boolean single = map(vectors).containsKey("size") && map(vectors).containsKey("distance");
      if (single) {
        vector(map(vectors), "vectors");
      } else {
        map(vectors)
            .forEach((name, vector) -> {
              name(name, server);
              vector(map(vector), "vectors." + name);
            });
      }
      params.put("vectors", vectors);
    }
    for (String field : List.of("shard_number", "replication_factor", "write_consistency_factor")) {
      atLeast(given, field, 1, field);
      long otherwise = field.equals("shard_number") && !custom(given) ? server.peers() : 1;
      params.put(field, given.getOrDefault(field, otherwise));
    }
    if (given.containsKey("sharding_method")) {
      if (!Set.of("auto", "custom").contains(given.get("sharding_method"))) {
        throw Refusal.format("unknown variant, expected `auto` or `custom`");
      }
      params.put("sharding_method", given.get("sharding_method"));
    }
    params.put("on_disk_payload", given.getOrDefault("on_disk_payload", true));
    Map<String, Object> sparse = map(given.get("sparse_vectors"));
    sparse.keySet().forEach(name -> name(name, server));
    if (!sparse.isEmpty()) {
      params.put("sparse_vectors", sparse);
    }
    Map<String, Object> config = target.config;
    config.put("hnsw_config", defaults(HNSW, given.get("hnsw_config")));
    hnsw(map(given.get("hnsw_config")), "hnsw_config");
    Map<String, @Nullable Object> optimizers = new LinkedHashMap<>(OPTIMIZERS);
    for (String unset :
        List.of("max_segment_size", "memmap_threshold", "max_optimization_threads")) {
      optimizers.put(unset, null);
    }
    optimizers.putAll(map(given.get("optimizers_config")));
    config.put("optimizer_config", optimizers);
    config.put("wal_config", defaults(WAL, given.get("wal_config")));
    config.put("quantization_config", given.get("quantization_config"));
    Map<String, Object> strict = new LinkedHashMap<>(Map.of("enabled", false));
    strict.putAll(map(given.get("strict_mode_config")));
    for (String field : List.of("max_query_limit", "read_rate_limit", "write_rate_limit")) {
      atLeast(strict, field, 1, "strict_mode_config." + field);
    }
    config.put("strict_mode_config", strict);
    if (given.containsKey("metadata") && server.has(1, 16)) {
      config.put("metadata", request.get("metadata"));
    }
  }

  private static boolean custom(Map<String, Object> given) {
    return "custom".equals(given.get("sharding_method"));
  }

  private static final Map<String, Object> HNSW =
      Map.of(
          "m",
          16L,
          "ef_construct",
          100L,
          "full_scan_threshold",
          10_000L,
          "max_indexing_threads",
          0L,
          "on_disk",
          false);
  private static final Map<String, Object> OPTIMIZERS =
      Map.of(
          "deleted_threshold",
          0.2,
          "vacuum_min_vector_number",
          1000L,
          "default_segment_number",
          0L,
          "indexing_threshold",
          10_000L,
          "flush_interval_sec",
          5L);
  private static final Map<String, Object> WAL =
      Map.of("wal_capacity_mb", 32L, "wal_segments_ahead", 0L, "wal_retain_closed", 1L);

  private static Map<String, Object> defaults(
      Map<String, Object> defaults, @Nullable Object given) {
    Map<String, Object> all = new LinkedHashMap<>(defaults);
    all.putAll(map(given));
    return all;
  }

  private static void name(String name, TestingQdrant server) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (server.has(1, 18) && (bytes > 200 || name.matches("(?s).*[<>:\"/\\\\|?*\\x00\\x1F].*"))) {
      throw Refusal.invalid("vectors." + name + ": vector name is not valid");
    }
  }

  private static void vector(Map<String, Object> vector, String path) {
    if (!(vector.get("size") instanceof Long size)) {
      throw Refusal.format("data did not match any variant of untagged enum VectorsConfig");
    }
    if (size < 1 || size > 65_536) {
      throw Refusal.invalid(path + ".size: value " + size + " invalid, must be from 1 to 65536");
    }
    if (!(vector.get("distance") instanceof String distance) || !DISTANCES.contains(distance)) {
      throw Refusal.format("data did not match any variant of untagged enum VectorsConfig");
    }
    if (vector.containsKey("datatype")
        && !DATATYPES.contains(String.valueOf(vector.get("datatype")))) {
      throw Refusal.format("unknown variant `" + vector.get("datatype") + "`");
    }
    if (vector.containsKey("multivector_config")
        && !"max_sim".equals(map(vector.get("multivector_config")).get("comparator"))) {
      throw Refusal.format("missing field `comparator`");
    }
    hnsw(map(vector.get("hnsw_config")), path + ".hnsw_config");
  }

  private static void hnsw(Map<String, Object> hnsw, String path) {
    atLeast(hnsw, "m", 0, path + ".m");
    atLeast(hnsw, "ef_construct", 4, path + ".ef_construct");
    atLeast(hnsw, "full_scan_threshold", 10, path + ".full_scan_threshold");
  }

  /** Adds an index of a payload field. */
  static Object addIndex(
      TestingCollection found, Map<String, @Nullable Object> request, boolean wait) {
    if (!(request.get("field_name") instanceof String field)) {
      throw Refusal.format("missing field `field_name`");
    }
    Object given = request.get("field_schema");
    Map<String, Object> index = new LinkedHashMap<>();
    if (given instanceof String type) {
      index.put("data_type", type);
    } else {
      index.put("data_type", String.valueOf(map(given).get("type")));
      index.put("params", map(given));
    }
    if (!List.of("keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid")
        .contains(index.get("data_type"))) {
      throw Refusal.format("data did not match any variant of untagged enum PayloadFieldSchema");
    }
    return found.change(wait, () -> found.payloadSchema.put(field, index));
  }

  /** Adds a vector to a collection that is there. */
  static Object addVector(
      TestingCollection target, String name, Map<String, @Nullable Object> request, boolean wait) {
    Map<String, Object> dense = map(request.get("dense"));
    if (dense.isEmpty()) {
      throw Refusal.format("data did not match any variant of untagged enum VectorNameConfig");
    }
    name(name, target.server);
    vector(dense, "dense");
    if (target.dense().containsKey(name) || target.dense().containsKey("")) {
      throw Refusal.wrong("Vector " + name + " already exists, or cannot be beside an unnamed one");
    }
    return target.change(
        wait,
        () -> {
          Map<String, Object> vectors = new TreeMap<>(map(target.params.get("vectors")));
          vectors.put(name, dense);
          target.params.put("vectors", vectors);
        });
  }

  /** Changes what may be changed of a collection that is there. */
  static void change(TestingCollection target, Map<String, Object> request) {
    map(request.get("vectors"))
        .forEach((name, change) -> {
          if (!target.dense().containsKey(name)) {
            throw Refusal.wrong("Not existing vector name error: " + name);
          }
          Map<String, Object> vectors = new TreeMap<>(map(target.params.get("vectors")));
          Map<String, Object> vector = new LinkedHashMap<>(map(vectors.get(name)));
          vector.putAll(map(change));
          vectors.put(name, vector);
          target.params.put("vectors", vectors);
        });
    map(request.get("params")).forEach(target.params::put);
    merge(target.config, "hnsw_config", request.get("hnsw_config"));
    merge(target.config, "optimizer_config", request.get("optimizers_config"));
    merge(target.config, "strict_mode_config", request.get("strict_mode_config"));
    merge(target.config, "metadata", request.get("metadata"));
    target.wake();
  }

  private static void merge(Map<String, Object> config, String part, @Nullable Object change) {
    if (change != null) {
      Map<String, Object> merged = new LinkedHashMap<>(map(config.get(part)));
      merged.putAll(map(change));
      config.put(part, merged);
    }
  }
}
