package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.OwnTrait;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A class as the server describes it, read in Drillbook's words.
 *
 * @param name its name
 * @param config the whole description
 */
record WeaviateClass(CollectionName name, Map<String, Object> config) {
  /** The attribute that holds the whole description but for the name. */
  static final String CLASS = "class";

  /** The attribute that holds the status of tenants that are not active. */
  static final String TENANTS = "tenants";

  /** How the description begins that tells a class which Drillbook made. */
  private static final String MARK = "{\"drillbook\":1";

  /** The property that holds the document of a record in classes that Drillbook made. */
  static final String DOCUMENT = "_document";

  /**
   * A vector of a class.
   *
   * @param name empty for the only one of a class without named vectors
   * @param kind {@code hnsw}, {@code flat}, {@code dynamic}
   * @param module that makes it where an object has none; empty where nothing does
   * @param config of its index
   */
  record Vector(String name, String kind, String module, Map<String, Object> config) {
    /** Tells whether an object holds a list of these. */
    boolean multi() {
      return Boolean.TRUE.equals(RestJson.fields(config, "multivector").get("enabled"));
    }

    /**
     * Tells whether it is computed from references, whatever is written. Source: Weaviate 1.39.0,
     * observed: a vector that is written is dropped, and the result says SUCCESS.
     */
    boolean isCentroid() {
      return module.startsWith("ref2vec");
    }

    /** Returns how it is searched, parameters by their paths; of what is off, nothing. */
    VectorIndex index() {
      Map<String, String> parameters = new HashMap<>();
      flatten("", config, parameters);
      // The server's word for choosing by itself.
      parameters.remove("ef", "-1");
      Metric metric = metric(String.valueOf(parameters.remove("distance")));
      return new VectorIndex(name, kind, metric, parameters);
    }
  }

  /** Returns its vectors: the unnamed one first, then by name. */
  List<Vector> vectors() {
    List<Vector> vectors = new ArrayList<>();
    if (config.get("vectorIndexType") instanceof String kind && !kind.isEmpty()) {
      String module = module(config.get("vectorizer"));
      vectors.add(new Vector("", kind, module, RestJson.fields(config, "vectorIndexConfig")));
    }
    RestJson.fields(config, "vectorConfig")
        .forEach((vector, description) ->
            vectors.add(
                new Vector(
                    vector,
                    description instanceof Map<?, ?> map
                        ? String.valueOf(map.get("vectorIndexType"))
                        : "hnsw",
                    RestJson.fields(description, "vectorizer").keySet().stream()
                        .map(WeaviateClass::module)
                        .collect(Collectors.joining()),
                    RestJson.fields(description, "vectorIndexConfig"))));
    return "none".equals(mark().get("vectors")) ? List.of() : vectors;
  }

  private static String module(@Nullable Object vectorizer) {
    return vectorizer instanceof String name && !name.equals("none") ? name : "";
  }

  /** Returns the types of its properties, by name. */
  Map<String, PropertyType> properties() {
    return PropertyType.ofAll(config.get("properties"));
  }

  /** Returns the type of its records' ids. */
  String idType() {
    return mark().get("idType") instanceof String word ? word : "uuid";
  }

  /** Tells whether Drillbook made it from another engine's collection. */
  boolean isForeign() {
    return !mark().isEmpty();
  }

  /** Returns the dimensions that its vectors had where it came from, by name. */
  private Map<String, Integer> markedDimensions() {
    Map<String, Integer> dimensions = new HashMap<>();
    RestJson.fields(mark(), "dimensions")
        .forEach((vector, dimension) -> {
          if (dimension instanceof Number number) {
            dimensions.put(vector, number.intValue());
          }
        });
    return dimensions;
  }

  /** Returns what the mark of Drillbook says; nothing where it has none. */
  private Map<String, Object> mark() {
    if (config.get("properties") instanceof List<?> list) {
      for (Object property : list) {
        if (property instanceof Map<?, ?> map && Reserved.KEY.equals(map.get("name"))) {
          return mark(String.valueOf(map.get("description")));
        }
      }
    }
    return Map.of();
  }

  private static Map<String, Object> mark(String text) {
    try {
      Object mark = text.startsWith(MARK) ? RestJson.MAPPER.readValue(text, Object.class) : "";
      return RestJson.fields(Map.of(Reserved.KEY, mark == null ? "" : mark), Reserved.KEY);
    } catch (JsonProcessingException e) {
      // A user's own words.
      return Map.of();
    }
  }

  /**
   * Returns how the property for what Weaviate cannot hold is described in a class that Drillbook
   * makes from another engine's: of which type ids are, that there are no vectors where there are
   * none, and dimensions, which a class without objects does not know.
   */
  static String mark(CollectionSchema schema) {
    Map<String, Object> mark = new TreeMap<>();
    mark.put("idType", schema.idType());
    if (schema.layout().vectors().isEmpty()) {
      mark.put("vectors", "none");
    }
    Map<String, Object> dimensions = new TreeMap<>();
    for (VectorField field : schema.layout().vectors()) {
      if (field.dimension() > 0) {
        dimensions.put(field.name(), field.dimension());
      }
    }
    if (!dimensions.isEmpty()) {
      mark.put("dimensions", dimensions);
    }
    return MARK + "," + RestJson.text(mark).substring(1);
  }

  /** Returns the modules that make vectors of its objects. */
  Set<String> modules() {
    Set<String> modules = new TreeSet<>();
    vectors().forEach(vector -> modules.add(vector.module()));
    modules.remove("");
    return modules;
  }

  /** Tells whether its objects belong to tenants. */
  boolean hasTenants() {
    return Boolean.TRUE.equals(RestJson.fields(config, "multiTenancyConfig").get("enabled"));
  }

  /** Tells whether the server activates inactive tenants by itself when they are read. */
  boolean activatesTenants() {
    Object automatic = RestJson.fields(config, "multiTenancyConfig").get("autoTenantActivation");
    return hasTenants() && Boolean.TRUE.equals(automatic);
  }

  /** Returns how many replicas each of its shards has. */
  int replicas() {
    return RestJson.fields(config, "replicationConfig").get("factor") instanceof Number factor
        ? factor.intValue()
        : 1;
  }

  /**
   * Returns the schema.
   *
   * @param dimensions of vectors whose dimension is known, by name
   * @param tenants status by name
   * @param aliases the names that point here
   */
  CollectionSchema schema(
      Map<String, Integer> dimensions, Map<String, String> tenants, List<String> aliases) {
    List<VectorField> fields = new ArrayList<>();
    List<VectorIndex> indexes = new ArrayList<>();
    Map<String, Integer> marked = markedDimensions();
    for (Vector vector : vectors()) {
      int dimension = dimensions.getOrDefault(vector.name(), marked.getOrDefault(vector.name(), 0));
      fields.add(new VectorField(vector.name(), ElementType.F32, dimension, vector.multi()));
      indexes.add(vector.index());
    }
    Map<String, Object> description = new TreeMap<>(config);
    description.remove("class");
    Map<String, String> attributes = new HashMap<>();
    attributes.put(CLASS, RestJson.text(description));
    Map<String, String> inactive = new TreeMap<>(tenants);
    inactive.values().removeIf(WeaviateTenants.ACTIVE::equals);
    if (!inactive.isEmpty()) {
      attributes.put(TENANTS, RestJson.text(inactive));
    }
    return new CollectionSchema(
        name,
        new RecordLayout(fields, List.of()),
        idType(),
        indexes,
        tenants.isEmpty() ? List.of(CollectionSchema.NO_TENANT) : List.copyOf(tenants.keySet()),
        aliases,
        attributes);
  }

  /** Tells what other engines do not have of a class. */
  static List<OwnTrait> own(CollectionSchema schema) {
    List<OwnTrait> traits = new ArrayList<>();
    Map<String, Object> config = ClassDraft.attribute(schema, CLASS);
    for (String module : new WeaviateClass(schema.name(), config).modules()) {
      traits.add(OwnTrait.missed("embedding of texts by " + module));
    }
    if (!RestJson.fields(config, "invertedIndexConfig").isEmpty()) {
      traits.add(OwnTrait.kept("searches by words, and how properties are indexed for them"));
    }
    if (schema.attributes().containsKey(TENANTS)) {
      traits.add(new OwnTrait("tenants that are not active", "become like the others", false, ""));
    }
    return traits;
  }

  private static void flatten(String path, Map<?, ?> config, Map<String, String> into) {
    config.forEach((key, value) -> {
      if (value instanceof Map<?, ?> inner) {
        if (Boolean.FALSE.equals(inner.get("enabled"))) {
          return;
        }
        flatten(path + key + ".", inner, into);
      } else {
        into.put(path + key, String.valueOf(value));
      }
    });
  }

  private static Metric metric(String distance) {
    return switch (distance) {
      case "dot" -> Metric.INNER_PRODUCT;
      case "l2-squared" -> Metric.EUCLIDEAN;
      case "manhattan" -> Metric.MANHATTAN;
      case "hamming" -> Metric.HAMMING;
      // Source: Weaviate's documentation of distance metrics: cosine where none is told.
      default -> Metric.COSINE;
    };
  }
}
