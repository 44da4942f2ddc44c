package drillbook.frame;

import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;

/** Encodes batches as frames (docs/formats.md, "Frame"). Reuses its buffers; not thread-safe. */
public final class FrameEncoder implements AutoCloseable {
  private final FrameBuffer out = new FrameBuffer();
  private final FrameBuffer lengths = new FrameBuffer();
  private final BlockWriter blocks = new BlockWriter();
  private byte[] exponents = new byte[0];
  private byte[] high = new byte[0];
  private byte[] low = new byte[0];
  private int directory;
  private int columns;

  /** Returns the array that holds the frame from its start; valid until the next one. */
  public byte[] buffer() {
    return out.bytes();
  }

  /**
   * Encodes all records of a batch as one frame.
   *
   * @param last whether no frame follows
   * @return the frame's length in {@link #buffer()}
   * @throws IllegalArgumentException when it is larger than a frame may be
   */
  public int encode(RecordBatch batch, int frameNumber, boolean last) {
    out.clear();
    out.reserve(FrameHeader.BYTES);
    out.advance(FrameHeader.BYTES);
    directory = FrameHeader.BYTES + 2;
    columns = 0;
    int slots = countColumns(batch);
    out.putShort(slots);
    out.reserve(slots * ColumnKind.ENTRY_BYTES);
    out.advance(slots * ColumnKind.ENTRY_BYTES);
    bytes(ColumnKind.IDS, batch.ids());
    for (int field = 0; field < batch.vectors().size(); field++) {
      vector(field, batch.vectors().get(field));
    }
    for (int field = 0; field < batch.sparse().size(); field++) {
      sparse(field, batch.sparse().get(field));
    }
    bytes(ColumnKind.PAYLOAD, batch.payloads());
    bytes(ColumnKind.DOCUMENT, batch.documents());
    bytes(ColumnKind.URI, batch.uris());
    if (columns != slots) {
      throw new IllegalStateException("wrote " + columns + " of " + slots + " columns");
    }
    int body = out.length() - FrameHeader.BYTES;
    if (body > FrameHeader.MAX_BODY_BYTES || batch.size() > FrameHeader.MAX_ROWS) {
      throw new IllegalArgumentException("frame of " + body + " bytes, " + batch.size() + " rows");
    }
    int crc = FrameHeader.crc(out.bytes(), FrameHeader.BYTES, body);
    new FrameHeader(frameNumber, last, 0, 0, batch.size(), body, body, crc).write(out.bytes());
    return out.length();
  }

  /** Releases the compressor. */
  @Override
  public void close() {
    blocks.close();
  }

  private static int countColumns(RecordBatch batch) {
    int count = isUsed(batch.ids()) ? 1 : 0;
    for (VectorColumn column : batch.vectors()) {
      count += isUsed(column.bits()) ? 1 : 0;
    }
    for (SparseColumn column : batch.sparse()) {
      count += isUsed(column.positions()) ? 1 : 0;
    }
    count += isUsed(batch.payloads()) ? 1 : 0;
    count += isUsed(batch.documents()) ? 1 : 0;
    count += isUsed(batch.uris()) ? 1 : 0;
    return count;
  }

  /** Tells whether any record has a value; a column without any is left out. */
  private static boolean isUsed(BytesColumn column) {
    if (column.bytes() > 0) {
      return true;
    }
    for (int row = 0; row < column.size(); row++) {
      if (column.isPresent(row)) {
        return true;
      }
    }
    return false;
  }

  private void bytes(int kind, BytesColumn column) {
    if (!isUsed(column)) {
      return;
    }
    int start = out.length();
    lengths.clear();
    presence(column);
    putLengths(column, 1);
    writeLengths();
    blocks.write(out, column.data(), 0, column.bytes());
    entry(kind, 0, start);
  }

  private void sparse(int field, SparseColumn column) {
    if (!isUsed(column.positions())) {
      return;
    }
    int start = out.length();
    lengths.clear();
    presence(column.positions());
    putLengths(column.positions(), 4);
    writeLengths();
    blocks.write(out, column.positions().data(), 0, column.positions().bytes());
    blocks.write(out, column.values().data(), 0, column.values().bytes());
    entry(ColumnKind.SPARSE, field, start);
  }

  private void vector(int field, VectorColumn column) {
    if (!isUsed(column.bits())) {
      return;
    }
    int start = out.length();
    lengths.clear();
    presence(column.bits());
    putShapes(column);
    writeLengths();
    byte[] bits = column.bits().data();
    int length = column.bits().bytes();
    if (column.field().elementType() != ElementType.F32 || length == 0) {
      out.putByte(VectorPlanes.PLAIN);
      blocks.writeUnordered(out, bits, 0, length);
    } else {
      planes(bits, length / 4);
    }
    entry(ColumnKind.VECTOR, field, start);
  }

  private void planes(byte[] bits, int count) {
    if (exponents.length < count) {
      exponents = new byte[count];
    }
    if (VectorPlanes.isShortMantissa(bits, count)) {
      if (high.length < count) {
        high = new byte[count];
        low = new byte[count];
      }
      VectorPlanes.splitShort(bits, count, exponents, high, low);
      out.putByte(VectorPlanes.SHORT_MANTISSA);
      blocks.writeUnordered(out, exponents, 0, count);
      blocks.writeUnordered(out, high, 0, count);
      blocks.writeUnordered(out, low, 0, count);
      return;
    }
    out.putByte(VectorPlanes.EXPONENT);
    // The split writes sign and mantissa to their final place, in front of the exponents.
    int rest = count * 3;
    out.reserve(BlockWriter.HEADER_BYTES + rest + 1);
    VectorPlanes.split(
        bits, count, exponents, out.bytes(), out.length() + BlockWriter.HEADER_BYTES);
    blocks.writeInPlace(out, rest);
    blocks.writeUnordered(out, exponents, 0, count);
  }

  private void presence(BytesColumn column) {
    int rows = column.size();
    int absent = 0;
    for (int row = 0; row < rows; row++) {
      absent += column.isPresent(row) ? 0 : 1;
    }
    lengths.putByte(absent == 0 ? 0 : 1);
    if (absent == 0) {
      return;
    }
    for (int first = 0; first < rows; first += 8) {
      int marks = 0;
      for (int row = first; row < Math.min(rows, first + 8); row++) {
        marks |= column.isPresent(row) ? 1 << (row - first) : 0;
      }
      lengths.putByte(marks);
    }
  }

  /** Puts the lengths of present values, once if they are all the same. */
  private void putLengths(BytesColumn column, int unit) {
    int same = -1;
    boolean differ = false;
    for (int row = 0; row < column.size() && !differ; row++) {
      if (column.isPresent(row)) {
        differ = same != -1 && column.length(row) != same;
        same = column.length(row);
      }
    }
    lengths.putByte(differ ? 1 : 0);
    if (!differ) {
      lengths.putInt(same / unit);
      return;
    }
    for (int row = 0; row < column.size(); row++) {
      if (column.isPresent(row)) {
        lengths.putInt(column.length(row) / unit);
      }
    }
  }

  /** Puts the shapes of present values, once if they are all single vectors of one dimension. */
  private void putShapes(VectorColumn column) {
    int dimension = -1;
    boolean differ = false;
    for (int row = 0; row < column.size() && !differ; row++) {
      if (column.isPresent(row)) {
        differ = column.rows(row) != 1 || (dimension != -1 && column.dimension(row) != dimension);
        dimension = column.dimension(row);
      }
    }
    lengths.putByte(differ ? 1 : 0);
    if (!differ) {
      lengths.putInt(dimension);
      return;
    }
    for (int row = 0; row < column.size(); row++) {
      if (column.isPresent(row)) {
        lengths.putInt(column.rows(row));
        lengths.putInt(column.dimension(row));
      }
    }
  }

  private void writeLengths() {
    blocks.write(out, lengths.bytes(), 0, lengths.length());
  }

  private void entry(int kind, int field, int start) {
    int at = directory + columns * ColumnKind.ENTRY_BYTES;
    byte[] bytes = out.bytes();
    bytes[at] = (byte) kind;
    bytes[at + 1] = 0;
    FrameBuffer.SHORT.set(bytes, at + 2, (short) field);
    out.setInt(at + 4, out.length() - start);
    columns++;
  }
}
