package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.pgvector.RowReader.Part;
import drillbook.engine.pgvector.RowReader.Slot;
import drillbook.engine.pgvector.copy.Bytes;
import drillbook.engine.pgvector.copy.CopyReader;
import drillbook.engine.pgvector.copy.JsonValues;
import drillbook.engine.pgvector.copy.ValueCodec;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into rows of a table, in the server's binary form. A record that the table cannot
 * hold as it is is refused by its id; nothing is rounded, cut or left out. Not thread-safe.
 */
final class RowWriter {
  private final CollectionName table;
  private final List<Slot> slots;
  private final List<String> names;
  private final int idParts;
  private final boolean mixedIds;
  private final boolean mapped;
  private final byte[] tenant;
  private final Bytes out = new Bytes();

  /**
   * Creates a writer.
   *
   * @param tenant what the tenant column gets, where there is one
   */
  RowWriter(CollectionName table, TableShape shape, String tenant) {
    this.table = table;
    this.slots = RowReader.slots(shape);
    this.names = slots.stream().map(slot -> shape.vectorName(slot.column())).toList();
    this.idParts = shape.idColumns().size();
    this.mixedIds = shape.hasMixedIds();
    this.mapped = shape.mapping().isPresent();
    this.tenant = tenant.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the columns that rows have. */
  List<Slot> slots() {
    return slots;
  }

  /** Tells whether a column's values go as text, for the server to read them. */
  static boolean asText(Slot slot) {
    return switch (slot.part()) {
      case FIELD -> slot.codec() == ValueCodec.CAST;
      case TENANT -> slot.codec() != ValueCodec.TEXT && slot.codec() != ValueCodec.VARCHAR;
      case ID, DENSE, SPARSE, DOCUMENT, URI, PAYLOAD -> false;
    };
  }

  /**
   * Returns a batch as one stream for {@code COPY}; valid until the next call.
   *
   * @throws DrillbookException INCOMPATIBLE_TARGET with the id of a record that does not fit
   */
  Bytes encode(RecordBatch batch) throws DrillbookException {
    out.clear();
    CopyReader.begin(out);
    int[] places = places(batch);
    for (int record = 0; record < batch.size(); record++) {
      try {
        row(batch, record, places);
      } catch (IOException | IllegalArgumentException e) {
        throw new DrillbookException(
            FailureKind.INCOMPATIBLE_TARGET,
            "record "
                + RecordId.print(batch.ids().get(record))
                + " could not be written into "
                + table
                + ": "
                + e.getMessage(),
            "The table cannot hold it as it is. Restore into a table made for it, or change it.",
            e);
      }
    }
    CopyReader.end(out);
    return out;
  }

  /** Finds each slot's vector in the batch, -1 for none; refuses vectors without a column. */
  private int[] places(RecordBatch batch) throws DrillbookException {
    int[] places = new int[slots.size()];
    Set<String> found = new HashSet<>();
    for (int i = 0; i < places.length; i++) {
      String name = names.get(i);
      places[i] =
          switch (slots.get(i).part()) {
            case DENSE -> find(batch.vectors(), column -> column.field().name().equals(name));
            case SPARSE -> find(batch.sparse(), column -> column.field().name().equals(name));
            case ID, DOCUMENT, URI, PAYLOAD, FIELD, TENANT -> -1;
          };
      if (places[i] >= 0) {
        found.add(name);
      }
    }
    for (VectorColumn column : batch.vectors()) {
      requireColumn(found, column.field().name(), batch, column::isPresent);
    }
    for (SparseColumn column : batch.sparse()) {
      requireColumn(found, column.field().name(), batch, column::isPresent);
    }
    return places;
  }

  private static <T> int find(List<T> columns, Predicate<T> wanted) {
    for (int i = 0; i < columns.size(); i++) {
      if (wanted.test(columns.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private void requireColumn(
      Set<String> found, String name, RecordBatch batch, IntPredicate present)
      throws DrillbookException {
    for (int record = 0; !found.contains(name) && record < batch.size(); record++) {
      if (present.test(record)) {
        throw new DrillbookException(
            FailureKind.INCOMPATIBLE_TARGET,
            "record "
                + RecordId.print(batch.ids().get(record))
                + " could not be written into "
                + table
                + ": no column holds its vector '"
                + name
                + "'",
            "Restore into a table that was created from the backup's schema.");
      }
    }
  }

  private void row(RecordBatch batch, int record, int[] places) throws IOException {
    List<Object> id = RecordId.parts(batch.ids().get(record));
    if (id.size() != idParts) {
      throw new IllegalArgumentException("its id has " + id.size() + " parts, not " + idParts);
    }
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    boolean hasPayload = batch.payloads().isPresent(record);
    if (hasPayload) {
      payload.putAll(Payload.decode(batch.payloads().get(record)));
    }
    out.addShort(slots.size());
    Optional<byte[]> carriedDocument = unholdable(batch.documents(), record);
    Optional<byte[]> carriedUri = unholdable(batch.uris(), record);
    boolean document = false;
    boolean uri = false;
    // Fields stand behind all other parts, yet the whole payload is what they leave of it.
    Map<String, @Nullable Object> rest = rest(payload);
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      int start = out.reserve(4);
      boolean present =
          switch (slot.part()) {
            case ID -> {
              Object part = id.get(slot.place());
              yield value(slot, mixedIds ? part.toString() : part);
            }
            case DENSE -> places[i] >= 0 && dense(slot, batch.vectors().get(places[i]), record);
            case SPARSE -> places[i] >= 0 && sparse(slot, batch.sparse().get(places[i]), record);
            case DOCUMENT -> {
              document = true;
              yield carriedDocument.isEmpty() && text(slot, batch.documents(), record);
            }
            case URI -> {
              uri = true;
              yield carriedUri.isEmpty() && text(slot, batch.uris(), record);
            }
            case PAYLOAD ->
                payload(
                    new Reserved.Content(
                        Optional.empty(),
                        hasPayload ? Optional.of(rest) : Optional.empty(),
                        carriedDocument,
                        carriedUri));
            case FIELD -> value(slot, payload.get(slot.column().name()));
            case TENANT -> {
              out.add(tenant);
              yield true;
            }
          };
      out.setInt(start, present ? out.length() - start - 4 : -1);
    }
    boolean lost =
        (!document && batch.documents().isPresent(record))
            || (!uri && batch.uris().isPresent(record));
    if (lost) {
      throw new IllegalArgumentException("no column holds its document or uri");
    }
    if (!mapped && !rest.isEmpty()) {
      throw new IllegalArgumentException(
          "no column holds its payload's '" + rest.keySet().iterator().next() + "'");
    }
  }

  private Map<String, @Nullable Object> rest(Map<String, @Nullable Object> payload) {
    Map<String, @Nullable Object> rest = new LinkedHashMap<>(payload);
    for (Slot slot : slots) {
      if (slot.part() == Part.FIELD) {
        rest.remove(slot.column().name());
      }
    }
    return rest;
  }

  private boolean value(Slot slot, @Nullable Object value) {
    if (value == null) {
      return false;
    }
    try {
      slot.codec().write(out, value);
    } catch (IllegalArgumentException e) {
      throw inColumn(slot, "" + e.getMessage(), e);
    }
    return true;
  }

  private boolean text(Slot slot, BytesColumn column, int record) {
    if (!column.isPresent(record)) {
      return false;
    }
    byte[] data = column.data();
    int end = column.offset(record) + column.length(record);
    for (int i = column.offset(record); i < end; i++) {
      if (data[i] == 0) {
        throw inColumn(slot, "PostgreSQL's text cannot hold the character U+0000", null);
      }
    }
    out.add(data, column.offset(record), column.length(record));
    return true;
  }

  /** Returns a text that PostgreSQL cannot hold, where the payload can carry it instead. */
  private Optional<byte[]> unholdable(BytesColumn column, int record) {
    if (!mapped || !column.isPresent(record)) {
      return Optional.empty();
    }
    int end = column.offset(record) + column.length(record);
    for (int i = column.offset(record); i < end; i++) {
      if (column.data()[i] == 0) {
        return Optional.of(column.get(record));
      }
    }
    return Optional.empty();
  }

  private boolean payload(Reserved.Content content) {
    if (content.payload().isEmpty() && content.document().isEmpty() && content.uri().isEmpty()) {
      return false;
    }
    boolean asItIs =
        content.document().isEmpty()
            && content.uri().isEmpty()
            && content
                .payload()
                .filter(payload ->
                    !payload.containsKey(Reserved.KEY)
                        && payload.entrySet().stream()
                            .allMatch(entry -> RowReader.holds(entry.getKey(), entry.getValue())))
                .isPresent();
    out.addByte(1);
    out.add(
        JsonValues.print(
            asItIs ? content.payload().orElseThrow() : Reserved.pack(content, RowReader::holds)));
    return true;
  }

  private boolean dense(Slot slot, VectorColumn column, int record) {
    if (!column.isPresent(record)) {
      return false;
    }
    ElementType element = slot.column().element().orElseThrow();
    int dimension = column.dimension(record);
    if (column.field().elementType() != element || column.rows(record) != 1) {
      throw inColumn(
          slot, column.rows(record) + " vectors of " + column.field().elementType().word(), null);
    }
    if (element == ElementType.BIT) {
      out.addInt(dimension);
      out.add(column.bits().data(), column.bits().offset(record), column.bits().length(record));
      return true;
    }
    if (dimension > Short.MAX_VALUE) {
      throw inColumn(slot, "dimension " + dimension + " is above the limit", null);
    }
    out.addShort(dimension);
    out.addShort(0);
    int length = column.bits().length(record);
    int at = out.reserve(length);
    // A buffer over an array is in network order, unless told otherwise.
    ByteBuffer to = ByteBuffer.wrap(out.data(), at, length);
    ByteBuffer from = column.bits().view(record);
    if (element == ElementType.F32) {
      to.asIntBuffer().put(from.asIntBuffer());
    } else {
      to.asShortBuffer().put(from.asShortBuffer());
    }
    return true;
  }

  private boolean sparse(Slot slot, SparseColumn column, int record) {
    if (!column.isPresent(record)) {
      return false;
    }
    int declared = slot.column().dimension();
    int dimension = declared == 0 ? TableDdl.MAX_SPARSE : declared;
    int count = column.count(record);
    ByteBuffer positions = column.positions().view(record);
    if (count > 0 && Integer.toUnsignedLong(positions.getInt(4 * (count - 1))) >= dimension) {
      throw inColumn(slot, "a sparse position is beyond " + (dimension - 1), null);
    }
    out.addInt(dimension);
    out.addInt(count);
    out.addInt(0);
    int at = out.reserve(8 * count);
    ByteBuffer to = ByteBuffer.wrap(out.data(), at, 8 * count);
    to.asIntBuffer().put(positions.asIntBuffer()).put(column.values().view(record).asIntBuffer());
    return true;
  }

  private static IllegalArgumentException inColumn(
      Slot slot, String why, @Nullable Exception cause) {
    return new IllegalArgumentException("column " + slot.column().name() + ": " + why, cause);
  }
}
