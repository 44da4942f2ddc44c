package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.Reserved;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the description of a class from a schema, Weaviate's own or another engine's. */
final class ClassDraft {
  private final CollectionSchema schema;
  private final Map<String, Object> known;

  private ClassDraft(CollectionSchema schema) {
    this.schema = schema;
    Map<String, Object> attribute = attribute(schema, WeaviateClass.CLASS);
    // Another engine may have an attribute of this name.
    this.known =
        attribute.containsKey("invertedIndexConfig") ? attribute : new TreeMap<String, Object>();
  }

  /**
   * Returns what to create a class from.
   *
   * @throws DrillbookException INCOMPATIBLE_TARGET when Weaviate cannot hold the schema
   */
  static Map<String, Object> of(CollectionSchema schema) throws DrillbookException {
    requireFit(schema);
    return new ClassDraft(schema).description();
  }

  /** Returns an attribute that is a JSON object; an empty map where it is not. */
  static Map<String, Object> attribute(CollectionSchema schema, String name) {
    try {
      Object value =
          RestJson.MAPPER.readValue(schema.attributes().getOrDefault(name, "{}"), Object.class);
      return RestJson.fields(Map.of(name, value == null ? Map.of() : value), name);
    } catch (JsonProcessingException e) {
      // Another engine's attribute of the same name.
      return Map.of();
    }
  }

  private static void requireFit(CollectionSchema schema) throws DrillbookException {
    String reason = "";
    if (!schema.name().name().matches(WeaviateEngine.NAME)) {
      reason = "names match " + WeaviateEngine.NAME;
    } else if (!schema.layout().sparse().isEmpty()) {
      reason = "it has no sparse vectors";
    } else if (hasTenants(schema) && !schema.tenants().stream().allMatch(ClassDraft::isTenant)) {
      reason = "names of tenants match " + WeaviateEngine.TENANT_NAME;
    }
    for (VectorField field : schema.layout().vectors()) {
      if (field.elementType() != ElementType.F32) {
        reason = "its vectors are f32, not " + field;
      } else if (field.dimension() > WeaviateEngine.MAX_DIMENSION) {
        reason = "vectors have at most " + WeaviateEngine.MAX_DIMENSION + " elements";
      } else if (!field.name().isEmpty() && !field.name().matches(WeaviateEngine.VECTOR_NAME)) {
        reason = "names of vectors match " + WeaviateEngine.VECTOR_NAME;
      } else if (field.name().isEmpty() && field.multi()) {
        reason = "only a named vector may be a list of vectors";
      }
    }
    if (!reason.isEmpty()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "class " + schema.name() + " cannot be created: weaviate cannot hold it: " + reason);
    }
  }

  private static boolean isTenant(String tenant) {
    return tenant.matches(WeaviateEngine.TENANT_NAME);
  }

  /** Tells whether the class is to have tenants. */
  static boolean hasTenants(CollectionSchema schema) {
    return !schema.tenants().equals(List.of(CollectionSchema.NO_TENANT));
  }

  private Map<String, Object> description() throws DrillbookException {
    Map<String, Object> description = new TreeMap<>(known);
    description.put("class", schema.name().name());
    if (known.isEmpty()) {
      // What a property is for is told by a mark, since nothing else in a class is free to use.
      description.put(
          "properties",
          List.of(
              Map.of(
                  "name",
                  Reserved.KEY,
                  "dataType",
                  List.of("text"),
                  "description",
                  WeaviateClass.mark(schema),
                  "indexFilterable",
                  false,
                  "indexSearchable",
                  false)));
    }
    if (hasTenants(schema)) {
      Map<String, Object> tenancy = RestJson.fields(known, "multiTenancyConfig");
      tenancy.put("enabled", true);
      description.put("multiTenancyConfig", tenancy);
    }
    if (Boolean.TRUE.equals(RestJson.fields(description, "multiTenancyConfig").get("enabled"))) {
      // Each tenant is a shard; the server refuses to be told of others.
      description.remove("shardingConfig");
    }
    Map<String, Object> named = RestJson.fields(known, "vectorConfig");
    for (VectorField field : schema.layout().vectors()) {
      if (field.name().isEmpty()) {
        describe(description, field);
      } else {
        Map<String, Object> vector = RestJson.fields(named, field.name());
        describe(vector, field);
        named.put(field.name(), vector);
      }
    }
    if (!named.isEmpty()) {
      description.put("vectorConfig", named);
    } else if (schema.layout().vectors().isEmpty() && known.isEmpty()) {
      description.put("vectorizer", "none");
      description.put("vectorIndexType", "hnsw");
      description.put("vectorIndexConfig", Map.of("skip", true));
    }
    return description;
  }

  /** Fills in how a vector is indexed: as it was known, then as the index says. */
  private void describe(Map<String, Object> description, VectorField field)
      throws DrillbookException {
    Map<String, Object> config = RestJson.fields(description, "vectorIndexConfig");
    description.putIfAbsent("vectorIndexType", "hnsw");
    description.putIfAbsent(
        "vectorizer", field.name().isEmpty() ? "none" : Map.of("none", Map.of()));
    for (VectorIndex index : schema.indexes()) {
      if (index.vector().equals(field.name())) {
        description.put("vectorIndexType", index.kind());
        config.put("distance", distance(index.metric()));
        index.parameters().forEach((path, value) -> put(config, path, figure(value)));
      }
    }
    if (field.multi()) {
      put(config, "multivector.enabled", true);
    }
    description.put("vectorIndexConfig", config);
  }

  private static void put(Map<String, Object> config, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      config.put(path, value);
      return;
    }
    Map<String, Object> inner = RestJson.fields(config, path.substring(0, dot));
    put(inner, path.substring(dot + 1), value);
    config.put(path.substring(0, dot), inner);
  }

  private static Object figure(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    if (text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    return text.matches("-?\\d+\\.\\d+([eE]-?\\d+)?") ? (Object) Double.valueOf(text) : text;
  }

  private String distance(Metric metric) throws DrillbookException {
    return switch (metric) {
      case COSINE -> "cosine";
      case EUCLIDEAN -> "l2-squared";
      case INNER_PRODUCT -> "dot";
      case MANHATTAN -> "manhattan";
      case HAMMING -> "hamming";
      case JACCARD ->
          throw new DrillbookException(
              FailureKind.INCOMPATIBLE_TARGET,
              "class " + schema.name() + " cannot be created: weaviate has no metric " + metric);
    };
  }
}
