package drillbook.frame;

import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes frames into one batch that is cleared and filled again. Bytes may be hostile: whatever is
 * off becomes a failure of kind CORRUPT. Not thread-safe.
 */
public final class FrameDecoder implements AutoCloseable {
  private final RecordLayout layout;
  private final RecordBatch batch;
  private final FrameInput in = new FrameInput();
  private final DecodedColumn ids = new DecodedColumn();
  private final List<DecodedColumn> vectors = new ArrayList<>();
  private final List<DecodedColumn> positions = new ArrayList<>();
  private final List<DecodedColumn> values = new ArrayList<>();
  private final DecodedColumn payloads = new DecodedColumn();
  private final DecodedColumn documents = new DecodedColumn();
  private final DecodedColumn uris = new DecodedColumn();
  private final List<DecodedColumn> all = new ArrayList<>();

  /** Creates a decoder for records of a layout. */
  public FrameDecoder(RecordLayout layout) {
    this.layout = layout;
    this.batch = new RecordBatch(layout);
    layout.vectors().forEach(field -> vectors.add(new DecodedColumn()));
    layout.sparse().forEach(field -> positions.add(new DecodedColumn()));
    layout.sparse().forEach(field -> values.add(new DecodedColumn()));
    all.addAll(vectors);
    all.addAll(positions);
    all.addAll(values);
    all.addAll(List.of(ids, payloads, documents, uris));
  }

  /**
   * Returns the records of a frame, valid until the next one is decoded.
   *
   * @param body holds the frame's stored body from {@code offset} on
   * @param where names artifact and frame in the message
   * @throws DrillbookException CORRUPT when the bytes are no frame of this layout
   */
  public RecordBatch decode(FrameHeader header, byte[] body, int offset, String where)
      throws DrillbookException {
    if (FrameHeader.crc(body, offset, header.bodyBytes()) != header.bodyCrc()) {
      throw FrameHeader.corrupt(where, "the body's checksum is wrong");
    }
    batch.clear();
    all.forEach(DecodedColumn::clear);
    in.start(body, offset, header.bodyBytes(), where);
    try {
      readColumns(header.rows());
      for (int record = 0; record < header.rows(); record++) {
        addRecord(record);
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The batch refuses what no record can be: a missing id, positions that do not ascend.
      throw FrameHeader.corrupt(where, "it holds no records: " + e.getMessage());
    }
    return batch;
  }

  /** Releases the decompressor. */
  @Override
  public void close() {
    in.close();
  }

  private void readColumns(int rows) throws DrillbookException {
    int columns = in.readShort();
    if (columns > ColumnKind.MAX_COLUMNS) {
      throw in.corrupt("too many columns: " + columns);
    }
    int[] kinds = new int[columns];
    int[] fields = new int[columns];
    int[] lengths = new int[columns];
    int before = -1;
    for (int i = 0; i < columns; i++) {
      kinds[i] = in.readByte();
      int zero = in.readByte();
      fields[i] = in.readShort();
      lengths[i] = in.readNumber(FrameHeader.MAX_BODY_BYTES, "length of a column");
      int order = kinds[i] << 16 | fields[i];
      if (zero != 0 || order <= before) {
        throw in.corrupt("column " + i + " is out of order");
      }
      before = order;
    }
    for (int i = 0; i < columns; i++) {
      int start = in.position();
      readColumn(kinds[i], fields[i], rows);
      if (in.position() - start != lengths[i]) {
        throw in.corrupt("column " + i + " is not as long as the directory says");
      }
    }
    if (in.remaining() != 0) {
      throw in.corrupt("bytes follow the last column");
    }
  }

  private void readColumn(int kind, int field, int rows) throws DrillbookException {
    switch (kind) {
      case ColumnKind.VECTOR -> {
        checkField(field, vectors.size());
        int bits = layout.vectors().get(field).elementType().bytes(8);
        vectors.get(field).readVectors(in, rows, bits);
      }
      case ColumnKind.SPARSE -> {
        checkField(field, positions.size());
        int unit = layout.sparse().get(field).elementType().bytes(1);
        positions.get(field).readBytes(in, rows, 4);
        values.get(field).readBeside(in, positions.get(field), rows, unit);
      }
      case ColumnKind.IDS -> readBytes(ids, field, rows);
      case ColumnKind.PAYLOAD -> readBytes(payloads, field, rows);
      case ColumnKind.DOCUMENT -> readBytes(documents, field, rows);
      case ColumnKind.URI -> readBytes(uris, field, rows);
      default -> throw in.corrupt("unknown kind of column: " + kind);
    }
  }

  private void readBytes(DecodedColumn column, int field, int rows) throws DrillbookException {
    checkField(field, 1);
    column.readBytes(in, rows, 1);
  }

  private void checkField(int field, int fields) throws DrillbookException {
    if (field >= fields) {
      throw in.corrupt("a column for field " + field + " of " + fields);
    }
  }

  private void addRecord(int record) {
    add(ids, record, batch.ids());
    for (int field = 0; field < vectors.size(); field++) {
      DecodedColumn column = vectors.get(field);
      if (column.isPresent(record)) {
        batch
            .vectors()
            .get(field)
            .add(
                column.data(),
                column.take(record, 1),
                column.dimension(record),
                column.rows(record));
      }
    }
    for (int field = 0; field < positions.size(); field++) {
      if (positions.get(field).isPresent(record)) {
        int unit = layout.sparse().get(field).elementType().bytes(1);
        batch
            .sparse()
            .get(field)
            .add(copy(positions.get(field), record, 4), copy(values.get(field), record, unit));
      }
    }
    add(payloads, record, batch.payloads());
    add(documents, record, batch.documents());
    add(uris, record, batch.uris());
    batch.endRecord();
  }

  private static void add(DecodedColumn column, int record, BytesColumn target) {
    if (column.isPresent(record)) {
      target.add(column.data(), column.take(record, 1), column.length(record));
    }
  }

  private static byte[] copy(DecodedColumn column, int record, int unit) {
    int start = column.take(record, unit);
    return Arrays.copyOfRange(column.data(), start, start + column.length(record) * unit);
  }
}
