package drillbook.engine.qdrant;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.engine.CollectionSchema;
import drillbook.engine.OwnTrait;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Schemas in Qdrant's words and back. What only Qdrant knows travels in attributes that start with
 * {@code qdrant-}, so that no other engine's are taken for them.
 */
final class QdrantSchema {
  /** The ids that points have by themselves. */
  static final String POINT_IDS = "integer|uuid";

  /** Parts of a collection's configuration, by the name that a request to create it has. */
  private static final Map<String, String> PARTS =
      new TreeMap<>(
          Map.of(
              "hnsw_config", "hnsw_config",
              "optimizers_config", "optimizer_config",
              "wal_config", "wal_config",
              "quantization_config", "quantization_config",
              "strict_mode_config", "strict_mode_config"));

  private static final String PREFIX = "qdrant-";
  private static final String VECTORS = PREFIX + "vectors";
  private static final String SPARSE = PREFIX + "sparse-vectors";
  private static final String PARAMS = PREFIX + "params";
  private static final String METADATA = PREFIX + "metadata";
  private static final String PAYLOAD_INDEXES = PREFIX + "payload-indexes";
  private static final String SHARD_KEYS = PREFIX + "shard-keys";
  private static final String SHARD_KEY_SIZES = PREFIX + "shard-key-sizes";

  /** More tenants than this are told apart by payload: each shard has its own files and memory. */
  private static final int MOST_SHARD_KEYS = 64;

  private static final List<String> INDEX_PARAMETERS = List.of("m", "ef_construct");

  /** These can be changed of a collection, but not asked for when it is made. */
  private static final List<String> CHANGED_LATER =
      List.of("read_fan_out_factor", "read_fan_out_delay_ms");

  private QdrantSchema() {}

  /** Returns a collection's schema from the server's description of it. */
  static CollectionSchema of(Described found) {
    Map<String, String> attributes = new HashMap<>();
    Map<String, Object> params = found.params();
    attributes.put(VECTORS, RestJson.text(found.allVectors()));
    attributes.put(SPARSE, RestJson.text(found.sparse()));
    params.keySet().removeAll(List.of("vectors", "sparse_vectors"));
    attributes.put(PARAMS, RestJson.text(params));
    PARTS.forEach((asked, told) -> {
      Map<String, Object> part = RestJson.fields(found.config(), told);
      if (!part.isEmpty()) {
        attributes.put(attribute(asked), RestJson.text(part));
      }
    });
    if (!found.metadata().isEmpty()) {
      attributes.put(METADATA, RestJson.text(found.metadata()));
    }
    Map<String, Object> payloadIndexes = payloadIndexes(found);
    if (!payloadIndexes.isEmpty()) {
      attributes.put(PAYLOAD_INDEXES, RestJson.text(payloadIndexes));
    }
    if (!found.shardKeys().isEmpty()) {
      attributes.put(SHARD_KEYS, RestJson.text(found.shardKeys()));
    }
    if (!found.sharding().sizes().isEmpty()) {
      attributes.put(SHARD_KEY_SIZES, RestJson.text(found.sharding().sizes()));
    }
    return new CollectionSchema(
        found.name(),
        layout(found),
        found.idType(),
        indexes(found),
        found.tenants(),
        found.aliases(),
        attributes);
  }

  /** Tells what other engines do not have of a collection. */
  static List<OwnTrait> own(CollectionSchema schema) {
    List<OwnTrait> traits = new ArrayList<>();
    // Searches would find other records without a word.
    if (schema.attributes().containsKey(attribute("quantization_config"))) {
      traits.add(OwnTrait.missed("quantization of its vectors"));
    }
    if (schema.attributes().containsKey(PAYLOAD_INDEXES)) {
      traits.add(OwnTrait.kept("indexes of payload fields"));
    }
    if (schema.attributes().containsKey(attribute("strict_mode_config"))) {
      traits.add(OwnTrait.kept("strict mode"));
    }
    if (schema.attributes().containsKey(METADATA)) {
      traits.add(OwnTrait.kept("metadata of the collection"));
    }
    return traits;
  }

  private static String attribute(String part) {
    return PREFIX + part.replace("_config", "").replace('_', '-');
  }

  private static Map<String, Object> payloadIndexes(Described found) {
    Map<String, Object> indexes = new TreeMap<>();
    Map<String, Object> described = RestJson.fields(found.info(), "payload_schema");
    for (String field : described.keySet()) {
      if (!field.equals(PointPayload.TENANT)) {
        Map<String, Object> index = RestJson.fields(described, field);
        Object params = index.get("params");
        indexes.put(field, params == null ? String.valueOf(index.get("data_type")) : params);
      }
    }
    return indexes;
  }

  private static RecordLayout layout(Described found) {
    List<VectorField> vectors = new ArrayList<>();
    found
        .allVectors()
        .forEach((name, vector) -> {
          int size = vector.get("size") instanceof Number number ? number.intValue() : 0;
          boolean multi = vector.get("multivector_config") instanceof Map<?, ?>;
          vectors.add(new VectorField(name, type(vector.get("datatype")), size, multi));
        });
    List<SparseField> sparse =
        found.sparse().keySet().stream()
            .sorted()
            .map(name -> new SparseField(name, ElementType.F32, 0))
            .toList();
    return new RecordLayout(vectors, sparse);
  }

  private static ElementType type(@Nullable Object datatype) {
    return switch (String.valueOf(datatype)) {
      case "float16" -> ElementType.F16;
      case "uint8" -> ElementType.U8;
      default -> ElementType.F32;
    };
  }

  private static List<VectorIndex> indexes(Described found) {
    Map<String, Object> common = RestJson.fields(found.config(), "hnsw_config");
    List<VectorIndex> indexes = new ArrayList<>();
    found
        .allVectors()
        .forEach((name, vector) -> {
          Map<String, String> parameters = parameters(common, vector);
          boolean flat = "0".equals(parameters.get("m"));
          indexes.add(
              new VectorIndex(
                  name,
                  flat ? "flat" : "hnsw",
                  metric(vector.get("distance")),
                  flat ? Map.of() : parameters));
        });
    return indexes;
  }

  /** Returns what holds for a vector: its own parameters before the collection's. */
  private static Map<String, String> parameters(
      Map<String, Object> common, Map<String, Object> vector) {
    Map<String, Object> own = RestJson.fields(vector, "hnsw_config");
    Map<String, String> parameters = new TreeMap<>();
    for (String name : INDEX_PARAMETERS) {
      Object value = own.getOrDefault(name, common.get(name));
      if (value != null) {
        parameters.put(name, value.toString());
      }
    }
    return parameters;
  }

  static Metric metric(@Nullable Object distance) {
    return switch (String.valueOf(distance)) {
      case "Euclid" -> Metric.EUCLIDEAN;
      case "Dot" -> Metric.INNER_PRODUCT;
      case "Manhattan" -> Metric.MANHATTAN;
      default -> Metric.COSINE;
    };
  }

  /** Fails unless Qdrant can hold a schema. */
  static void requireFit(CollectionSchema schema) throws DrillbookException {
    String reason = "";
    if (!schema.name().name().matches(QdrantEngine.NAMES)) {
      reason = "names match " + QdrantEngine.NAMES;
    }
    for (VectorField field : schema.layout().vectors()) {
      if (!QdrantEngine.ELEMENTS.contains(field.elementType())) {
        reason = "elements of vectors are f32, f16 or u8, not " + field.elementType().word();
      } else if (field.dimension() > QdrantEngine.MAX_DIMENSION) {
        reason = "vectors have at most " + QdrantEngine.MAX_DIMENSION + " elements";
      } else if (field.dimension() == 0 && field.name().isEmpty()) {
        reason = "the unnamed vector's dimension is not known, and cannot be told later";
      }
    }
    for (VectorIndex index : schema.indexes()) {
      if (index.metric() == Metric.HAMMING || index.metric() == Metric.JACCARD) {
        reason = "it has no metric " + index.metric();
      }
    }
    boolean unnamedBeside =
        schema.tenants().size() > 1 && schema.tenants().contains(CollectionSchema.NO_TENANT);
    if (unnamedBeside) {
      reason = "a tenant without a name cannot stand beside named ones";
    }
    if (!reason.isEmpty()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "collection " + schema.name() + " cannot be created: qdrant cannot hold it: " + reason);
    }
  }

  static boolean hasTenants(CollectionSchema schema) {
    return !schema.tenants().equals(List.of(CollectionSchema.NO_TENANT));
  }

  private static boolean isCustom(CollectionSchema schema) {
    return "custom".equals(attribute(schema, PARAMS).get("sharding_method"));
  }

  /** Tells whether it matters for a schema that the server has shard keys. */
  static boolean asksForShardKeys(CollectionSchema schema) {
    return hasTenants(schema) || isCustom(schema);
  }

  /** Returns the request that makes a shard key, with as many shards and replicas as it had. */
  static Map<String, Object> shardKey(CollectionSchema schema, Object key) {
    Map<String, Object> request =
        new TreeMap<>(RestJson.fields(attribute(schema, SHARD_KEY_SIZES), key.toString()));
    request.put("shard_key", key);
    return request;
  }

  /**
   * Returns the shard keys to make, in this order; none where tenants are told apart by payload.
   *
   * <p>Shard keys take the next shards in the order in which they are made, and snapshots know
   * shards by number only: another order swaps tenants when a snapshot comes back.
   */
  static List<Object> shardKeys(CollectionSchema schema, boolean cluster) {
    if (!cluster || !hasTenants(schema)) {
      return List.of();
    }
    List<Object> keys = new ArrayList<>();
    if (value(schema, SHARD_KEYS) instanceof List<?> known) {
      known.stream()
          .filter(key -> schema.tenants().contains(String.valueOf(key)))
          .forEach(keys::add);
    }
    boolean fromShards = !keys.isEmpty();
    for (String tenant : schema.tenants()) {
      if (keys.stream().noneMatch(key -> key.toString().equals(tenant))) {
        keys.add(tenant);
      }
    }
    return fromShards || keys.size() <= MOST_SHARD_KEYS ? keys : List.of();
  }

  /** Tells whether a schema needs what only collections with metadata can hold. */
  static boolean needsMetadata(CollectionSchema schema, List<Object> shardKeys) {
    return !schema.idType().equals(POINT_IDS)
        || schema.layout().vectors().stream().anyMatch(field -> field.dimension() == 0)
        || (hasTenants(schema) && shardKeys.isEmpty())
        || !attribute(schema, METADATA).isEmpty();
  }

  /**
   * Returns the request that creates a collection.
   *
   * @param cluster whether the server can have shard keys
   */
  static Map<String, Object> request(
      CollectionSchema schema, List<Object> shardKeys, boolean cluster) {
    Map<String, Object> request = new TreeMap<>(attribute(schema, PARAMS));
    request.remove("sharding_method");
    CHANGED_LATER.forEach(request::remove);
    boolean keysToCome = cluster && !hasTenants(schema) && isCustom(schema);
    if (!shardKeys.isEmpty() || keysToCome) {
      request.put("sharding_method", "custom");
    }
    for (String part : PARTS.keySet()) {
      Map<String, Object> known = attribute(schema, attribute(part));
      if (!known.isEmpty()) {
        request.put(part, known);
      }
    }
    Map<String, Object> vectors = vectors(schema);
    Map<String, Object> open = new TreeMap<>();
    for (VectorField field : schema.layout().vectors()) {
      if (field.dimension() == 0) {
        open.put(field.name(), RestJson.fields(vectors, field.name()));
        vectors.remove(field.name());
      }
    }
    if (!vectors.isEmpty()) {
      boolean unnamed = vectors.size() == 1 && vectors.containsKey("");
      request.put("vectors", unnamed ? RestJson.fields(vectors, "") : vectors);
    }
    Map<String, Object> sparse = new TreeMap<>();
    Map<String, Object> known = attribute(schema, SPARSE);
    schema
        .layout()
        .sparse()
        .forEach(field -> sparse.put(field.name(), RestJson.fields(known, field.name())));
    if (!sparse.isEmpty()) {
      request.put("sparse_vectors", sparse);
    }
    Map<String, Object> metadata = new TreeMap<>(attribute(schema, METADATA));
    Map<String, Object> ours = new TreeMap<>();
    if (!schema.idType().equals(POINT_IDS)) {
      ours.put("idType", schema.idType());
    }
    if (hasTenants(schema) && shardKeys.isEmpty()) {
      ours.put("tenants", schema.tenants());
    }
    if (!open.isEmpty()) {
      ours.put("open", open);
    }
    if (!ours.isEmpty()) {
      ours.put("drillbook", 1);
      metadata.put(Reserved.KEY, ours);
    }
    if (!metadata.isEmpty()) {
      request.put("metadata", metadata);
    }
    return request;
  }

  /** Returns what to change of a collection that was just made; often nothing. */
  static Map<String, Object> changes(CollectionSchema schema) {
    Map<String, Object> changes = attribute(schema, PARAMS);
    changes.keySet().retainAll(CHANGED_LATER);
    return changes;
  }

  private static Map<String, Object> vectors(CollectionSchema schema) {
    Map<String, Object> common = attribute(schema, attribute("hnsw_config"));
    Map<String, Object> known = attribute(schema, VECTORS);
    Map<String, Object> vectors = new TreeMap<>();
    for (VectorField field : schema.layout().vectors()) {
      Map<String, Object> vector = RestJson.fields(known, field.name());
      vector.put("size", field.dimension());
      vector.putIfAbsent("distance", "Euclid");
      if (type(vector.get("datatype")) != field.elementType()) {
        vector.put("datatype", field.elementType() == ElementType.F16 ? "float16" : "uint8");
        if (field.elementType() == ElementType.F32) {
          vector.put("datatype", "float32");
        }
      }
      if (!field.multi()) {
        vector.remove("multivector_config");
      } else if (!(vector.get("multivector_config") instanceof Map<?, ?>)) {
        vector.put("multivector_config", Map.of("comparator", "max_sim"));
      }
      index(schema, field, common, vector);
      vectors.put(field.name(), vector);
    }
    return vectors;
  }

  /** Says of a vector's index what the collection's own words do not say already. */
  private static void index(
      CollectionSchema schema,
      VectorField field,
      Map<String, Object> common,
      Map<String, Object> vector) {
    Map<String, Object> own = RestJson.fields(vector, "hnsw_config");
    VectorIndex index =
        schema.indexes().stream()
            .filter(each -> each.vector().equals(field.name()))
            .findFirst()
            .orElse(new VectorIndex(field.name(), "flat", Metric.EUCLIDEAN, Map.of()));
    if (metric(vector.get("distance")) != index.metric()) {
      vector.put("distance", distance(index.metric()));
    }
    Map<String, String> wanted = new TreeMap<>(index.parameters());
    if (index.kind().equals("flat")) {
      // Without links there is no graph, and every search compares with all points.
      wanted = Map.of("m", "0");
    }
    Map<String, String> known = parameters(common, vector);
    wanted.forEach((name, value) -> {
      if (INDEX_PARAMETERS.contains(name)
          && value.matches("\\d{1,9}")
          && !value.equals(known.get(name))) {
        own.put(name, Integer.valueOf(value));
      }
    });
    if (!own.isEmpty()) {
      vector.put("hnsw_config", own);
    }
  }

  private static String distance(Metric metric) {
    return switch (metric) {
      case EUCLIDEAN -> "Euclid";
      case INNER_PRODUCT -> "Dot";
      case MANHATTAN -> "Manhattan";
      case COSINE -> "Cosine";
      case HAMMING, JACCARD -> throw new IllegalArgumentException("no metric: " + metric);
    };
  }

  /** Returns the payload fields to index, each with the words of the request that does it. */
  static Map<String, Object> payloadIndexes(CollectionSchema schema, List<Object> shardKeys) {
    Map<String, Object> indexes = new TreeMap<>(attribute(schema, PAYLOAD_INDEXES));
    if (hasTenants(schema) && shardKeys.isEmpty()) {
      indexes.put(PointPayload.TENANT, Map.of("type", "keyword", "is_tenant", true));
    }
    return indexes;
  }

  /** Returns how many seconds a request to a collection of this schema may ask the server for. */
  static int longestWait(CollectionSchema schema) {
    Map<String, Object> strict = attribute(schema, attribute("strict_mode_config"));
    return new Described(
            schema.name(),
            Map.of("config", Map.of("strict_mode_config", strict)),
            List.of(),
            ShardKeys.NONE)
        .longestWait();
  }

  /** Returns an attribute that is a JSON object; an empty map where it is not. */
  private static Map<String, Object> attribute(CollectionSchema schema, String name) {
    return RestJson.fields(Map.of(name, value(schema, name)), name);
  }

  private static Object value(CollectionSchema schema, String name) {
    try {
      Object value =
          RestJson.MAPPER.readValue(schema.attributes().getOrDefault(name, "{}"), Object.class);
      return value == null ? Map.of() : value;
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }
}
