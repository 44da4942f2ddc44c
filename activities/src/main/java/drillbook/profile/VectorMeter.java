package drillbook.profile;

import drillbook.record.ElementType;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Adds up the vectors of one column while they pass, without objects for each of them. Sums are of
 * doubles in the order of the records, so that the same records in the same order give the same
 * bits. One thread.
 */
final class VectorMeter {
  private final ElementType type;

  private VectorColumn column;
  private ByteBuffer bits = ByteBuffer.allocate(0);
  private FloatBuffer floatBits = FloatBuffer.allocate(0);
  private DoubleBuffer doubleBits = DoubleBuffer.allocate(0);
  private double[] values = new double[0];
  private float[] floats = new float[0];
  private double[] sums = new double[0];

  private long vectors;
  private int dimension;
  private long notFinite;
  private long nan;
  private long infinite;
  private long zero;
  private double normSum;
  private double squareSum;
  private double leastNorm;
  private double mostNorm;

  /** Goes on from what was added up before. */
  VectorMeter(VectorField field, VectorSums before) {
    this.type = field.elementType();
    this.column = new VectorColumn(field);
    vectors = before.vectors();
    notFinite = before.notFinite();
    nan = before.nan();
    infinite = before.infinite();
    zero = before.zero();
    normSum = before.normSum();
    squareSum = before.squareSum();
    leastNorm = before.leastNorm();
    mostNorm = before.mostNorm();
    meet(before.dimension());
    ByteBuffer bytes = ByteBuffer.wrap(before.sums()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; bytes.hasRemaining(); i++) {
      sums[i] = bytes.getDouble();
    }
  }

  /** Turns to a column; its records are taken next. */
  void begin(VectorColumn next) {
    // Values of a column lie one behind the other, so that each begins at a multiple of its size.
    column = next;
    bits = ByteBuffer.wrap(next.bits().data()).order(ByteOrder.LITTLE_ENDIAN);
    floatBits = bits.asFloatBuffer();
    doubleBits = bits.asDoubleBuffer();
  }

  /** Takes a record's vectors. */
  void take(int record) {
    int rows = column.rows(record);
    if (rows == 0) {
      return;
    }
    int length = column.dimension(record);
    int bytes = type.bytes(length);
    int offset = column.bits().offset(record);
    make(length);
    for (int row = 0; row < rows; row++) {
      decode(offset + row * bytes, length);
      add(length);
    }
  }

  /** Returns what was added up so far. */
  VectorSums sums() {
    ByteBuffer bytes =
        ByteBuffer.allocate(sums.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(sums);
    return new VectorSums(
        vectors,
        dimension,
        notFinite,
        nan,
        infinite,
        zero,
        normSum,
        squareSum,
        leastNorm,
        mostNorm,
        bytes.array());
  }

  /** Makes room for a vector. */
  private void make(int length) {
    if (values.length < length) {
      values = new double[length];
      floats = new float[length];
    }
  }

  private void add(int length) {
    meet(dimension == 0 || dimension == length ? length : -1);
    // Nearly all vectors are f32: these are widened as they are added, not before.
    boolean narrow = type == ElementType.F32;
    double squares = narrow ? squares(floats, length) : squares(values, length);
    vectors++;
    if (!Double.isFinite(squares)) {
      countNotFinite(length);
      return;
    }
    double norm = Math.sqrt(squares);
    boolean first = vectors - notFinite == 1;
    leastNorm = first ? norm : Math.min(leastNorm, norm);
    mostNorm = first ? norm : Math.max(mostNorm, norm);
    normSum += norm;
    squareSum += squares;
    if (norm == 0) {
      zero++;
    }
    if (dimension > 0 && narrow) {
      add(sums, floats, length);
    } else if (dimension > 0) {
      add(sums, values, length);
    }
  }

  /** Keeps sums of elements as long as all vectors have one dimension. */
  private void meet(int met) {
    if (met != dimension) {
      dimension = met;
      sums = new double[Math.max(0, met)];
    }
  }

  private void countNotFinite(int length) {
    notFinite++;
    for (int i = 0; i < length; i++) {
      double value = type == ElementType.F32 ? floats[i] : values[i];
      if (Double.isNaN(value)) {
        nan++;
      } else if (Double.isInfinite(value)) {
        infinite++;
      }
    }
  }

  private void decode(int offset, int length) {
    switch (type) {
      case F32 -> {
        floatBits.get(offset / Float.BYTES, floats, 0, length);
      }
      case F64 -> doubleBits.get(offset / Double.BYTES, values, 0, length);
      case F16 -> {
        for (int i = 0; i < length; i++) {
          values[i] = Float.float16ToFloat(bits.getShort(offset + 2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < length; i++) {
          values[i] = Float.intBitsToFloat(bits.getShort(offset + 2 * i) << 16);
        }
      }
      case I8 -> {
        for (int i = 0; i < length; i++) {
          values[i] = bits.get(offset + i);
        }
      }
      case U8 -> {
        for (int i = 0; i < length; i++) {
          values[i] = bits.get(offset + i) & 0xff;
        }
      }
      case BIT -> {
        for (int i = 0; i < length; i++) {
          values[i] = bits.get(offset + i / 8) >> (7 - i % 8) & 1;
        }
      }
    }
  }

  // Loops of their own, small and without conditions, so that the compiler makes them wide.

  private static void add(double[] target, float[] source, int length) {
    for (int i = 0; i < length; i++) {
      target[i] += source[i];
    }
  }

  private static void add(double[] target, double[] source, int length) {
    for (int i = 0; i < length; i++) {
      target[i] += source[i];
    }
  }

  private static double squares(float[] source, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      a += (double) source[i] * source[i];
      b += (double) source[i + 1] * source[i + 1];
      c += (double) source[i + 2] * source[i + 2];
      d += (double) source[i + 3] * source[i + 3];
    }
    for (; i < length; i++) {
      a += (double) source[i] * source[i];
    }
    return (a + b) + (c + d);
  }

  /** Adds up squares on four lanes: one would wait for each addition before the next. */
  private static double squares(double[] source, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      a += source[i] * source[i];
      b += source[i + 1] * source[i + 1];
      c += source[i + 2] * source[i + 2];
      d += source[i + 3] * source[i + 3];
    }
    for (; i < length; i++) {
      a += source[i] * source[i];
    }
    return (a + b) + (c + d);
  }
}
