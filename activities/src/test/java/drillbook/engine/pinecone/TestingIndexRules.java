package drillbook.engine.pinecone;

import drillbook.engine.pinecone.TestingPlane.Asked;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What Pinecone takes of a request for an index, and how it describes the index then. */
final class TestingIndexRules {
  private TestingIndexRules() {}

  /** Returns the description of the index that is asked for, without status and host. */
  static Map<String, Object> description(Map<String, Object> request) throws TestingRefusal {
    Map<String, Object> description = new LinkedHashMap<>();
    if (!(request.get("name") instanceof String name)
        || !name.matches("[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?")) {
      throw TestingRefusal.invalid(
          "Name must consist of lower case alphanumeric characters or '-', and must not begin or"
              + " end with a hyphen: "
              + request.get("name"));
    }
    description.put("name", name);
    description.put("deletion_protection", request.getOrDefault("deletion_protection", "disabled"));
    tags(request.get("tags"), description);
    if (request.get("embed") instanceof Map<?, ?> embed) {
      embedded(request, embed, description);
    } else {
      description.put("spec", spec(request.get("spec")));
      vectors(request, description);
    }
    return description;
  }

  private static void tags(@Nullable Object given, Map<String, Object> description)
      throws TestingRefusal {
    if (!(given instanceof Map<?, ?> tags) || tags.isEmpty()) {
      return;
    }
    for (Map.Entry<?, ?> tag : tags.entrySet()) {
      boolean fits =
          ((String) tag.getKey()).matches("[A-Za-z0-9_-]{1,80}")
              && tag.getValue() instanceof String value
              && value.matches("[A-Za-z0-9;@_.+ -]{0,120}");
      if (!fits) {
        throw TestingRefusal.invalid("Tag " + tag + " has characters that are not allowed");
      }
    }
    if (tags.size() > 20) {
      throw TestingRefusal.invalid("An index has at most 20 tags");
    }
    description.put("tags", tags);
  }

  private static void vectors(Map<String, Object> request, Map<String, Object> description)
      throws TestingRefusal {
    boolean sparse = "sparse".equals(request.get("vector_type"));
    Object metric = request.getOrDefault("metric", sparse ? "dotproduct" : "cosine");
    if (!List.of("cosine", "euclidean", "dotproduct").contains(metric)) {
      throw TestingRefusal.invalid("Unknown metric: " + metric);
    }
    if (sparse && (!metric.equals("dotproduct") || request.containsKey("dimension"))) {
      throw TestingRefusal.invalid(
          "Sparse vector type must use the dotproduct metric, and has no dimension");
    }
    if (!sparse) {
      if (!(request.get("dimension") instanceof Integer dimension)
          || dimension < 1
          || dimension > 20_000) {
        throw TestingRefusal.invalid(
            "Dimension must be between 1 and 20000: " + request.get("dimension"));
      }
      description.put("dimension", dimension);
    }
    description.put("metric", metric);
    description.put("vector_type", sparse ? "sparse" : "dense");
  }

  private static void embedded(
      Map<String, Object> request, Map<?, ?> embed, Map<String, Object> description)
      throws TestingRefusal {
    Asked.requireKnown(
        embed,
        Set.of("model", "metric", "field_map", "dimension", "read_parameters", "write_parameters"));
    Map<String, Object> serverless = new TreeMap<>();
    for (String field : List.of("cloud", "region", "schema", "read_capacity")) {
      @Nullable Object value = request.get(field);
      if (value != null) {
        serverless.put(field, value);
      }
    }
    description.put("spec", spec(Map.of("serverless", serverless)));
    Map<String, Object> full = new TreeMap<>();
    embed.forEach((key, value) -> full.put((String) key, value));
    boolean sparse = String.valueOf(embed.get("model")).contains("sparse");
    if (!sparse) {
      full.putIfAbsent("dimension", 1024);
    }
    full.putIfAbsent("metric", sparse ? "dotproduct" : "cosine");
    full.put("vector_type", sparse ? "sparse" : "dense");
    vectors(full, description);
    description.put("embed", full);
  }

  private static Map<String, Object> spec(@Nullable Object given) throws TestingRefusal {
    if (!(given instanceof Map<?, ?> spec) || spec.size() != 1) {
      throw TestingRefusal.of(
          422,
          "UNPROCESSABLE_ENTITY",
          "Failed to deserialize the JSON body into the target type: missing field `spec`");
    }
    Asked.requireKnown(spec, Set.of("serverless", "pod", "byoc"));
    if (!(spec.get("serverless") instanceof Map<?, ?> serverless)) {
      Map<String, Object> other = new TreeMap<>();
      spec.forEach((key, value) -> other.put((String) key, value));
      return other;
    }
    Asked.requireKnown(
        serverless, Set.of("cloud", "region", "read_capacity", "source_collection", "schema"));
    Object cloud = serverless.get("cloud");
    Object region = serverless.get("region");
    boolean known =
        ("aws".equals(cloud) && List.of("us-east-1", "us-west-2", "eu-west-1").contains(region))
            || ("gcp".equals(cloud) && List.of("us-central1", "europe-west4").contains(region))
            || ("azure".equals(cloud) && "eastus2".equals(region));
    if (!known) {
      throw TestingRefusal.of(
          404, "NOT_FOUND", "Resource cloud: " + cloud + " region: " + region + " not found.");
    }
    Map<String, Object> inner = new TreeMap<>();
    serverless.forEach((key, value) -> inner.put((String) key, value));
    Map<String, Object> capacity = new TreeMap<>();
    if (serverless.get("read_capacity") instanceof Map<?, ?> asked) {
      asked.forEach((key, value) -> capacity.put((String) key, value));
    }
    capacity.putIfAbsent("mode", "OnDemand");
    capacity.put("status", capacityStatus(capacity));
    inner.put("read_capacity", capacity);
    return Map.of("serverless", inner);
  }

  /** Dedicated nodes come after the index is Ready, and are few or none until then. */
  private static Map<String, Object> capacityStatus(Map<String, Object> capacity)
      throws TestingRefusal {
    if ("OnDemand".equals(capacity.get("mode"))) {
      return Map.of("state", "Ready");
    }
    if (!"Dedicated".equals(capacity.get("mode"))
        || !(capacity.get("dedicated") instanceof Map<?, ?> dedicated)
        || !dedicated.keySet().containsAll(Set.of("node_type", "scaling"))) {
      throw TestingRefusal.invalid("Dedicated read capacity needs node_type and scaling");
    }
    return Map.of("state", "Migrating");
  }
}
