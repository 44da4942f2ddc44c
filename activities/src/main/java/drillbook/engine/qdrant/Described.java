package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.record.Reserved;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A collection as the server describes it.
 *
 * @param name its own name, never an alias
 * @param info the answer to {@code GET /collections/<name>}
 * @param aliases names that point to it
 * @param sharding its shard keys
 */
record Described(
    CollectionName name, Map<String, Object> info, List<String> aliases, ShardKeys sharding) {

  /** How tenants are told apart. */
  enum Tenancy {
    /** There are none. */
    NONE,
    /** By shard keys, which only clusters have. */
    SHARD_KEYS,
    /** By an entry of each point's payload. */
    PAYLOAD
  }

  Described {
    aliases = List.copyOf(aliases);
  }

  /** Returns its shard keys in the order of their shards: texts and integers. */
  List<Object> shardKeys() {
    return sharding.keys();
  }

  Map<String, Object> config() {
    return RestJson.fields(info, "config");
  }

  Map<String, Object> params() {
    return RestJson.fields(config(), "params");
  }

  /** Returns dense vectors' descriptions by name; the only, unnamed one has an empty name. */
  Map<String, Map<String, Object>> vectors() {
    return vectors(RestJson.fields(params(), "vectors"));
  }

  /**
   * Returns what was noted of vectors that have no dimension yet, and so are not there yet, in the
   * form of a vector's description with size 0.
   */
  Map<String, Map<String, Object>> open() {
    Map<String, Map<String, Object>> open = new TreeMap<>();
    Map<String, Object> noted = RestJson.fields(ours(), "open");
    noted.keySet().forEach(name -> open.put(name, RestJson.fields(noted, name)));
    open.keySet().removeAll(vectors().keySet());
    return open;
  }

  /** Returns dense vectors' descriptions by name, those without a dimension among them. */
  Map<String, Map<String, Object>> allVectors() {
    Map<String, Map<String, Object>> all = new TreeMap<>(vectors());
    all.putAll(open());
    return all;
  }

  /** Returns vectors' descriptions by name, whichever of the two forms they come in. */
  static Map<String, Map<String, Object>> vectors(Map<String, Object> described) {
    Map<String, Map<String, Object>> vectors = new LinkedHashMap<>();
    if (described.get("size") instanceof Number) {
      vectors.put("", described);
    } else {
      new TreeMap<>(described)
          .forEach((name, vector) -> vectors.put(name, RestJson.fields(described, name)));
    }
    return vectors;
  }

  Map<String, Object> sparse() {
    return RestJson.fields(params(), "sparse_vectors");
  }

  /** Returns the metadata that users gave, without ours. */
  Map<String, Object> metadata() {
    Map<String, Object> metadata = RestJson.fields(config(), "metadata");
    metadata.remove(Reserved.KEY);
    return metadata;
  }

  private Map<String, Object> ours() {
    return RestJson.fields(RestJson.fields(config(), "metadata"), Reserved.KEY);
  }

  /** Returns the type of the records' ids: as was asked for, else what points have. */
  String idType() {
    return ours().get("idType") instanceof String type ? type : QdrantSchema.POINT_IDS;
  }

  Tenancy tenancy() {
    if (!shardKeys().isEmpty()) {
      return Tenancy.SHARD_KEYS;
    }
    return ours().get("tenants") instanceof List<?> ? Tenancy.PAYLOAD : Tenancy.NONE;
  }

  /** Returns the tenants, in the order in which they were made. */
  List<String> tenants() {
    List<String> tenants = new ArrayList<>();
    switch (tenancy()) {
      case NONE -> tenants.add(CollectionSchema.NO_TENANT);
      case SHARD_KEYS -> shardKeys().forEach(key -> tenants.add(key.toString()));
      case PAYLOAD -> {
        if (ours().get("tenants") instanceof List<?> list) {
          list.forEach(tenant -> tenants.add(String.valueOf(tenant)));
        }
      }
    }
    return tenants;
  }

  /** Returns what limits requests; empty where strict mode is off. */
  Map<String, Object> strictMode() {
    Map<String, Object> strict = RestJson.fields(config(), "strict_mode_config");
    return Boolean.TRUE.equals(strict.get("enabled")) ? strict : Map.of();
  }

  /** Tells whether strict mode lets a request count or search exactly. */
  boolean allowsExact() {
    return !Boolean.FALSE.equals(strictMode().get("search_allow_exact"));
  }

  /** Returns how many seconds a request may ask the server to take. */
  int longestWait() {
    return limit("max_timeout", QdrantControl.LONGEST_WAIT);
  }

  /** Returns a limit of strict mode, or a default where there is none, whichever is smaller. */
  int limit(String name, int otherwise) {
    return strictMode().get(name) instanceof Number limit
        ? (int) Math.max(1, Math.min(otherwise, limit.longValue()))
        : otherwise;
  }

  /**
   * Returns the words of a request that mean a tenant's points.
   *
   * @return {@code shard_key}, {@code filter}, or nothing
   */
  Map<String, Object> narrowed(String tenant) {
    return switch (tenancy()) {
      case NONE -> Map.of();
      case SHARD_KEYS -> Map.of("shard_key", shardKey(tenant));
      case PAYLOAD ->
          Map.of(
              "filter",
              Map.of(
                  "must",
                  List.of(Map.of("key", PointPayload.TENANT, "match", Map.of("value", tenant)))));
    };
  }

  private Object shardKey(String tenant) {
    for (Object key : shardKeys()) {
      if (key.toString().equals(tenant)) {
        return key;
      }
    }
    // Gone meanwhile: the server says so in its own words.
    return tenant;
  }
}
