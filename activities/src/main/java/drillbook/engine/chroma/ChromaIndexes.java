package drillbook.engine.chroma;

import drillbook.engine.CollectionSchema;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What Chroma calls the schema of a collection: how its vectors are indexed, and which metadata
 * are, by type and by key. It is kept whole, since only Chroma can say what its parts mean, and is
 * sent in place of the configuration when the collection is made.
 *
 * <p>Source: API description of Chroma 1.5.9 and that server, observed. Both together are refused
 * ("Cannot set both collection config and schema simultaneously"). What a server handed out, it and
 * others take, and hand out as it was; a single server makes HNSW of an index SPANN, and refuses a
 * sparse one ("Sparse vector indexing is not enabled in local"). Servers before 1.2 know no schema
 * and pass over the field, with it the metric.
 */
final class ChromaIndexes {
  /** The attribute of a collection with its schema; another engine has one called "schema". */
  static final String ATTRIBUTE = "index_schema";

  private static final String EMBEDDING = "#embedding";
  private static final String DOCUMENT = "#document";

  private ChromaIndexes() {}

  /** Returns the schema of a description as an attribute; empty where the server tells none. */
  static Optional<String> attribute(Map<?, ?> document) {
    Map<String, Object> schema = RestJson.fields(document, "schema");
    return schema.isEmpty() ? Optional.empty() : Optional.of(RestJson.text(schema));
  }

  /** Returns a collection's schema as it was captured; empty where it has none of Chroma's. */
  static Map<String, Object> known(CollectionSchema schema) {
    Map<String, Object> known = ChromaSchema.attribute(schema, ATTRIBUTE);
    boolean own =
        known.get("defaults") instanceof Map<?, ?> && known.get("keys") instanceof Map<?, ?>;
    return own ? known : Map.of();
  }

  /**
   * Returns the schema to make a collection with, empty where none was captured.
   *
   * @param configuration of the index, which has its say: a restore may have changed it
   */
  static Map<String, Object> request(CollectionSchema schema, Map<String, Object> configuration) {
    Map<String, Object> request = known(schema);
    if (request.isEmpty()) {
      return request;
    }
    // Names a function of the source, which is not attached to what is made here.
    request.remove("source_attached_function_id");
    request.put("defaults", tuned(request.get("defaults"), configuration));
    Map<String, Object> keys = RestJson.fields(request, "keys");
    if (keys.containsKey(EMBEDDING)) {
      keys.put(EMBEDDING, tuned(keys.get(EMBEDDING), configuration));
    }
    request.put("keys", keys);
    return request;
  }

  private static Map<String, Object> tuned(
      @Nullable Object types, Map<String, Object> configuration) {
    Map<String, Object> tuned = copy(types);
    Map<String, Object> list = RestJson.fields(tuned, "float_list");
    Map<String, Object> index = RestJson.fields(list, "vector_index");
    if (index.isEmpty()) {
      return tuned;
    }
    Map<String, Object> config = RestJson.fields(index, "config");
    for (String kind : List.of("hnsw", "spann")) {
      Map<String, Object> asked = RestJson.fields(configuration, kind);
      Object space = asked.remove("space");
      if (space != null) {
        config.put("space", space);
      }
      if (!asked.isEmpty()) {
        Map<String, Object> parameters = RestJson.fields(config, kind);
        parameters.putAll(asked);
        config.put(kind, parameters);
      }
    }
    index.put("config", config);
    list.put("vector_index", index);
    tuned.put("float_list", list);
    return tuned;
  }

  /** Returns the metadata keys whose sparse vectors are searched. */
  static List<String> sparse(CollectionSchema schema) {
    List<String> sparse = new ArrayList<>();
    copy(known(schema).get("keys"))
        .forEach((key, types) -> {
          Map<String, Object> type = RestJson.fields(types, "sparse_vector");
          if (isEnabled(type.get("sparse_vector_index"))) {
            sparse.add(key);
          }
        });
    return sparse;
  }

  /** Returns which metadata are not searched: keys, and types of value as {@code all int}. */
  static List<String> unindexed(CollectionSchema schema) {
    TreeSet<String> unindexed = new TreeSet<>();
    Map<String, Object> known = known(schema);
    copy(known.get("defaults"))
        .forEach((type, indexes) -> {
          if (isOff(indexes)) {
            unindexed.add("all " + type);
          }
        });
    copy(known.get("keys"))
        .forEach((key, types) -> {
          boolean own = key.equals(DOCUMENT) || key.equals(EMBEDDING);
          if (!own && copy(types).values().stream().anyMatch(ChromaIndexes::isOff)) {
            unindexed.add(key);
          }
        });
    return List.copyOf(unindexed);
  }

  private static boolean isOff(@Nullable Object indexes) {
    return copy(indexes).entrySet().stream()
        .anyMatch(each -> each.getKey().endsWith("_inverted_index") && !isEnabled(each.getValue()));
  }

  /** Tells whether a configuration says all that a schema does, for a server that knows none. */
  static boolean isSaidByConfiguration(CollectionSchema schema) {
    return sparse(schema).isEmpty()
        && unindexed(schema).isEmpty()
        && !known(schema).containsKey("cmek");
  }

  private static boolean isEnabled(@Nullable Object index) {
    return index instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("enabled"));
  }

  private static Map<String, Object> copy(@Nullable Object map) {
    return map == null ? new TreeMap<>() : RestJson.fields(Map.of("it", map), "it");
  }
}
