package drillbook.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A column of dense vectors: the exact little-endian bits, one value per record. A value is absent,
 * one vector, or, in a multi-vector field, a list of {@code rows} vectors of one dimension. Not
 * thread-safe.
 */
public final class VectorColumn {
  private final VectorField field;
  private final BytesColumn bits = new BytesColumn();
  private int[] rows = new int[64];
  private int[] dimensions = new int[64];

  /** Creates an empty column. */
  public VectorColumn(VectorField field) {
    this.field = field;
  }

  /** Returns what the vectors are. */
  public VectorField field() {
    return field;
  }

  /** Returns the number of records, those without a vector included. */
  public int size() {
    return bits.size();
  }

  /** Returns the raw bits; row {@code i} is record {@code i}. */
  public BytesColumn bits() {
    return bits;
  }

  /** Tells whether a record has this vector. */
  public boolean isPresent(int record) {
    return bits.isPresent(record);
  }

  /** Returns how many vectors the record's value has: 1, or any number in a multi-vector field. */
  public int rows(int record) {
    return isPresent(record) ? rows[record] : 0;
  }

  /** Returns the number of elements of the record's vectors; 0 where it is absent. */
  public int dimension(int record) {
    return isPresent(record) ? dimensions[record] : 0;
  }

  /** Appends a record without this vector. */
  public void addAbsent() {
    grow();
    bits.addAbsent();
  }

  /**
   * Appends a value from its little-endian bits.
   *
   * @param source holds {@code rowCount * elementType.bytes(dimension)} bytes from offset on
   * @param dimension the number of elements of each vector; the field's, where that is not 0
   * @param rowCount 1, or any number in a multi-vector field
   */
  public void add(byte[] source, int offset, int dimension, int rowCount) {
    int length = begin(dimension, rowCount);
    bits.add(source, offset, length);
  }

  /** Appends one F32 vector from {@code float[]} values, whose bits are kept, NaN payloads too. */
  public void add(float[] values, int offset, int dimension) {
    if (field.elementType() != ElementType.F32) {
      throw new IllegalArgumentException("floats go into f32 only: " + field);
    }
    int length = begin(dimension, 1);
    byte[] target = bits.reserve(length);
    ByteBuffer.wrap(target, bits.offset(bits.size() - 1), length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(values, offset, dimension);
  }

  /** Copies an F32 vector out; the array's length is the vector's dimension. */
  public void get(int record, float[] target) {
    bits.view(record).asFloatBuffer().get(target, 0, dimension(record));
  }

  /** Forgets all values. */
  public void clear() {
    bits.clear();
  }

  private int begin(int dimension, int rowCount) {
    if (field.dimension() != 0 && dimension != field.dimension()) {
      throw new IllegalArgumentException(
          "dimension " + dimension + " in a field of dimension " + field.dimension());
    }
    if (dimension < 0 || rowCount < 0 || (rowCount != 1 && !field.multi())) {
      throw new IllegalArgumentException(rowCount + " vectors of " + dimension + " in " + field);
    }
    grow();
    rows[bits.size()] = rowCount;
    dimensions[bits.size()] = dimension;
    return Math.multiplyExact(rowCount, field.elementType().bytes(dimension));
  }

  private void grow() {
    if (bits.size() == rows.length) {
      rows = Arrays.copyOf(rows, rows.length * 2);
      dimensions = Arrays.copyOf(dimensions, dimensions.length * 2);
    }
  }
}
