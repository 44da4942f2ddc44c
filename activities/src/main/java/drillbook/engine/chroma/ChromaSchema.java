package drillbook.engine.chroma;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.engine.CollectionSchema;
import drillbook.engine.OwnTrait;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.chroma.ChromaControl.Described;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Schemas in Chroma's words and back. */
final class ChromaSchema {
  /** What a collection's index may be told, by Chroma's names. */
  private static final List<String> INDEX_PARAMETERS =
      List.of("ef_construction", "ef_search", "max_neighbors", "resize_factor", "sync_threshold");

  /** Ids that are no texts are carried by each record; of which type, by the collection. */
  private static final Pattern CARRIED_ID_TYPE =
      Pattern.compile("\\{\"drillbook\":1,\"idType\":\"([a-z,|]+)\"\\}");

  private ChromaSchema() {}

  /** Returns a collection's schema from the server's description of it. */
  static CollectionSchema of(Described found) {
    Map<String, Object> configuration = RestJson.fields(found.document(), "configuration_json");
    Map<String, Object> hnsw = RestJson.fields(configuration, "hnsw");
    Map<String, Object> index = hnsw.isEmpty() ? RestJson.fields(configuration, "spann") : hnsw;
    Map<String, String> parameters = new HashMap<>();
    index.forEach((key, value) -> parameters.put(key, value.toString()));
    Metric metric = metric(String.valueOf(parameters.remove("space")));
    Map<String, String> attributes = new HashMap<>();
    attributes.put("configuration", RestJson.text(configuration));
    ChromaIndexes.attribute(found.document())
        .ifPresent(indexes -> attributes.put(ChromaIndexes.ATTRIBUTE, indexes));
    Map<String, Object> metadata = RestJson.fields(found.document(), "metadata");
    String idType = "text";
    if (metadata.get(Reserved.KEY) instanceof String text) {
      Matcher carried = CARRIED_ID_TYPE.matcher(text);
      if (carried.matches()) {
        idType = carried.group(1);
        metadata.remove(Reserved.KEY);
      }
    }
    if (!metadata.isEmpty()) {
      attributes.put("metadata", RestJson.text(metadata));
    }
    return new CollectionSchema(
        found.name(),
        RecordLayout.dense(new VectorField("", ElementType.F32, dimension(found), false)),
        idType,
        List.of(new VectorIndex("", hnsw.isEmpty() ? "spann" : "hnsw", metric, parameters)),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        attributes);
  }

  /** Tells what other engines do not have of a collection. */
  static List<OwnTrait> own(CollectionSchema schema) {
    List<OwnTrait> traits = new ArrayList<>();
    if (schema.attributes().containsKey("metadata")) {
      traits.add(OwnTrait.kept("metadata of the collection"));
    }
    if (attribute(schema, "configuration").get("embedding_function") instanceof Map<?, ?> function
        && "known".equals(function.get("type"))) {
      traits.add(OwnTrait.kept("embedding function '" + function.get("name") + "'"));
    }
    for (String key : ChromaIndexes.sparse(schema)) {
      traits.add(OwnTrait.missed("sparse index of the metadata key '" + key + "'"));
    }
    List<String> unindexed = ChromaIndexes.unindexed(schema);
    if (!unindexed.isEmpty()) {
      traits.add(OwnTrait.kept("metadata that are not indexed: " + String.join(", ", unindexed)));
    }
    return traits;
  }

  private static int dimension(Described found) {
    return found.document().get("dimension") instanceof Number dimension ? dimension.intValue() : 0;
  }

  /** Fails unless Chroma can hold a schema. Only Chroma Cloud has sparse indexes. */
  static void requireFit(CollectionSchema schema, boolean cloud) throws DrillbookException {
    String reason = "";
    List<VectorField> vectors = schema.layout().vectors();
    if (!schema.name().name().matches(ChromaEngine.PROFILE.names().grammar())) {
      reason = "names match " + ChromaEngine.PROFILE.names().grammar();
    } else if (vectors.size() != 1 || !schema.layout().sparse().isEmpty()) {
      reason = "its records have exactly one dense vector and no sparse one";
    } else if (vectors.getFirst().elementType() != ElementType.F32 || vectors.getFirst().multi()) {
      reason = "its vectors are single f32 vectors, not " + vectors.getFirst();
    } else if (vectors.getFirst().dimension() > ChromaEngine.PROFILE.vectors().maxDimension()) {
      reason =
          "vectors have at most " + ChromaEngine.PROFILE.vectors().maxDimension() + " elements";
    } else if (!schema.tenants().equals(List.of(CollectionSchema.NO_TENANT))) {
      reason = "its collections have no tenants within";
    } else if (schema.indexes().size() > 1) {
      reason = "a collection has one index, not " + schema.indexes().size();
    } else if (!cloud && !ChromaIndexes.sparse(schema).isEmpty()) {
      // Source: Chroma 1.5.9, "Sparse vector indexing is not enabled in local".
      reason =
          "only Chroma Cloud indexes sparse vectors, those of its metadata keys "
              + ChromaIndexes.sparse(schema);
    }
    if (!reason.isEmpty()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "collection " + schema.name() + " cannot be created: chroma cannot hold it: " + reason);
    }
  }

  /** Starts from the configuration of a Chroma collection, if it was one; the index has its say. */
  static Map<String, Object> configuration(CollectionSchema schema) throws DrillbookException {
    Map<String, Object> known = attribute(schema, "configuration");
    Map<String, Object> configuration = new TreeMap<>();
    if (known.get("embedding_function") instanceof Map<?, ?> function) {
      configuration.put("embedding_function", function);
    }
    boolean spann = schema.indexes().stream().anyMatch(index -> index.kind().equals("spann"));
    Map<String, Object> parameters = RestJson.fields(known, spann ? "spann" : "hnsw");
    for (VectorIndex index : schema.indexes()) {
      parameters.put("space", space(schema, index.metric()));
      index
          .parameters()
          .forEach((name, value) -> {
            String own = name.equals("m") ? "max_neighbors" : name;
            if (spann || INDEX_PARAMETERS.contains(own)) {
              parameters.put(own, figure(value));
            }
          });
    }
    if (!spann) {
      parameters.keySet().removeIf(key -> !key.equals("space") && !INDEX_PARAMETERS.contains(key));
    }
    configuration.put(spann ? "spann" : "hnsw", parameters);
    return configuration;
  }

  private static Object figure(String text) {
    return text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : Double.valueOf(text);
  }

  /** Returns the metadata that a collection is created with. */
  static Map<String, Object> metadata(CollectionSchema schema) {
    Map<String, Object> metadata = new TreeMap<>(attribute(schema, "metadata"));
    if (!schema.idType().equals("text")) {
      metadata.put(Reserved.KEY, "{\"drillbook\":1,\"idType\":\"" + schema.idType() + "\"}");
    }
    return metadata;
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

  private static String space(CollectionSchema schema, Metric metric) throws DrillbookException {
    return switch (metric) {
      case EUCLIDEAN -> "l2";
      case COSINE -> "cosine";
      case INNER_PRODUCT -> "ip";
      case MANHATTAN, HAMMING, JACCARD ->
          throw new DrillbookException(
              FailureKind.INCOMPATIBLE_TARGET,
              "collection " + schema.name() + " cannot be created: chroma has no metric " + metric);
    };
  }

  private static Metric metric(String space) {
    return switch (space) {
      case "cosine" -> Metric.COSINE;
      case "ip" -> Metric.INNER_PRODUCT;
      // Source: Chroma's documentation of collection configuration: l2 is what it falls back to.
      default -> Metric.EUCLIDEAN;
    };
  }
}
