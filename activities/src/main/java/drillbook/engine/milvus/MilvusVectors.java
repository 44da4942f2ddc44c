package drillbook.engine.milvus;

import com.google.protobuf.ByteString;
import drillbook.record.BytesColumn;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import io.milvus.grpc.DataType;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.FloatArray;
import io.milvus.grpc.SparseFloatArray;
import io.milvus.grpc.VectorField;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A column of vectors in a request, built record by record from a batch's bits. */
final class MilvusVectors {
  private final FieldSchema field;
  private final long dimension;
  private final FloatArray.Builder floats = FloatArray.newBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final SparseFloatArray.Builder sparse = SparseFloatArray.newBuilder();
  private final List<Boolean> valid = new ArrayList<>();

  /**
   * Creates an empty column.
   *
   * @param dimension as the field has it; 0 for sparse vectors
   */
  MilvusVectors(FieldSchema field, long dimension) {
    this.field = field;
    this.dimension = dimension;
  }

  /** Appends a record's vector; nothing or zeros where it has none. */
  void add(VectorColumn column, int record) {
    boolean present = mark(column.isPresent(record));
    if (present && column.isPresent(record)) {
      BytesColumn bits = column.bits();
      if (field.getDataType() == DataType.FloatVector) {
        ByteBuffer view = bits.view(record);
        while (view.hasRemaining()) {
          floats.addData(view.getFloat());
        }
      } else {
        bytes.write(bits.data(), bits.offset(record), bits.length(record));
      }
    } else if (present && field.getDataType() == DataType.FloatVector) {
      for (int i = 0; i < dimension; i++) {
        floats.addData(0);
      }
    } else if (present) {
      int length = column.field().elementType().bytes(Math.toIntExact(dimension));
      bytes.write(new byte[length], 0, length);
    }
  }

  /**
   * Appends of a record's sparse vector what Milvus takes; nothing or an empty one where it has
   * none.
   */
  void add(SparseColumn column, int record) {
    if (!mark(column.isPresent(record))) {
      return;
    }
    byte[] pairs =
        MilvusParts.taken(
            column.isPresent(record)
                ? MilvusParts.pairs(column.positions().get(record), column.values().get(record))
                : new byte[0]);
    int last = ByteBuffer.wrap(pairs).order(ByteOrder.LITTLE_ENDIAN).getInt(pairs.length - 8);
    sparse.setDim(Math.max(sparse.getDim(), Integer.toUnsignedLong(last) + 1));
    sparse.addContents(ByteString.copyFrom(pairs));
  }

  /**
   * Tells whether the column gets a value; a field that may be null gets none for an absent one.
   */
  private boolean mark(boolean present) {
    if (field.getNullable()) {
      valid.add(present);
    }
    return present || !field.getNullable();
  }

  /** Returns the column. */
  FieldData column() {
    VectorField.Builder vectors = VectorField.newBuilder().setDim(dimension);
    ByteString bits = ByteString.copyFrom(bytes.toByteArray());
    switch (field.getDataType()) {
      case FloatVector -> vectors.setFloatVector(floats);
      case Float16Vector -> vectors.setFloat16Vector(bits);
      case BFloat16Vector -> vectors.setBfloat16Vector(bits);
      case BinaryVector -> vectors.setBinaryVector(bits);
      case Int8Vector -> vectors.setInt8Vector(bits);
      default -> vectors.setDim(sparse.getDim()).setSparseFloatVector(sparse);
    }
    return FieldData.newBuilder()
        .setFieldName(field.getName())
        .setType(field.getDataType())
        .setVectors(vectors)
        .addAllValidData(valid)
        .build();
  }
}
