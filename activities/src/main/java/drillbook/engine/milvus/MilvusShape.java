package drillbook.engine.milvus;

import drillbook.engine.CollectionName;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import io.milvus.grpc.DataType;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.KeyValuePair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A collection as the server describes it, its fields told apart by what they are to a record.
 *
 * @param name where it is
 * @param id Milvus's own, which no rename changes; 0 in Milvus Lite
 * @param key the primary key
 * @param dense fields of dense vectors, in the order of the layout, which is not the schema's
 * @param sparse fields of sparse vectors that are written, not computed, in the layout's order
 * @param scalars all other fields, by name, in the schema's order: payload
 * @param dynamic whether records may have further payload
 * @param parts whether it has Drillbook's own field
 * @param byPartitionKey whether Milvus spreads records over partitions by a field
 * @param marker what the schema cannot say
 * @param answer the whole description
 */
record MilvusShape(
    CollectionName name,
    long id,
    FieldSchema key,
    List<Dense> dense,
    List<Sparse> sparse,
    Map<String, FieldSchema> scalars,
    boolean dynamic,
    boolean parts,
    boolean byPartitionKey,
    MilvusMarker marker,
    DescribeCollectionResponse answer) {
  /** The dynamic field. */
  static final String META = "$meta";

  /** A dense vector's field. */
  record Dense(FieldSchema field, VectorField vector) {}

  /** A sparse vector's field. */
  record Sparse(FieldSchema field, SparseField vector) {}

  /**
   * Reads a description.
   *
   * @throws DrillbookException UNSUPPORTED when it has a field that records cannot be read of
   */
  static MilvusShape of(CollectionName name, DescribeCollectionResponse answer)
      throws DrillbookException {
    MilvusMarker marker =
        MilvusMarker.of(value(answer.getPropertiesList(), MilvusMarker.PROPERTY).orElse(""));
    List<Dense> dense = new ArrayList<>();
    List<Sparse> sparse = new ArrayList<>();
    Map<String, FieldSchema> scalars = new LinkedHashMap<>();
    FieldSchema key = FieldSchema.getDefaultInstance();
    boolean parts = false;
    boolean byPartitionKey = false;
    for (FieldSchema field : answer.getSchema().getFieldsList()) {
      if (field.getIsDynamic() || field.getIsFunctionOutput()) {
        // The dynamic field is read as such, and what a function computes is computed again.
        continue;
      }
      Optional<ElementType> elements = elements(field.getDataType());
      byPartitionKey |= field.getIsPartitionKey();
      if (field.getIsPrimaryKey()) {
        key = field;
      } else if (elements.isPresent()) {
        dense.add(new Dense(field, dense(field, elements.get(), marker)));
      } else if (field.getDataType() == DataType.SparseFloatVector) {
        sparse.add(new Sparse(field, sparse(field, marker)));
      } else if (isParts(field)) {
        parts = true;
      } else {
        requireReadable(name, field);
        scalars.put(field.getName(), field);
      }
    }
    if (answer.getSchema().getStructArrayFieldsCount() > 0) {
      throw unsupported(name, answer.getSchema().getStructArrayFields(0).getName(), "structs");
    }
    // Columns of records are in the layout's order, and are paired with these by position.
    dense.sort(Comparator.comparing(one -> one.vector().name()));
    sparse.sort(Comparator.comparing(one -> one.vector().name()));
    return new MilvusShape(
        name,
        answer.getCollectionID(),
        key,
        List.copyOf(dense),
        List.copyOf(sparse),
        scalars,
        answer.getSchema().getEnableDynamicField(),
        parts,
        byPartitionKey,
        marker,
        answer);
  }

  /** Returns the same shape for answers that lack the fields of payload. */
  MilvusShape withoutScalars() {
    return new MilvusShape(
        name, id, key, dense, sparse, Map.of(), dynamic, parts, byPartitionKey, marker, answer);
  }

  /** Returns the columns that records have beside payload. */
  RecordLayout layout() {
    return new RecordLayout(
        dense.stream().map(Dense::vector).toList(), sparse.stream().map(Sparse::vector).toList());
  }

  /** Returns what the records' ids are. */
  String idType() {
    if (!marker.idType().isEmpty()) {
      return marker.idType();
    }
    return integerKey() ? "integer" : "text";
  }

  boolean integerKey() {
    return key.getDataType() == DataType.Int64;
  }

  /** Returns the names of all fields that a query has to ask for. */
  List<String> asked() {
    List<String> names = new ArrayList<>();
    names.add(key.getName());
    dense.forEach(one -> names.add(one.field().getName()));
    sparse.forEach(one -> names.add(one.field().getName()));
    names.addAll(scalars.keySet());
    if (dynamic) {
      names.add(META);
    }
    if (parts) {
      names.add(Reserved.KEY);
    }
    return names;
  }

  /** Returns the names of fields that hold vectors, computed ones too: all need an index. */
  List<FieldSchema> vectorFields() {
    return answer.getSchema().getFieldsList().stream()
        .filter(field -> isVector(field.getDataType()))
        .toList();
  }

  /** Returns the field of a vector by its name in the layout. */
  Optional<FieldSchema> fieldOf(String vector) {
    for (Dense one : dense) {
      if (one.vector().name().equals(vector)) {
        return Optional.of(one.field());
      }
    }
    return sparse.stream()
        .filter(one -> one.vector().name().equals(vector))
        .map(Sparse::field)
        .findFirst();
  }

  /** Returns the name in the layout of the vector that a field holds; empty where it holds none. */
  Optional<String> vectorOf(String field) {
    for (Dense one : dense) {
      if (one.field().getName().equals(field)) {
        return Optional.of(one.vector().name());
      }
    }
    return sparse.stream()
        .filter(one -> one.field().getName().equals(field))
        .map(one -> one.vector().name())
        .findFirst();
  }

  static boolean isVector(DataType type) {
    return elements(type).isPresent() || type == DataType.SparseFloatVector;
  }

  private static boolean isParts(FieldSchema field) {
    return field.getName().equals(Reserved.KEY)
        && field.getDataType() == DataType.Array
        && field.getElementType() == DataType.VarChar;
  }

  private static Optional<ElementType> elements(DataType type) {
    return switch (type) {
      case FloatVector -> Optional.of(ElementType.F32);
      case Float16Vector -> Optional.of(ElementType.F16);
      case BFloat16Vector -> Optional.of(ElementType.BF16);
      case BinaryVector -> Optional.of(ElementType.BIT);
      case Int8Vector -> Optional.of(ElementType.I8);
      default -> Optional.empty();
    };
  }

  private static VectorField dense(FieldSchema field, ElementType type, MilvusMarker marker) {
    long stored = Long.parseLong(value(field.getTypeParamsList(), "dim").orElse("0"));
    long dimension = marker.dimensions().getOrDefault(field.getName(), stored);
    return new VectorField(
        marker.names().getOrDefault(field.getName(), field.getName()),
        type,
        Math.toIntExact(dimension),
        false);
  }

  private static SparseField sparse(FieldSchema field, MilvusMarker marker) {
    return new SparseField(
        marker.names().getOrDefault(field.getName(), field.getName()),
        ElementType.F32,
        marker.dimensions().getOrDefault(field.getName(), 0L));
  }

  private static void requireReadable(CollectionName name, FieldSchema field)
      throws DrillbookException {
    switch (field.getDataType()) {
      case Bool, Int8, Int16, Int32, Int64, Float, Double, VarChar, JSON, Array -> {}
      default -> throw unsupported(name, field.getName(), field.getDataType().name());
    }
  }

  private static DrillbookException unsupported(CollectionName name, String field, String type) {
    return new DrillbookException(
        FailureKind.UNSUPPORTED,
        "collection " + name + " cannot be read: its field '" + field + "' is of type " + type,
        "Leave the collection out, or drop the field.");
  }

  /** Returns a value of a list of pairs. */
  static Optional<String> value(List<KeyValuePair> pairs, String key) {
    return pairs.stream()
        .filter(pair -> pair.getKey().equals(key))
        .map(KeyValuePair::getValue)
        .findFirst();
  }
}
