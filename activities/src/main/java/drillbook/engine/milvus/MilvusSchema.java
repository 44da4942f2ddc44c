package drillbook.engine.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import drillbook.engine.CollectionSchema;
import drillbook.engine.OwnTrait;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import io.milvus.grpc.ConsistencyLevel;
import io.milvus.grpc.CreateCollectionRequest;
import io.milvus.grpc.DataType;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.KeyValuePair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Schemas in Milvus's words and back.
 *
 * <p>A collection that came from elsewhere gets a primary key {@code id}, a field for each vector,
 * the dynamic field for payload, and the field {@code _drillbook}: an array of texts that holds, in
 * parts of {@value #PART_BYTES} bytes, what the others cannot. A dynamic field would hold 64 KiB of
 * it, a text field as much.
 */
final class MilvusSchema {
  /** The attribute of a schema with Milvus's own, all fields and functions. */
  static final String ATTRIBUTE = "schema";

  /** The attribute of a schema with what a collection has beside fields. */
  static final String SETTINGS = "settings";

  /** The longest text that a field of Milvus holds, in bytes. */
  static final int PART_BYTES = 65_535;

  /** The most texts that an array of Milvus holds. */
  static final int MOST_PARTS = 4_096;

  /**
   * The id 2^63 - 1 has another primary key: Milvus 2.3 counts and finds such a record, and never
   * hands it out. A number that nobody has by chance.
   */
  static final long STAND_IN = 0x6472_696c_6c62_6b21L;

  private static final String UNNAMED = "embedding";
  private static final String KEY = "id";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * What a collection has beside fields.
   *
   * @param shards how many channels its writes go through
   * @param consistency the level that reads have by default
   * @param partitions over how many partitions a partition key spreads; 0 without one
   * @param loaded whether it was loaded
   * @param properties its properties
   */
  record Settings(
      int shards,
      String consistency,
      long partitions,
      boolean loaded,
      Map<String, String> properties) {
    /** What a collection from elsewhere gets. */
    static final Settings DEFAULT = new Settings(1, "Bounded", 0, true, Map.of());

    /** Orders the properties. */
    Settings {
      consistency = consistency == null ? "Bounded" : consistency;
      properties = properties == null ? Map.of() : new TreeMap<>(properties);
    }
  }

  private MilvusSchema() {}

  /** Returns the attributes that tell Milvus's own of a collection. */
  static Map<String, String> attributes(
      MilvusShape shape, List<MilvusIndexes.Plan> indexes, boolean loaded) {
    DescribeCollectionResponse answer = shape.answer();
    Map<String, String> properties = new TreeMap<>();
    answer.getPropertiesList().forEach(pair -> properties.put(pair.getKey(), pair.getValue()));
    Settings settings =
        new Settings(
            Math.max(1, answer.getShardsNum()),
            answer.getConsistencyLevel().name(),
            shape.byPartitionKey() ? answer.getNumPartitions() : 0,
            loaded,
            properties);
    Map<String, String> attributes = new HashMap<>();
    attributes.put(ATTRIBUTE, print(portable(answer.getSchema())));
    attributes.put(SETTINGS, json(settings));
    attributes.put(MilvusIndexes.ATTRIBUTE, MilvusIndexes.attribute(indexes));
    return attributes;
  }

  /** Returns a schema without what names this very collection: its name, its fields' numbers. */
  private static io.milvus.grpc.CollectionSchema portable(io.milvus.grpc.CollectionSchema schema) {
    io.milvus.grpc.CollectionSchema.Builder builder =
        schema.toBuilder().clearName().clearDbName().clearFields();
    for (FieldSchema field : schema.getFieldsList()) {
      if (!field.getIsDynamic()) {
        builder.addFields(whole(field.toBuilder().clearFieldID().clearState()));
      }
    }
    return builder.build();
  }

  /** Milvus Lite does not tell how long texts and lists may be; Milvus makes no field without. */
  private static FieldSchema.Builder whole(FieldSchema.Builder field) {
    boolean list = field.getDataType() == DataType.Array;
    if ((list ? field.getElementType() : field.getDataType()) == DataType.VarChar) {
      tell(field, "max_length", PART_BYTES);
    }
    if (list) {
      tell(field, "max_capacity", MOST_PARTS);
    }
    return field;
  }

  private static void tell(FieldSchema.Builder field, String parameter, int largest) {
    if (MilvusShape.value(field.getTypeParamsList(), parameter).isEmpty()) {
      field.addTypeParams(pair(parameter, Integer.toString(largest)));
    }
  }

  /** Returns the settings that a schema brings, or those for one from elsewhere. */
  static Settings settings(CollectionSchema schema) {
    try {
      String text = schema.attributes().getOrDefault(SETTINGS, "");
      return text.isEmpty() ? Settings.DEFAULT : MAPPER.readValue(text, Settings.class);
    } catch (JsonProcessingException e) {
      // Another engine's attribute of the same name.
      return Settings.DEFAULT;
    }
  }

  /**
   * Returns the request that creates a collection.
   *
   * @param ownIds whether the server takes ids of ours where it makes them itself
   */
  static CreateCollectionRequest request(CollectionSchema schema, boolean ownIds) {
    Optional<io.milvus.grpc.CollectionSchema> known = known(schema);
    Settings settings = known.isPresent() ? settings(schema) : Settings.DEFAULT;
    Map<String, String> properties = new TreeMap<>(settings.properties());
    io.milvus.grpc.CollectionSchema.Builder fields;
    if (known.isPresent()) {
      fields = known.get().toBuilder();
      if (!ownIds && makesIds(known.get())) {
        keepIds(fields);
        MilvusMarker was = MilvusMarker.of(properties.getOrDefault(MilvusMarker.PROPERTY, ""));
        properties.put(
            MilvusMarker.PROPERTY,
            new MilvusMarker(1, was.idType(), was.texts(), was.names(), was.dimensions(), true)
                .text());
      }
    } else {
      fields = foreign(schema);
      properties.put(MilvusMarker.PROPERTY, marker(schema).text());
    }
    CreateCollectionRequest.Builder request =
        CreateCollectionRequest.newBuilder()
            .setCollectionName(schema.name().name())
            .setSchema(fields.setName(schema.name().name()).build().toByteString())
            .setShardsNum(settings.shards())
            .setConsistencyLevel(consistency(settings.consistency()));
    if (settings.partitions() > 0) {
      request.setNumPartitions(settings.partitions());
    }
    properties.forEach((key, value) -> request.addProperties(pair(key, value)));
    return request.build();
  }

  /** Returns Milvus's own schema where the asked one came from Milvus and has the same vectors. */
  private static Optional<io.milvus.grpc.CollectionSchema> known(CollectionSchema schema) {
    String text = schema.attributes().getOrDefault(ATTRIBUTE, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    io.milvus.grpc.CollectionSchema.Builder builder = io.milvus.grpc.CollectionSchema.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(text, builder);
      DescribeCollectionResponse.Builder answer =
          DescribeCollectionResponse.newBuilder().setSchema(builder);
      settings(schema).properties().forEach((key, value) -> answer.addProperties(pair(key, value)));
      MilvusShape shape = MilvusShape.of(schema.name(), answer.build());
      boolean same =
          shape.layout().equals(schema.layout()) && shape.idType().equals(schema.idType());
      return same ? Optional.of(builder.build()) : Optional.empty();
    } catch (InvalidProtocolBufferException | drillbook.failure.DrillbookException e) {
      // Another engine's attribute of the same name.
      return Optional.empty();
    }
  }

  /** Tells whether a function of a collection of Milvus's own computes vectors of its records. */
  static boolean computesVectors(CollectionSchema schema) {
    return known(schema).stream()
        .flatMap(own -> own.getFieldsList().stream())
        .anyMatch(
            field -> field.getIsFunctionOutput() && MilvusShape.isVector(field.getDataType()));
  }

  /** Tells what other engines do not have of a collection. */
  static List<OwnTrait> own(CollectionSchema schema) {
    List<OwnTrait> traits = new ArrayList<>();
    known(schema)
        .filter(MilvusSchema::makesIds)
        .ifPresent(made ->
            traits.add(
                new OwnTrait(
                    "ids that milvus makes (autoID)",
                    "are kept, and new ones are made by nobody",
                    true,
                    "are kept; the collection makes no new ones, but in Milvus Lite")));
    Settings settings = settings(schema);
    if (settings.properties().containsKey("collection.ttl.seconds")) {
      traits.add(OwnTrait.missed("the time after which records expire"));
    }
    if (settings.partitions() > 0) {
      traits.add(OwnTrait.kept("the partition key"));
    }
    return traits;
  }

  /** The schema's own mark is deprecated, and Milvus Lite's only one. */
  @SuppressWarnings("deprecation")
  private static boolean makesIds(io.milvus.grpc.CollectionSchema schema) {
    return schema.getAutoID() || schema.getFieldsList().stream().anyMatch(FieldSchema::getAutoID);
  }

  @SuppressWarnings("deprecation")
  private static void keepIds(io.milvus.grpc.CollectionSchema.Builder schema) {
    schema.setAutoID(false);
    for (int i = 0; i < schema.getFieldsCount(); i++) {
      schema.setFields(i, schema.getFields(i).toBuilder().setAutoID(false));
    }
  }

  private static io.milvus.grpc.CollectionSchema.Builder foreign(CollectionSchema schema) {
    io.milvus.grpc.CollectionSchema.Builder fields =
        io.milvus.grpc.CollectionSchema.newBuilder().setEnableDynamicField(true);
    boolean integers = schema.idType().equals("integer");
    FieldSchema.Builder key =
        FieldSchema.newBuilder()
            .setName(free(schema.layout(), KEY))
            .setIsPrimaryKey(true)
            .setDataType(integers ? DataType.Int64 : DataType.VarChar);
    if (!integers) {
      key.addTypeParams(pair("max_length", Integer.toString(PART_BYTES)));
    }
    fields.addFields(key);
    for (VectorField vector : schema.layout().vectors()) {
      fields.addFields(
          FieldSchema.newBuilder()
              .setName(fieldName(vector.name()))
              .setDataType(type(vector.elementType()))
              .addTypeParams(pair("dim", Integer.toString(storedDimension(vector)))));
    }
    for (SparseField vector : schema.layout().sparse()) {
      fields.addFields(
          FieldSchema.newBuilder()
              .setName(fieldName(vector.name()))
              .setDataType(DataType.SparseFloatVector));
    }
    return fields.addFields(
        FieldSchema.newBuilder()
            .setName(Reserved.KEY)
            .setDescription("what other fields of a record cannot hold; written by Drillbook")
            .setDataType(DataType.Array)
            .setElementType(DataType.VarChar)
            .addTypeParams(pair("max_length", Integer.toString(PART_BYTES)))
            .addTypeParams(pair("max_capacity", Integer.toString(MOST_PARTS))));
  }

  private static MilvusMarker marker(CollectionSchema schema) {
    Map<String, String> names = new TreeMap<>();
    Map<String, Long> dimensions = new TreeMap<>();
    for (VectorField vector : schema.layout().vectors()) {
      if (!fieldName(vector.name()).equals(vector.name())) {
        names.put(fieldName(vector.name()), vector.name());
      }
      if (storedDimension(vector) != vector.dimension()) {
        dimensions.put(fieldName(vector.name()), (long) vector.dimension());
      }
    }
    for (SparseField vector : schema.layout().sparse()) {
      if (!fieldName(vector.name()).equals(vector.name())) {
        names.put(fieldName(vector.name()), vector.name());
      }
      if (vector.dimension() > 0) {
        dimensions.put(fieldName(vector.name()), vector.dimension());
      }
    }
    boolean plain = schema.idType().equals("text") || schema.idType().equals("integer");
    return new MilvusMarker(1, plain ? "" : schema.idType(), true, names, dimensions, false);
  }

  private static String fieldName(String vector) {
    return vector.isEmpty() ? UNNAMED : vector;
  }

  private static String free(RecordLayout layout, String wanted) {
    String name = wanted;
    boolean taken = true;
    while (taken) {
      String candidate = name;
      taken =
          layout.vectors().stream().anyMatch(field -> field.name().equals(candidate))
              || layout.sparse().stream().anyMatch(field -> field.name().equals(candidate));
      name = taken ? name + "_" : name;
    }
    return name;
  }

  /** Bits are kept in whole bytes. */
  private static int storedDimension(VectorField vector) {
    return vector.elementType() == ElementType.BIT
        ? (vector.dimension() + 7) / 8 * 8
        : vector.dimension();
  }

  private static DataType type(ElementType type) {
    return switch (type) {
      case F32 -> DataType.FloatVector;
      case F16 -> DataType.Float16Vector;
      case BF16 -> DataType.BFloat16Vector;
      case BIT -> DataType.BinaryVector;
      case I8 -> DataType.Int8Vector;
      case F64, U8 -> throw new IllegalArgumentException("milvus has no vectors of " + type);
    };
  }

  private static ConsistencyLevel consistency(String word) {
    for (ConsistencyLevel level : ConsistencyLevel.values()) {
      if (level.name().equals(word) && level != ConsistencyLevel.UNRECOGNIZED) {
        return level;
      }
    }
    return ConsistencyLevel.Bounded;
  }

  static KeyValuePair pair(String key, String value) {
    return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
  }

  private static String print(io.milvus.grpc.CollectionSchema schema) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().sortingMapKeys().print(schema);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
