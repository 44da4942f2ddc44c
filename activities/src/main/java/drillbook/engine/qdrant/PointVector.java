package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.PointsPage.require;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.record.ElementType;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One vector of one point, as its JSON says it: dense, a list of dense ones, or sparse. Reused from
 * point to point.
 */
final class PointVector {
  private float[] values = new float[256];
  private int[] positions = new int[64];
  private int count;
  private int positionCount;
  private int rows;
  private int dimension;
  private boolean present;

  void clear() {
    present = false;
    count = 0;
    positionCount = 0;
    rows = 0;
    dimension = 0;
  }

  /** Reads the list that a parser stands on: of numbers, or of lists of numbers. */
  void readDense(JsonParser json) throws IOException {
    present = true;
    boolean single = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        single = false;
        int before = count;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          add(json);
        }
        require(rows == 0 || count - before == dimension, "rows of a vector differ in length");
        dimension = count - before;
        rows++;
      } else {
        add(json);
      }
    }
    if (single) {
      rows = 1;
      dimension = count;
    }
  }

  /** Reads the object that a parser stands on. */
  void readSparse(JsonParser json) throws IOException {
    present = true;
    while (PointsPage.field(json)) {
      String field = json.currentName();
      require(json.nextToken() == JsonToken.START_ARRAY, "a sparse vector is no pair of lists");
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (field.equals("indices")) {
          if (positionCount == positions.length) {
            positions = Arrays.copyOf(positions, positionCount * 2);
          }
          positions[positionCount++] = (int) json.getLongValue();
        } else {
          add(json);
        }
      }
    }
    require(count == positionCount, "a sparse vector's lists differ in length");
  }

  private void add(JsonParser json) throws IOException {
    require(
        json.currentToken() != null && json.currentToken().isNumeric(),
        "a vector has an element that is no number");
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    // Straight to 32 bits: by way of a double the value could be rounded twice.
    values[count++] = json.getFloatValue();
  }

  /** Appends the vector to a column, corrected where the correction is its own. */
  void addTo(VectorColumn column, @Nullable Object correction) throws IOException {
    if (!present) {
      column.addAbsent();
      return;
    }
    int expected = column.field().dimension();
    require(
        expected == 0 || dimension == expected,
        "vector '" + column.field().name() + "' has " + dimension + " elements, not " + expected);
    require(column.field().multi() || rows == 1, "a vector is a list of vectors");
    ElementType type = column.field().elementType();
    byte[] bits = bits(type, values, count);
    if (correction instanceof String text) {
      UnitVectors.correct(type, bits, dimension, text);
    }
    column.add(bits, 0, dimension, rows);
  }

  /** Returns the bits of elements that the API hands out as floats, whatever they are kept as. */
  static byte[] bits(ElementType type, float[] values, int count) {
    ByteBuffer bits = ByteBuffer.allocate(type.bytes(count)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case F16 -> bits.putShort(Float.floatToFloat16(values[i]));
        case U8 -> bits.put((byte) (int) values[i]);
        default -> bits.putFloat(values[i]);
      }
    }
    return bits.array();
  }

  /** Appends the vector to a sparse column, in the order of positions. */
  void addTo(SparseColumn column) throws IOException {
    if (!present) {
      column.addAbsent();
      return;
    }
    long[] order = new long[positionCount];
    for (int i = 0; i < positionCount; i++) {
      order[i] = Integer.toUnsignedLong(positions[i]) << 32 | i;
    }
    Arrays.sort(order);
    ByteBuffer sorted = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bits = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < order.length; i++) {
      require(
          i == 0 || order[i] >>> 32 != order[i - 1] >>> 32, "a sparse vector names an index twice");
      int at = (int) order[i];
      sorted.putInt(positions[at]);
      bits.putFloat(values[at]);
    }
    column.add(sorted.array(), bits.array());
  }
}
