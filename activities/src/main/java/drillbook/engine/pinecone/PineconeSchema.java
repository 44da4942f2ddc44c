package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonProcessingException;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.OwnTrait;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeVectors;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Schemas in Pinecone's words and back. What Pinecone has no place for is kept in tags of the
 * index, which the schema does not show: the type of the ids, and whether a dotproduct index was
 * made for dense vectors alone; and, of indexes of drills, that Drillbook made them.
 *
 * <p>How vectors are indexed is Pinecone's own affair: no kind can be chosen and none is told. The
 * kind reads {@code hnsw}, the word that other engines understand, without parameters.
 */
final class PineconeSchema {
  /** The name of an index's only sparse vector, that of the import files. */
  static final String SPARSE = "sparse_values";

  static final String KIND = "hnsw";
  private static final String OWN_TAGS = "drillbook_";
  private static final String ID_TYPE = OWN_TAGS + "id_type";
  private static final String LAYOUT = OWN_TAGS + "layout";
  private static final String MADE = OWN_TAGS + "made";

  /** Source: Pinecone documentation, tags of an index. */
  private static final int MOST_TAGS = 20;

  private PineconeSchema() {}

  /** Where indexes are made that come from elsewhere. */
  record Placement(Optional<String> cloud, Optional<String> region) {
    String cloudOr(String other) {
      return cloud.orElse(other);
    }

    String regionOr(String other) {
      return region.orElse(other);
    }
  }

  /** Returns an index's schema. */
  static CollectionSchema of(
      PineconeIndex index, List<String> tenants, Map<String, Object> namespaces) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put("spec", RestJson.text(spec(index)));
    Object protection = index.document().get("deletion_protection");
    attributes.put("deletion_protection", protection instanceof String known ? known : "disabled");
    Map<String, Object> tags = new TreeMap<>(index.tags());
    tags.keySet().removeIf(key -> key.startsWith(OWN_TAGS));
    if (!tags.isEmpty()) {
      attributes.put("tags", RestJson.text(tags));
    }
    Map<String, Object> embed = RestJson.fields(index.document(), "embed");
    if (!embed.isEmpty()) {
      attributes.put("embed", RestJson.text(embed));
    }
    if (!namespaces.isEmpty()) {
      attributes.put("namespaces", RestJson.text(namespaces));
    }
    String vector = index.sparse() ? SPARSE : "";
    return new CollectionSchema(
        new CollectionName(List.of(), index.name()),
        layout(index),
        idType(index),
        List.of(new VectorIndex(vector, KIND, index.metric(), Map.of())),
        tenants,
        List.of(),
        attributes);
  }

  /** Tells what other engines do not have of an index. */
  static List<OwnTrait> own(CollectionSchema schema) {
    List<OwnTrait> traits = new ArrayList<>();
    if (schema.attributes().containsKey("embed")) {
      traits.add(OwnTrait.missed("embedding of texts by the index"));
    }
    if (schema.attributes().containsKey("tags")) {
      traits.add(OwnTrait.kept("tags of the index"));
    }
    if ("enabled".equals(schema.attributes().get("deletion_protection"))) {
      traits.add(OwnTrait.kept("protection against deletion"));
    }
    for (String kind : List.of("serverless", "byoc")) {
      Map<String, Object> spec = RestJson.fields(attribute(schema, "spec"), kind);
      if ("Dedicated".equals(RestJson.fields(spec, "read_capacity").get("mode"))) {
        traits.add(
            new OwnTrait(
                "dedicated read nodes",
                "kept in the backup only",
                false,
                "a restored index gets them anew, and pays for them; a drill's index is on demand"));
      }
    }
    return traits;
  }

  /** Returns the columns of an index's records. */
  static RecordLayout layout(PineconeIndex index) {
    List<SparseField> sparse = List.of(new SparseField(SPARSE, ElementType.F32, 0));
    if (index.sparse()) {
      return new RecordLayout(List.of(), sparse);
    }
    boolean denseOnly = !index.mayHaveSparse() || "dense".equals(index.tags().get(LAYOUT));
    return new RecordLayout(
        List.of(new VectorField("", ElementType.F32, index.dimension(), false)),
        denseOnly ? List.of() : sparse);
  }

  /** Returns the type of an index's ids, {@code text} where nobody said otherwise. */
  static String idType(PineconeIndex index) {
    Object word = index.tags().get(ID_TYPE);
    return word instanceof String text ? text.replace('+', ',').replace('@', '|') : "text";
  }

  /** Tells whether Drillbook made an index for a drill, and may take it away again. */
  static boolean isOwnScratch(PineconeIndex index) {
    return index.tags().containsKey(MADE) && index.name().startsWith(PineconeEngine.SCRATCH_PREFIX);
  }

  /** The spec without what the answer adds to the request: how far scaling is. */
  private static Map<String, Object> spec(PineconeIndex index) {
    Map<String, Object> spec = RestJson.fields(index.document(), "spec");
    for (String kind : List.of("serverless", "byoc")) {
      if (spec.containsKey(kind)) {
        Map<String, Object> inner = RestJson.fields(spec, kind);
        Map<String, Object> capacity = RestJson.fields(inner, "read_capacity");
        capacity.remove("status");
        inner.remove("read_capacity");
        inner.remove("source_collection");
        if (!capacity.isEmpty()) {
          inner.put("read_capacity", capacity);
        }
        spec.put(kind, inner);
      }
    }
    return spec;
  }

  /** Fails unless Pinecone can hold a schema. */
  static void requireFit(CollectionSchema schema) throws DrillbookException {
    List<VectorField> vectors = schema.layout().vectors();
    List<SparseField> sparse = schema.layout().sparse();
    String reason = "";
    if (!schema.name().name().matches(PineconeEngine.NAME_GRAMMAR)) {
      reason = "names match " + PineconeEngine.NAME_GRAMMAR;
    } else if (vectors.size() > 1 || sparse.size() > 1 || vectors.size() + sparse.size() == 0) {
      reason = "its records have one dense vector, one sparse vector, or one of each";
    } else if (!sparse.isEmpty() && !sparse.getFirst().name().equals(SPARSE)) {
      reason = "its sparse vector is called " + SPARSE + ", not " + sparse.getFirst().name();
    } else if (!sparse.isEmpty() && sparse.getFirst().elementType() != ElementType.F32) {
      reason = "its sparse vectors have f32 values, not " + sparse.getFirst();
    } else if (!sparse.isEmpty() && metric(schema) != Metric.INNER_PRODUCT) {
      reason = "sparse vectors need the metric dotproduct, not " + metric(schema);
    } else if (!vectors.isEmpty()
        && (vectors.getFirst().elementType() != ElementType.F32 || vectors.getFirst().multi())) {
      reason = "its vectors are single f32 vectors, not " + vectors.getFirst();
    } else if (!vectors.isEmpty() && !fits(vectors.getFirst().dimension())) {
      reason =
          "vectors have 1 to "
              + PineconeVectors.LARGEST_DIMENSION
              + " elements, fixed when the index is made";
    } else if (schema.indexes().size() > 1) {
      reason = "an index searches one vector, not " + schema.indexes().size();
    }
    for (String tenant : schema.tenants()) {
      if (!tenant.isEmpty() && !tenant.matches(PineconeEngine.NAMESPACE_GRAMMAR)) {
        reason =
            "namespaces match " + PineconeEngine.NAMESPACE_GRAMMAR + ", unlike '" + tenant + "'";
      }
    }
    Map<String, Object> tags = tags(schema);
    if (reason.isEmpty() && tags.size() > MOST_TAGS) {
      reason =
          "an index has at most "
              + MOST_TAGS
              + " tags, and beside "
              + attribute(schema, "tags").size()
              + " of its own this one needs "
              + tags.keySet().stream().filter(tag -> tag.startsWith(OWN_TAGS)).toList()
              + ": remove some from the source before the backup";
    }
    if (!reason.isEmpty()) {
      throw unfit(schema, reason);
    }
  }

  private static boolean isScratch(CollectionSchema schema) {
    return schema.name().name().startsWith(PineconeEngine.SCRATCH_PREFIX);
  }

  private static boolean fits(int dimension) {
    return dimension >= 1 && dimension <= PineconeVectors.LARGEST_DIMENSION;
  }

  private static Metric metric(CollectionSchema schema) {
    boolean dense = !schema.layout().vectors().isEmpty();
    // A sparse-only index has no other metric, so a schema need not say it.
    Metric otherwise = schema.layout().sparse().isEmpty() ? Metric.COSINE : Metric.INNER_PRODUCT;
    return schema.indexes().stream()
        .filter(
            index -> !dense || index.vector().equals(schema.layout().vectors().getFirst().name()))
        .map(VectorIndex::metric)
        .findFirst()
        .orElse(otherwise);
  }

  /** Returns the request that makes an index, unprotected until its records are there. */
  static Map<String, Object> request(CollectionSchema schema, Placement placement)
      throws DrillbookException {
    Map<String, Object> request = new TreeMap<>();
    request.put("name", schema.name().name());
    request.put("deletion_protection", "disabled");
    request.put("tags", tags(schema));
    Map<String, Object> embed = attribute(schema, "embed");
    Map<String, Object> spec = newSpec(schema, placement);
    if (!embed.isEmpty() && spec.get("serverless") instanceof Map<?, ?> serverless) {
      serverless.forEach((key, value) -> request.put((String) key, value));
      // Follows from the model, and is not asked for.
      embed.remove("vector_type");
      request.put("embed", embed);
      return request;
    }
    request.put("spec", spec);
    request.put("metric", word(schema, metric(schema)));
    if (schema.layout().vectors().isEmpty()) {
      request.put("vector_type", "sparse");
    } else {
      request.put("vector_type", "dense");
      request.put("dimension", schema.layout().vectors().getFirst().dimension());
    }
    return request;
  }

  private static Map<String, Object> newSpec(CollectionSchema schema, Placement placement) {
    Map<String, Object> known = attribute(schema, "spec");
    if (known.containsKey("byoc") && placement.cloud().isEmpty()) {
      Map<String, Object> byoc = RestJson.fields(known, "byoc");
      onDemand(schema, byoc);
      return Map.of("byoc", byoc);
    }
    Map<String, Object> serverless = RestJson.fields(known, "serverless");
    onDemand(schema, serverless);
    serverless.put(
        "cloud", placement.cloudOr(String.valueOf(serverless.getOrDefault("cloud", "aws"))));
    serverless.put(
        "region",
        placement.regionOr(String.valueOf(serverless.getOrDefault("region", "us-east-1"))));
    return Map.of("serverless", serverless);
  }

  /** A drill is to prove that records come back, not to provision hardware; left out, on demand. */
  private static void onDemand(CollectionSchema schema, Map<String, Object> spec) {
    if (isScratch(schema)) {
      spec.remove("read_capacity");
    }
  }

  private static Map<String, Object> tags(CollectionSchema schema) {
    Map<String, Object> tags = new TreeMap<>(attribute(schema, "tags"));
    if (!schema.idType().equals("text")) {
      // The characters of a tag's value are few.
      tags.put(ID_TYPE, schema.idType().replace(',', '+').replace('|', '@'));
    }
    if (schema.layout().sparse().isEmpty() && metric(schema) == Metric.INNER_PRODUCT) {
      tags.put(LAYOUT, "dense");
    }
    // Asked for only where a protected index is to be dropped, so that it may give way otherwise.
    boolean needed = "enabled".equals(schema.attributes().get("deletion_protection"));
    if (isScratch(schema) && (needed || tags.size() < MOST_TAGS)) {
      tags.put(MADE, "yes");
    }
    return tags;
  }

  /** Returns an attribute that is a JSON object; an empty map where it is not. */
  static Map<String, Object> attribute(CollectionSchema schema, String name) {
    try {
      Object value =
          PineconeHttp.MAPPER.readValue(schema.attributes().getOrDefault(name, "{}"), Object.class);
      return RestJson.fields(Map.of(name, value == null ? Map.of() : value), name);
    } catch (JsonProcessingException e) {
      // Another engine's attribute of the same name.
      return new TreeMap<>();
    }
  }

  private static String word(CollectionSchema schema, Metric metric) throws DrillbookException {
    return switch (metric) {
      case COSINE -> "cosine";
      case EUCLIDEAN -> "euclidean";
      case INNER_PRODUCT -> "dotproduct";
      case MANHATTAN, HAMMING, JACCARD -> throw unfit(schema, "it has no metric " + metric);
    };
  }

  private static DrillbookException unfit(CollectionSchema schema, String reason) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        "index " + schema.name() + " cannot be created: pinecone cannot hold it: " + reason);
  }
}
