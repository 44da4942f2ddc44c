package drillbook.recall;

import drillbook.record.ElementType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A vector ready to be compared: its elements as doubles, its norm, and for bits the bytes. Reused
 * from record to record; not thread-safe.
 */
public final class Operand {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private final ElementType type;
  private double[] values = new double[0];
  private byte[] bits = new byte[0];
  private int bitsOffset;
  private int dimension;
  private double norm = Double.NaN;

  /** Creates an operand that holds no vector yet. */
  public Operand(ElementType type) {
    this.type = type;
  }

  /** Loads a vector; bits are read where they lie and stay valid as long as they do. */
  public void load(byte[] source, int offset, int elements) {
    dimension = elements;
    bits = source;
    bitsOffset = offset;
    norm = Double.NaN;
    if (values.length < elements) {
      values = new double[elements];
    }
    switch (type) {
      case F32 -> {
        for (int i = 0; i < elements; i++) {
          values[i] = Float.intBitsToFloat((int) INT.get(source, offset + 4 * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < elements; i++) {
          values[i] = Float.float16ToFloat((short) SHORT.get(source, offset + 2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < elements; i++) {
          values[i] = Float.intBitsToFloat((short) SHORT.get(source, offset + 2 * i) << 16);
        }
      }
      case F64 -> {
        for (int i = 0; i < elements; i++) {
          values[i] = (double) DOUBLE.get(source, offset + 8 * i);
        }
      }
      case I8 -> {
        for (int i = 0; i < elements; i++) {
          values[i] = source[offset + i];
        }
      }
      case U8 -> {
        for (int i = 0; i < elements; i++) {
          values[i] = source[offset + i] & 0xff;
        }
      }
      case BIT -> {
        for (int i = 0; i < elements; i++) {
          values[i] = (source[offset + (i >> 3)] >> (7 - (i & 7))) & 1;
        }
      }
    }
  }

  ElementType type() {
    return type;
  }

  /** Returns the number of elements of the vector that was loaded last. */
  public int dimension() {
    return dimension;
  }

  /** Returns the elements, the first {@link #dimension()} of them; valid until the next load. */
  public double[] values() {
    return values;
  }

  byte[] bits() {
    return bits;
  }

  int bitsOffset() {
    return bitsOffset;
  }

  /** Returns the Euclidean norm, computed when first asked for. */
  public double norm() {
    if (Double.isNaN(norm)) {
      norm = Math.sqrt(Distances.product(values, values, dimension));
    }
    return norm;
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
