package drillbook.engine.milvus;

import com.google.protobuf.ByteString;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.FloatArray;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.VectorField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of one answer, column by column. Used by one thread. */
final class MilvusReader {
  private final MilvusShape shape;
  private final Map<String, Column> columns = new HashMap<>();
  private final int rows;
  private float[] floats = new float[0];

  /** A column and where each record's value is in it: absent ones may take no place. */
  private record Column(FieldData data, int @Nullable [] places) {
    static Column of(FieldData data, int rows) {
      int valid = data.getValidDataCount();
      if (valid != rows || size(data) == rows) {
        return new Column(data, valid == rows ? places(data, false) : null);
      }
      return new Column(data, places(data, true));
    }

    private static int[] places(FieldData data, boolean dense) {
      int[] places = new int[data.getValidDataCount()];
      int next = 0;
      for (int row = 0; row < places.length; row++) {
        places[row] = data.getValidData(row) ? (dense ? next : row) : -1;
        next += data.getValidData(row) ? 1 : 0;
      }
      return places;
    }

    private static int size(FieldData data) {
      if (data.hasScalars()) {
        return MilvusScalars.size(data.getScalars());
      }
      VectorField vectors = data.getVectors();
      int dimension = Math.toIntExact(Math.max(1, vectors.getDim()));
      return switch (vectors.getDataCase()) {
        case FLOAT_VECTOR -> vectors.getFloatVector().getDataCount() / dimension;
        case BINARY_VECTOR -> vectors.getBinaryVector().size() * 8 / dimension;
        case FLOAT16_VECTOR -> vectors.getFloat16Vector().size() / 2 / dimension;
        case BFLOAT16_VECTOR -> vectors.getBfloat16Vector().size() / 2 / dimension;
        case INT8_VECTOR -> vectors.getInt8Vector().size() / dimension;
        case SPARSE_FLOAT_VECTOR -> vectors.getSparseFloatVector().getContentsCount();
        default -> 0;
      };
    }

    /** Returns where a record's value is; negative where it has none. */
    int place(int row) {
      return places == null ? row : places[row];
    }
  }

  MilvusReader(MilvusShape shape, List<FieldData> data) {
    this.shape = shape;
    int count = 0;
    for (FieldData column : data) {
      if (column.getFieldName().equals(shape.key().getName())) {
        count = MilvusScalars.size(column.getScalars());
      }
    }
    this.rows = count;
    for (FieldData column : data) {
      String name = column.getIsDynamic() ? MilvusShape.META : column.getFieldName();
      columns.put(name, Column.of(column, count));
    }
  }

  /** Returns how many records there are. */
  int rows() {
    return rows;
  }

  /** Returns a record's primary key, as text. */
  String key(int row) {
    ScalarField keys = column(shape.key().getName()).data().getScalars();
    return keys.hasLongData()
        ? Long.toString(keys.getLongData().getData(row))
        : keys.getStringData().getData(row);
  }

  /** Returns a record's encoded id. */
  byte[] id(int row) throws DrillbookException {
    return content(row).id().orElseGet(() -> ownId(row));
  }

  /** Appends a record to a batch of the collection's layout. */
  void append(int row, RecordBatch batch) throws DrillbookException {
    Map<String, @Nullable Object> stored = stored(row);
    Optional<String> document = text(stored, MilvusWriter.DOCUMENT);
    Optional<String> uri = text(stored, MilvusWriter.URI);
    Reserved.Content content = unpack(row, stored);
    batch.ids().add(content.id().orElseGet(() -> ownId(row)));
    Set<String> absent = MilvusParts.absent(parts(row));
    for (int i = 0; i < shape.dense().size(); i++) {
      if (absent.contains(shape.dense().get(i).field().getName())) {
        continue;
      }
      addDense(row, shape.dense().get(i), batch.vectors().get(i));
    }
    for (int i = 0; i < shape.sparse().size(); i++) {
      if (absent.contains(shape.sparse().get(i).field().getName())) {
        continue;
      }
      addSparse(row, shape.sparse().get(i), batch.sparse().get(i));
    }
    content.payload().ifPresent(payload -> batch.payloads().add(Payload.encode(payload)));
    document
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .or(content::document)
        .ifPresent(batch.documents()::add);
    uri.map(text -> text.getBytes(StandardCharsets.UTF_8))
        .or(content::uri)
        .ifPresent(batch.uris()::add);
    batch.endRecord();
  }

  private byte[] ownId(int row) {
    ScalarField keys = column(shape.key().getName()).data().getScalars();
    return keys.hasLongData()
        ? RecordId.of(keys.getLongData().getData(row))
        : RecordId.of(keys.getStringData().getData(row));
  }

  private Reserved.Content content(int row) throws DrillbookException {
    return unpack(row, stored(row));
  }

  private Reserved.Content unpack(int row, Map<String, @Nullable Object> stored)
      throws DrillbookException {
    try {
      return Reserved.unpack(stored);
    } catch (IOException e) {
      throw corrupt(row, e);
    }
  }

  /** Returns what Milvus has of a record beside key and vectors. */
  private Map<String, @Nullable Object> stored(int row) throws DrillbookException {
    Map<String, @Nullable Object> stored = new LinkedHashMap<>();
    try {
      Column dynamic = columns.get(MilvusShape.META);
      if (dynamic != null && dynamic.place(row) >= 0) {
        ByteString json = dynamic.data().getScalars().getJsonData().getData(dynamic.place(row));
        if (MilvusPayload.decode(json.newInput()) instanceof Map<?, ?> map) {
          map.forEach((key, value) -> stored.put((String) key, value));
        }
      }
      for (FieldSchema field : shape.scalars().values()) {
        Column column = column(field.getName());
        int place = column.place(row);
        stored.put(
            field.getName(),
            place < 0
                ? null
                : MilvusScalars.value(
                    field.getDataType(),
                    field.getElementType(),
                    column.data().getScalars(),
                    place));
      }
    } catch (IOException e) {
      throw corrupt(row, e);
    }
    String carried = MilvusParts.reserved(parts(row));
    if (!carried.isEmpty()) {
      stored.put(Reserved.KEY, carried);
    }
    return stored;
  }

  /** Returns what Drillbook's own field holds of a record; nothing where there is no such field. */
  private List<String> parts(int row) {
    Column parts = columns.get(Reserved.KEY);
    return shape.parts() && parts != null
        ? parts.data().getScalars().getArrayData().getData(row).getStringData().getDataList()
        : List.of();
  }

  private Optional<String> text(Map<String, @Nullable Object> stored, String entry) {
    if (shape.marker().texts() && stored.get(entry) instanceof String text) {
      stored.remove(entry);
      return Optional.of(text);
    }
    return Optional.empty();
  }

  private void addDense(int row, MilvusShape.Dense field, VectorColumn into) {
    Column column = column(field.field().getName());
    int place = column.place(row);
    if (place < 0) {
      return;
    }
    VectorField vectors = column.data().getVectors();
    int dimension = field.vector().dimension();
    switch (vectors.getDataCase()) {
      case FLOAT_VECTOR -> {
        FloatArray values = vectors.getFloatVector();
        if (floats.length < dimension) {
          floats = new float[dimension];
        }
        for (int i = 0; i < dimension; i++) {
          floats[i] = values.getData(place * dimension + i);
        }
        into.add(floats, 0, dimension);
      }
      case BINARY_VECTOR -> addBytes(vectors.getBinaryVector(), place, dimension, into);
      case FLOAT16_VECTOR -> addBytes(vectors.getFloat16Vector(), place, dimension, into);
      case BFLOAT16_VECTOR -> addBytes(vectors.getBfloat16Vector(), place, dimension, into);
      case INT8_VECTOR -> addBytes(vectors.getInt8Vector(), place, dimension, into);
      default -> {}
    }
  }

  private static void addBytes(ByteString all, int place, int dimension, VectorColumn into) {
    int length = into.field().elementType().bytes(dimension);
    byte[] bits = new byte[length];
    all.substring(place * length, (place + 1) * length).copyTo(bits, 0);
    into.add(bits, 0, dimension, 1);
  }

  private void addSparse(int row, MilvusShape.Sparse field, SparseColumn into) {
    Column column = column(field.field().getName());
    int place = column.place(row);
    if (place < 0) {
      return;
    }
    byte[] pairs =
        MilvusParts.sparse(parts(row), field.field().getName())
            .orElseGet(() ->
                column.data().getVectors().getSparseFloatVector().getContents(place).toByteArray());
    byte[] positions = new byte[pairs.length / 2];
    byte[] values = new byte[pairs.length / 2];
    for (int i = 0; i < pairs.length / 8; i++) {
      System.arraycopy(pairs, i * 8, positions, i * 4, 4);
      System.arraycopy(pairs, i * 8 + 4, values, i * 4, 4);
    }
    into.add(positions, values);
  }

  private Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalStateException("the answer has no column '" + name + "'");
    }
    return column;
  }

  private DrillbookException corrupt(int row, IOException cause) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "record '"
            + key(row)
            + "' of "
            + shape.name()
            + " could not be read: "
            + cause.getMessage(),
        "",
        cause);
  }
}
