package drillbook.engine.milvus;

import com.google.protobuf.ByteString;
import io.milvus.grpc.ArrayArray;
import io.milvus.grpc.BoolArray;
import io.milvus.grpc.DataType;
import io.milvus.grpc.DoubleArray;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.FloatArray;
import io.milvus.grpc.IntArray;
import io.milvus.grpc.JSONArray;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.StringArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Payload in fields of its own: which values a field holds, and its column in a request. */
final class MilvusScalars {
  private final FieldSchema field;
  private final ScalarField.Builder values = ScalarField.newBuilder();
  private final List<Boolean> valid = new ArrayList<>();

  MilvusScalars(FieldSchema field) {
    this.field = field;
    if (field.getDataType() == DataType.Array) {
      values.getArrayDataBuilder().setElementType(field.getElementType());
    }
  }

  /** Tells whether a field gives a value back as it was. */
  static boolean holds(FieldSchema field, @Nullable Object value) {
    if (value == null) {
      return field.getNullable();
    }
    if (field.getDataType() == DataType.Array) {
      int most =
          MilvusShape.value(field.getTypeParamsList(), "max_capacity")
              .map(Integer::parseInt)
              .orElse(MilvusSchema.MOST_PARTS);
      return value instanceof List<?> list
          && list.size() <= most
          && list.stream()
              .allMatch(item -> item != null && holds(field.getElementType(), field, item));
    }
    return holds(field.getDataType(), field, value);
  }

  private static boolean holds(DataType type, FieldSchema field, Object value) {
    return switch (type) {
      case Bool -> value instanceof Boolean;
      case Int8 -> value instanceof Long number && number == number.byteValue();
      case Int16 -> value instanceof Long number && number == number.shortValue();
      case Int32 -> value instanceof Long number && number == number.intValue();
      case Int64 -> value instanceof Long;
      case Float ->
          value instanceof Double number
              && Double.isFinite(number)
              && Double.compare(number, number.floatValue()) == 0;
      case Double -> value instanceof Double number && Double.isFinite(number);
      case VarChar ->
          value instanceof String text
              && text.getBytes(StandardCharsets.UTF_8).length
                  <= MilvusShape.value(field.getTypeParamsList(), "max_length")
                      .map(Integer::parseInt)
                      .orElse(MilvusSchema.PART_BYTES);
      case JSON ->
          MilvusPayload.holds(value)
              && MilvusPayload.encode(value).length <= MilvusWriter.DYNAMIC_BYTES;
      default -> false;
    };
  }

  /** Appends a value that the field holds; null where it may be null. */
  void add(@Nullable Object value) {
    if (field.getNullable()) {
      valid.add(value != null);
    }
    if (value != null) {
      append(values, field.getDataType(), value);
    }
  }

  private void append(ScalarField.Builder to, DataType type, Object value) {
    switch (type) {
      case Bool -> to.getBoolDataBuilder().addData((Boolean) value);
      case Int8, Int16, Int32 -> to.getIntDataBuilder().addData(((Long) value).intValue());
      case Int64 -> to.getLongDataBuilder().addData((Long) value);
      case Float -> to.getFloatDataBuilder().addData(((Double) value).floatValue());
      case Double -> to.getDoubleDataBuilder().addData((Double) value);
      case VarChar -> to.getStringDataBuilder().addData((String) value);
      case JSON ->
          to.getJsonDataBuilder().addData(ByteString.copyFrom(MilvusPayload.encode(value)));
      case Array -> {
        ScalarField.Builder row = empty(field.getElementType());
        for (Object item : (List<?>) value) {
          append(row, field.getElementType(), java.util.Objects.requireNonNull(item));
        }
        to.getArrayDataBuilder().addData(row);
      }
      default -> throw new IllegalArgumentException("no scalar: " + type);
    }
  }

  /** An array's row says its type even where it is empty. */
  private static ScalarField.Builder empty(DataType type) {
    ScalarField.Builder row = ScalarField.newBuilder();
    switch (type) {
      case Bool -> row.setBoolData(BoolArray.getDefaultInstance());
      case Int8, Int16, Int32 -> row.setIntData(IntArray.getDefaultInstance());
      case Int64 -> row.setLongData(LongArray.getDefaultInstance());
      case Float -> row.setFloatData(FloatArray.getDefaultInstance());
      case Double -> row.setDoubleData(DoubleArray.getDefaultInstance());
      default -> row.setStringData(StringArray.getDefaultInstance());
    }
    return row;
  }

  /** Returns the column. */
  FieldData column() {
    return FieldData.newBuilder()
        .setFieldName(field.getName())
        .setType(field.getDataType())
        .setScalars(values)
        .addAllValidData(valid)
        .build();
  }

  /**
   * Returns a value of a column of an answer.
   *
   * @throws IOException when JSON is malformed
   */
  static @Nullable Object value(DataType type, DataType elements, ScalarField column, int index)
      throws IOException {
    return switch (type) {
      case Bool -> column.getBoolData().getData(index);
      case Int8, Int16, Int32 -> (long) column.getIntData().getData(index);
      case Int64 -> column.getLongData().getData(index);
      case Float -> (double) column.getFloatData().getData(index);
      case Double -> column.getDoubleData().getData(index);
      case VarChar, String -> column.getStringData().getData(index);
      case JSON -> {
        JSONArray json = column.getJsonData();
        yield MilvusPayload.decode(json.getData(index).newInput());
      }
      case Array -> {
        ArrayArray arrays = column.getArrayData();
        ScalarField row = arrays.getData(index);
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size(row); i++) {
          list.add(value(elements, elements, row, i));
        }
        yield list;
      }
      default -> throw new IOException("no scalar: " + type);
    };
  }

  /** Returns how many values a column has. */
  static int size(ScalarField column) {
    return switch (column.getDataCase()) {
      case BOOL_DATA -> column.getBoolData().getDataCount();
      case INT_DATA -> column.getIntData().getDataCount();
      case LONG_DATA -> column.getLongData().getDataCount();
      case FLOAT_DATA -> column.getFloatData().getDataCount();
      case DOUBLE_DATA -> column.getDoubleData().getDataCount();
      case STRING_DATA -> column.getStringData().getDataCount();
      case JSON_DATA -> column.getJsonData().getDataCount();
      case ARRAY_DATA -> column.getArrayData().getDataCount();
      default -> 0;
    };
  }
}
