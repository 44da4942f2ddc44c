package drillbook.engine.pgvector;

import drillbook.engine.pgvector.TableShape.Column;
import drillbook.engine.pgvector.copy.Bytes;
import drillbook.engine.pgvector.copy.CopyReader;
import drillbook.engine.pgvector.copy.JsonValues;
import drillbook.engine.pgvector.copy.ValueCodec;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.CanonicalCbor;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.VectorField;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows of a table into records. Vectors go from the server's order of bytes to ours without
 * becoming numbers. Not thread-safe.
 */
final class RowReader {
  /** Which part of a record a column holds. */
  enum Part {
    ID,
    DENSE,
    SPARSE,
    DOCUMENT,
    URI,
    /** The whole payload, in a table made for another engine's records. */
    PAYLOAD,
    /** One entry of the payload, named as the column. */
    FIELD,
    TENANT
  }

  /**
   * A column that is read and written.
   *
   * @param part what it holds
   * @param place among the parts of the same kind: the id's, the layout's
   * @param key its name as CBOR text, for fields
   */
  record Slot(Column column, Part part, int place, ValueCodec codec, byte[] key) {
    static Slot of(Column column, Part part, int place) {
      return new Slot(
          column,
          part,
          place,
          ValueCodec.of(column.base()),
          new CanonicalCbor().text(column.name()).toByteArray());
    }

    /** Returns the expression that selects the column in a form that is understood here. */
    String expression() {
      boolean cast = codec == ValueCodec.CAST && (part == Part.FIELD || part == Part.TENANT);
      return TableDdl.quote(column.name()) + (cast ? "::text" : "");
    }
  }

  private final List<Slot> slots;
  private final List<Slot> fields;
  private final boolean mapped;
  private final int idParts;
  private final boolean mixedIds;
  private final CanonicalCbor cbor = new CanonicalCbor();
  private byte[] swapped = new byte[4096];

  RowReader(TableShape shape) {
    this.slots = slots(shape).stream().filter(slot -> slot.part() != Part.TENANT).toList();
    this.fields = slots.stream().filter(slot -> slot.part() == Part.FIELD).toList();
    this.mapped = slots.stream().anyMatch(slot -> slot.part() == Part.PAYLOAD);
    this.idParts = shape.idColumns().size();
    this.mixedIds = shape.hasMixedIds();
  }

  /** Returns what is read and written of a table, the id first, fields in the payload's order. */
  static List<Slot> slots(TableShape shape) {
    List<Slot> slots = new ArrayList<>();
    List<String> ids = shape.idColumns().stream().map(Column::name).toList();
    for (int i = 0; i < ids.size(); i++) {
      slots.add(Slot.of(shape.column(ids.get(i)), Part.ID, i));
    }
    List<Slot> fields = new ArrayList<>();
    boolean mapped = shape.mapping().isPresent();
    RecordLayout layout = shape.layout();
    for (Column column : shape.columns()) {
      String name = column.name();
      if (column.isGenerated() || ids.contains(name)) {
        continue;
      }
      if (name.equals(shape.roles().tenant())) {
        slots.add(Slot.of(column, Part.TENANT, 0));
      } else if (column.element().isPresent() && !shape.key().contains(name)) {
        slots.add(Slot.of(column, Part.DENSE, layout.vector(shape.vectorName(column))));
      } else if (column.isSparse()) {
        slots.add(Slot.of(column, Part.SPARSE, layout.sparse(shape.vectorName(column))));
      } else if (name.equals(shape.roles().document())) {
        slots.add(Slot.of(column, Part.DOCUMENT, 0));
      } else if (name.equals(shape.roles().uri())) {
        slots.add(Slot.of(column, Part.URI, 0));
      } else if (mapped && name.equals(TableShape.Mapping.PAYLOAD)) {
        slots.add(Slot.of(column, Part.PAYLOAD, 0));
      } else {
        fields.add(Slot.of(column, Part.FIELD, 0));
      }
    }
    fields.sort((left, right) -> Arrays.compareUnsigned(left.key(), right.key()));
    slots.addAll(fields);
    return slots;
  }

  /** Returns the number of columns that are selected. */
  int columns() {
    return slots.size();
  }

  /** Returns what is selected. */
  String selection() {
    return slots.stream().map(Slot::expression).collect(Collectors.joining(", "));
  }

  /** Returns what is selected where each row has its id, and the rest on a condition. */
  String selectionWhere(String condition) {
    return slots.stream()
        .map(slot ->
            slot.part() == Part.ID
                ? slot.expression()
                : "CASE WHEN " + condition + " THEN " + slot.expression() + " END")
        .collect(Collectors.joining(", "));
  }

  /** Returns the id that a row has; the columns of the id begin at {@code first}. */
  byte[] id(CopyReader row, int first) throws IOException {
    cbor.clear();
    if (idParts > 1) {
      cbor.array(idParts);
    }
    for (int i = 0; i < idParts; i++) {
      int column = first + i;
      if (row.isNull(column)) {
        throw new IOException("null in the primary key");
      }
      if (mixedIds) {
        String text =
            new String(row.data(), row.offset(column), row.length(column), StandardCharsets.UTF_8);
        return mixedId(text);
      }
      slots.get(i).codec().toCbor(cbor, row.data(), row.offset(column), row.length(column));
    }
    return cbor.toByteArray();
  }

  private static byte[] mixedId(String text) throws IOException {
    try {
      return RecordId.ofParts(
          List.of(text.indexOf('-') > 0 ? UUID.fromString(text) : new BigInteger(text)));
    } catch (IllegalArgumentException e) {
      throw new IOException("id '" + text + "' is neither an integer nor a uuid", e);
    }
  }

  /**
   * Appends a row to a batch.
   *
   * @param first where in the row the selection begins
   * @throws DrillbookException CORRUPT, with the id, when a value is not of its column's type
   */
  void append(CopyReader row, int first, RecordBatch batch) throws DrillbookException {
    byte[] id = new byte[0];
    String column = "";
    try {
      id = id(row, first);
      batch.ids().add(id);
      for (int i = 0; i < slots.size(); i++) {
        column = slots.get(i).column().name();
        if (!row.isNull(first + i)) {
          part(slots.get(i), row, first + i, batch);
        }
      }
      column = "payload";
      payload(row, first, batch);
      batch.endRecord();
    } catch (IOException | IllegalArgumentException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "record "
              + (id.length == 0 ? "without id" : RecordId.print(id))
              + " could not be read, column "
              + column
              + ": "
              + e.getMessage()
              + " [COPY]",
          "",
          e);
    }
  }

  private void part(Slot slot, CopyReader row, int index, RecordBatch batch) throws IOException {
    byte[] data = row.data();
    int offset = row.offset(index);
    int length = row.length(index);
    switch (slot.part()) {
      case DENSE -> dense(slot, data, offset, length, batch);
      case SPARSE -> sparse(slot, data, offset, length, batch);
      case DOCUMENT -> batch.documents().add(data, offset, length);
      case URI -> batch.uris().add(data, offset, length);
      case ID, PAYLOAD, FIELD, TENANT -> {}
    }
  }

  private void dense(Slot slot, byte[] data, int offset, int length, RecordBatch batch)
      throws IOException {
    var target = batch.vectors().get(slot.place());
    VectorField field = target.field();
    if (field.elementType() == ElementType.BIT) {
      require(length >= 4, "a bit string of " + length + " bytes");
      int bits = Bytes.intAt(data, offset);
      require(bits >= 0 && (bits + 7L) / 8 == length - 4, "a bit string of " + bits + " bits");
      target.add(data, offset + 4, bits, 1);
      return;
    }
    require(length >= 4, "a vector of " + length + " bytes");
    int dimension = Bytes.shortAt(data, offset);
    int bytes = length - 4;
    require(
        dimension >= 0 && field.elementType().bytes(dimension) == bytes,
        "a vector of " + dimension + " dimensions in " + length + " bytes");
    if (swapped.length < bytes) {
      swapped = new byte[bytes];
    }
    ByteBuffer from = ByteBuffer.wrap(data, offset + 4, bytes).slice();
    ByteBuffer to = ByteBuffer.wrap(swapped, 0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (field.elementType() == ElementType.F32) {
      to.asIntBuffer().put(from.asIntBuffer());
    } else {
      to.asShortBuffer().put(from.asShortBuffer());
    }
    target.add(swapped, 0, dimension, 1);
  }

  private static void sparse(Slot slot, byte[] data, int offset, int length, RecordBatch batch)
      throws IOException {
    require(length >= 12, "a sparse vector of " + length + " bytes");
    int count = Bytes.intAt(data, offset + 4);
    require(count >= 0 && 12 + 8L * count == length, "a sparse vector of " + count + " values");
    byte[] positions = new byte[4 * count];
    byte[] values = new byte[4 * count];
    ByteBuffer from = ByteBuffer.wrap(data, offset + 12, 8 * count).slice();
    ByteBuffer.wrap(positions)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .put(from.slice(0, 4 * count).asIntBuffer());
    ByteBuffer.wrap(values)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .put(from.slice(4 * count, 4 * count).asIntBuffer());
    batch.sparse().get(slot.place()).add(positions, values);
  }

  private void payload(CopyReader row, int first, RecordBatch batch) throws IOException {
    if (mapped) {
      mappedPayload(row, first, batch);
      return;
    }
    if (fields.isEmpty()) {
      return;
    }
    int start = first + slots.size() - fields.size();
    cbor.clear().map(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      Slot field = fields.get(i);
      cbor.raw(field.key(), 0, field.key().length);
      if (row.isNull(start + i)) {
        cbor.nil();
      } else {
        field.codec().toCbor(cbor, row.data(), row.offset(start + i), row.length(start + i));
      }
    }
    batch.payloads().add(cbor.buffer(), 0, cbor.length());
  }

  private void mappedPayload(CopyReader row, int first, RecordBatch batch) throws IOException {
    boolean present = false;
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      boolean isNull = row.isNull(first + i);
      if (slot.part() == Part.PAYLOAD && !isNull) {
        present = true;
        Object value = slot.codec().read(row.data(), row.offset(first + i), row.length(first + i));
        if (!(value instanceof Map<?, ?> map)) {
          throw new IOException("the payload is no JSON object, or nested too deep");
        }
        map.forEach((key, item) -> payload.put((String) key, item));
      } else if (slot.part() == Part.FIELD) {
        // Somebody added a column since.
        present = true;
        payload.put(
            slot.column().name(),
            isNull
                ? null
                : slot.codec().read(row.data(), row.offset(first + i), row.length(first + i)));
      }
    }
    if (!present) {
      return;
    }
    if (!payload.containsKey(Reserved.KEY)) {
      batch.payloads().add(Payload.encode(payload));
      return;
    }
    Reserved.Content content = Reserved.unpack(payload);
    content.payload().ifPresent(whole -> batch.payloads().add(Payload.encode(whole)));
    // Texts with U+0000, which the columns of texts refuse.
    content.document().ifPresent(document -> batch.documents().add(document));
    content.uri().ifPresent(uri -> batch.uris().add(uri));
  }

  private static void require(boolean condition, String what) throws IOException {
    if (!condition) {
      throw new IOException(what);
    }
  }

  /** Tells whether jsonb holds a payload's entry as it is. */
  static boolean holds(String key, @Nullable Object value) {
    return key.indexOf('\0') < 0 && JsonValues.holds(value);
  }
}
