package drillbook.engine.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import io.milvus.grpc.CreateIndexRequest;
import io.milvus.grpc.DataType;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.IndexDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Indexes in Milvus's words and back. */
final class MilvusIndexes {
  /**
   * How indexes are called that a restored collection has beside those of its schema, so that it
   * can be loaded. They are no part of a schema.
   */
  static final String FLAT_INDEX = "drillbook_flat_";

  /** The attribute of a schema that holds all indexes of a collection, those of payload too. */
  static final String ATTRIBUTE = "indexes";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final TypeReference<Map<String, Object>> PARAMETERS = new TypeReference<>() {};
  private static final TypeReference<List<Plan>> PLANS = new TypeReference<>() {};
  private static final String TYPE = "index_type";
  private static final String METRIC = "metric_type";
  private static final String NESTED = "params";

  /**
   * An index to build, or that is there.
   *
   * @param field the field's name
   * @param name the index's name
   * @param type Milvus's word for its kind; empty where Milvus chooses
   * @param metric Milvus's word for how near is measured; empty for payload
   * @param parameters by Milvus's names
   */
  record Plan(
      String field, String name, String type, String metric, Map<String, String> parameters) {
    /** Orders the parameters. */
    Plan {
      parameters = new TreeMap<>(parameters);
    }

    /** Returns what a request says of it. */
    Map<String, String> request() {
      Map<String, String> request = new TreeMap<>();
      if (!type.isEmpty()) {
        request.put(TYPE, type);
      }
      if (!metric.isEmpty()) {
        request.put(METRIC, metric);
      }
      Map<String, Object> nested = new TreeMap<>();
      parameters.forEach((key, value) -> {
        if (key.contains(".")) {
          request.put(key, value);
        } else {
          nested.put(key, figure(value));
        }
      });
      // Milvus Lite drops parameters that stand beside the type; both read this form.
      request.put(NESTED, json(nested));
      return request;
    }

    /** Returns the request that creates it. */
    CreateIndexRequest creation(CollectionName collection) {
      CreateIndexRequest.Builder creation =
          CreateIndexRequest.newBuilder()
              .setCollectionName(collection.name())
              .setFieldName(field)
              .setIndexName(name);
      request().forEach((key, value) -> creation.addExtraParams(MilvusSchema.pair(key, value)));
      return creation.build();
    }
  }

  private MilvusIndexes() {}

  /**
   * Returns the indexes that are there for a user: without those that make a collection loadable.
   */
  static List<Plan> of(List<IndexDescription> descriptions) {
    List<Plan> plans = new ArrayList<>();
    for (IndexDescription description : descriptions) {
      if (description.getIndexName().startsWith(MilvusLoads.SCAN_INDEX)
          || description.getIndexName().startsWith(FLAT_INDEX)) {
        continue;
      }
      Map<String, String> parameters = new TreeMap<>();
      description.getParamsList().forEach(pair -> parameters.put(pair.getKey(), pair.getValue()));
      String type = Optional.ofNullable(parameters.remove(TYPE)).orElse("");
      String metric = Optional.ofNullable(parameters.remove(METRIC)).orElse("");
      nested(Optional.ofNullable(parameters.remove(NESTED)).orElse("{}"))
          .forEach((key, value) -> parameters.put(key, String.valueOf(value)));
      plans.add(
          new Plan(
              description.getFieldName(), description.getIndexName(), type, metric, parameters));
    }
    return plans;
  }

  /**
   * Returns a flat index, or the plainest there is, for each vector that has no index, computed
   * ones too: Milvus loads no collection without.
   *
   * @param prefix what their names begin with, before the field's
   */
  static List<Plan> flat(MilvusShape shape, List<IndexDescription> indexes, String prefix) {
    Set<String> indexed =
        indexes.stream().map(IndexDescription::getFieldName).collect(Collectors.toSet());
    List<Plan> plans = new ArrayList<>();
    for (FieldSchema field : shape.vectorFields()) {
      if (!indexed.contains(field.getName())) {
        plans.add(flat(field, prefix + field.getName()));
      }
    }
    return plans;
  }

  private static Plan flat(FieldSchema field, String name) {
    boolean computed = field.getIsFunctionOutput();
    return switch (field.getDataType()) {
      case BinaryVector -> new Plan(field.getName(), name, "BIN_FLAT", "HAMMING", Map.of());
      case SparseFloatVector ->
          new Plan(
              field.getName(), name, "SPARSE_INVERTED_INDEX", computed ? "BM25" : "IP", Map.of());
      // Nothing else takes these. Source: knowhere#1059, milvus#39855; read 2026-11.
      case Int8Vector ->
          new Plan(field.getName(), name, "HNSW", "L2", Map.of("M", "16", "efConstruction", "200"));
      default -> new Plan(field.getName(), name, "FLAT", "L2", Map.of());
    };
  }

  /** Returns those of the indexes that search vectors by a metric that others know too. */
  static List<VectorIndex> vectorIndexes(MilvusShape shape, List<Plan> plans) {
    List<VectorIndex> indexes = new ArrayList<>();
    for (Plan plan : plans) {
      Optional<String> vector = shape.vectorOf(plan.field());
      Optional<Metric> metric = metric(plan.metric());
      if (vector.isPresent() && metric.isPresent()) {
        indexes.add(
            new VectorIndex(vector.get(), kind(plan.type()), metric.get(), plan.parameters()));
      }
    }
    return indexes;
  }

  /** Returns the text of the attribute. */
  static String attribute(List<Plan> plans) {
    return json(plans);
  }

  /**
   * Returns the indexes that a collection of a schema is to have: those of Milvus's own attribute
   * as they were, and the vector indexes that it does not tell of.
   */
  static List<Plan> planned(CollectionSchema schema, MilvusShape shape) {
    List<Plan> known = known(schema);
    List<Plan> planned = new ArrayList<>();
    for (Plan plan : known) {
      boolean ofVector = shape.vectorOf(plan.field()).isPresent();
      boolean exists =
          shape.answer().getSchema().getFieldsList().stream()
              .anyMatch(field -> field.getName().equals(plan.field()));
      if (exists && (!ofVector || metric(plan.metric()).isEmpty())) {
        planned.add(plan);
      }
    }
    for (VectorIndex index : schema.indexes()) {
      FieldSchema field = shape.fieldOf(index.vector()).orElse(null);
      if (field != null) {
        planned.add(
            known.stream()
                .filter(plan -> plan.field().equals(field.getName()) && isSame(plan, index))
                .findFirst()
                .orElseGet(() -> foreign(index, field)));
      }
    }
    return planned;
  }

  private static boolean isSame(Plan plan, VectorIndex index) {
    return kind(plan.type()).equals(index.kind())
        && metric(plan.metric()).equals(Optional.of(index.metric()))
        && plan.parameters().equals(index.parameters());
  }

  private static Plan foreign(VectorIndex index, FieldSchema field) {
    Map<String, String> parameters = new TreeMap<>();
    index
        .parameters()
        .forEach((name, value) ->
            parameters.put(
                switch (name) {
                  case "m" -> "M";
                  case "ef_construction" -> "efConstruction";
                  default -> name;
                },
                value));
    String type = index.kind().toUpperCase(Locale.ROOT);
    if (field.getDataType() == DataType.BinaryVector && Set.of("FLAT", "HNSW").contains(type)) {
      type = "BIN_FLAT";
      parameters.clear();
    } else if (type.equals("HNSW")) {
      // Milvus 2.3 has no defaults for them.
      parameters.putIfAbsent("M", "16");
      parameters.putIfAbsent("efConstruction", "200");
    }
    return new Plan(field.getName(), field.getName(), type, word(index.metric()), parameters);
  }

  private static List<Plan> known(CollectionSchema schema) {
    try {
      return MAPPER.readValue(schema.attributes().getOrDefault(ATTRIBUTE, "[]"), PLANS);
    } catch (JsonProcessingException e) {
      // Another engine's attribute of the same name.
      return List.of();
    }
  }

  /** Returns the word of a schema for Milvus's word for a kind. */
  static String kind(String type) {
    return type.equals("BIN_FLAT") ? "flat" : type.toLowerCase(Locale.ROOT);
  }

  static String word(Metric metric) {
    return switch (metric) {
      case COSINE -> "COSINE";
      case EUCLIDEAN -> "L2";
      case INNER_PRODUCT -> "IP";
      case HAMMING -> "HAMMING";
      case JACCARD -> "JACCARD";
      case MANHATTAN -> throw new IllegalArgumentException("milvus has no metric " + metric);
    };
  }

  static Optional<Metric> metric(String word) {
    return switch (word) {
      case "COSINE" -> Optional.of(Metric.COSINE);
      case "L2" -> Optional.of(Metric.EUCLIDEAN);
      case "IP" -> Optional.of(Metric.INNER_PRODUCT);
      case "HAMMING" -> Optional.of(Metric.HAMMING);
      case "JACCARD" -> Optional.of(Metric.JACCARD);
      // BM25 of a function's output, substructure searches: they stay in the attribute.
      default -> Optional.empty();
    };
  }

  private static Map<String, Object> nested(String text) {
    try {
      return MAPPER.readValue(text, PARAMETERS);
    } catch (JsonProcessingException e) {
      return Map.of(NESTED, text);
    }
  }

  private static Object figure(String text) {
    if (text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    return text.matches("-?\\d+\\.\\d+") ? (Object) Double.valueOf(text) : text;
  }

  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
