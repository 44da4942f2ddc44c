package drillbook.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A column of sparse vectors, one value per record: positions, strictly ascending and unsigned 32
 * bit, and the exact little-endian bits of the values at them. Zeros are kept, duplicates refused.
 * Not thread-safe.
 */
public final class SparseColumn {
  private final SparseField field;
  private final BytesColumn positions = new BytesColumn();
  private final BytesColumn values = new BytesColumn();

  /** Creates an empty column. */
  public SparseColumn(SparseField field) {
    this.field = field;
  }

  /** Returns what the vectors are. */
  public SparseField field() {
    return field;
  }

  /** Returns the number of records, those without a vector included. */
  public int size() {
    return positions.size();
  }

  /** Returns the positions, 4 little-endian bytes each. */
  public BytesColumn positions() {
    return positions;
  }

  /** Returns the values' bits, as many as positions. */
  public BytesColumn values() {
    return values;
  }

  /** Tells whether a record has this vector. */
  public boolean isPresent(int record) {
    return positions.isPresent(record);
  }

  /** Returns how many positions the record's vector has. */
  public int count(int record) {
    return positions.length(record) / 4;
  }

  /** Appends a record without this vector. */
  public void addAbsent() {
    positions.addAbsent();
    values.addAbsent();
  }

  /**
   * Appends a vector.
   *
   * @param positionBits {@code count} unsigned 32-bit little-endian positions, strictly ascending
   * @param valueBits {@code count} values, little-endian
   * @throws IllegalArgumentException when positions are not strictly ascending or lengths differ
   */
  public void add(byte[] positionBits, byte[] valueBits) {
    int count = positionBits.length / 4;
    if (positionBits.length != count * 4
        || valueBits.length != Math.multiplyExact(count, field.elementType().bytes(1))) {
      throw new IllegalArgumentException(
          "sparse vector of " + positionBits.length + " and " + valueBits.length + " bytes");
    }
    ByteBuffer ordered = ByteBuffer.wrap(positionBits).order(ByteOrder.LITTLE_ENDIAN);
    long previous = -1;
    for (int i = 0; i < count; i++) {
      long position = Integer.toUnsignedLong(ordered.getInt(i * 4));
      if (position <= previous) {
        throw new IllegalArgumentException(
            "sparse positions must ascend: " + position + " after " + previous);
      }
      previous = position;
    }
    positions.add(positionBits);
    values.add(valueBits);
  }

  /** Forgets all values. */
  public void clear() {
    positions.clear();
    values.clear();
  }
}
