package drillbook.engine.milvus;

import com.google.protobuf.ByteString;
import drillbook.record.RecordBatch;
import drillbook.record.Reserved;
import io.milvus.grpc.DataType;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.JSONArray;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.StringArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The columns of one request, filled record by record. */
final class MilvusRows {
  private final MilvusShape shape;
  private final LongArray.Builder numbers = LongArray.newBuilder();
  private final StringArray.Builder texts = StringArray.newBuilder();
  private final List<MilvusVectors> dense = new ArrayList<>();
  private final List<MilvusVectors> sparse = new ArrayList<>();
  private final Map<String, MilvusScalars> scalars = new LinkedHashMap<>();
  private final JSONArray.Builder dynamic = JSONArray.newBuilder();
  private final List<ScalarField> parts = new ArrayList<>();
  private final List<MilvusKeys.Key> keys = new ArrayList<>();
  private int size;
  private long bytes;

  MilvusRows(MilvusShape shape) {
    this.shape = shape;
    for (MilvusShape.Dense one : shape.dense()) {
      long dimension =
          MilvusShape.value(one.field().getTypeParamsList(), "dim").map(Long::parseLong).orElse(0L);
      dense.add(new MilvusVectors(one.field(), dimension));
    }
    shape.sparse().forEach(one -> sparse.add(new MilvusVectors(one.field(), 0)));
    shape.scalars().forEach((name, field) -> scalars.put(name, new MilvusScalars(field)));
  }

  /** Returns how many records were added. */
  int size() {
    return size;
  }

  /** Returns the primary keys of the records. */
  List<MilvusKeys.Key> keys() {
    return keys;
  }

  /** Returns about how many bytes they take. */
  long bytes() {
    return bytes;
  }

  /** Adds a record's value of a field, which holds it. */
  void addScalar(String field, @Nullable Object value) {
    Objects.requireNonNull(scalars.get(field), field).add(value);
    bytes += value instanceof String text ? text.length() : Double.BYTES;
  }

  /** Adds a record's dynamic field and what Drillbook's own field holds of it. */
  void addPayload(ByteString json, List<String> texts) {
    dynamic.addData(json);
    parts.add(
        ScalarField.newBuilder().setStringData(StringArray.newBuilder().addAllData(texts)).build());
    bytes += json.size();
    for (String text : texts) {
      bytes += text.length();
    }
  }

  /** Adds a record's vectors. */
  void addVectors(RecordBatch batch, int record) {
    for (int i = 0; i < dense.size(); i++) {
      dense.get(i).add(batch.vectors().get(i), record);
      bytes += batch.vectors().get(i).bits().length(record);
    }
    for (int i = 0; i < sparse.size(); i++) {
      sparse.get(i).add(batch.sparse().get(i), record);
      bytes += 2L * batch.sparse().get(i).positions().length(record);
    }
  }

  /** Ends a record. */
  void end(MilvusKeys.Key key, int keyBytes) {
    keys.add(key);
    if (shape.integerKey()) {
      numbers.addData(key.number());
    } else {
      texts.addData(key.text());
    }
    bytes += keyBytes;
    size++;
  }

  /** Returns the columns. */
  List<FieldData> columns() {
    List<FieldData> columns = new ArrayList<>();
    ScalarField.Builder ids = ScalarField.newBuilder();
    if (shape.integerKey()) {
      ids.setLongData(numbers);
    } else {
      ids.setStringData(texts);
    }
    columns.add(
        FieldData.newBuilder()
            .setFieldName(shape.key().getName())
            .setType(shape.key().getDataType())
            .setScalars(ids)
            .build());
    dense.forEach(column -> columns.add(column.column()));
    sparse.forEach(column -> columns.add(column.column()));
    scalars.values().forEach(column -> columns.add(column.column()));
    if (shape.parts()) {
      ScalarField.Builder arrays = ScalarField.newBuilder();
      arrays.getArrayDataBuilder().setElementType(DataType.VarChar).addAllData(parts);
      columns.add(
          FieldData.newBuilder()
              .setFieldName(Reserved.KEY)
              .setType(DataType.Array)
              .setScalars(arrays)
              .build());
    }
    if (shape.dynamic()) {
      columns.add(
          FieldData.newBuilder()
              .setFieldName(MilvusShape.META)
              .setType(DataType.JSON)
              .setIsDynamic(true)
              .setScalars(ScalarField.newBuilder().setJsonData(dynamic))
              .build());
    }
    return columns;
  }
}
