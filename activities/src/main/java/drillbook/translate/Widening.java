package drillbook.translate;

import drillbook.record.ElementType;
import drillbook.record.VectorColumn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How elements of one type are held as another. */
final class Widening {
  private Widening() {}

  /** Returns the type that a target holds elements as: their own, else the next that is exact. */
  static Optional<ElementType> heldAs(ElementType type, Set<ElementType> held) {
    return candidates(type).stream().filter(held::contains).findFirst();
  }

  /** Tells whether each value of a type is a value of the other. */
  static boolean isExact(ElementType from, ElementType to) {
    return from == to || from != ElementType.F64;
  }

  private static List<ElementType> candidates(ElementType type) {
    return switch (type) {
      case F32 -> List.of(ElementType.F32, ElementType.F64);
      case F16, BF16, I8, U8 -> List.of(type, ElementType.F32, ElementType.F64);
      case F64 -> List.of(ElementType.F64, ElementType.F32);
      case BIT -> List.of(ElementType.BIT);
    };
  }

  /** Appends a record's vectors to a column of the type they are held as. */
  static void copy(VectorColumn from, int record, VectorColumn into) {
    ElementType type = from.field().elementType();
    ElementType wide = into.field().elementType();
    int dimension = from.dimension(record);
    int rows = from.rows(record);
    if (type == wide) {
      into.add(from.bits().data(), from.bits().offset(record), dimension, rows);
      return;
    }
    if (wide != ElementType.F32 && wide != ElementType.F64) {
      throw new IllegalArgumentException(type + " is not held as " + wide);
    }
    ByteBuffer source = from.bits().view(record);
    ByteBuffer target =
        ByteBuffer.allocate(rows * wide.bytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * dimension; i++) {
      if (wide == ElementType.F32) {
        target.putFloat(single(type, source));
      } else {
        target.putDouble(type == ElementType.F64 ? source.getDouble() : single(type, source));
      }
    }
    into.add(target.array(), 0, dimension, rows);
  }

  private static float single(ElementType type, ByteBuffer source) {
    return switch (type) {
      case F32 -> source.getFloat();
      case F16 -> Float.float16ToFloat(source.getShort());
      case BF16 -> Float.intBitsToFloat(source.getShort() << 16);
      case F64 -> (float) source.getDouble();
      case I8 -> source.get();
      case U8 -> source.get() & 0xff;
      case BIT -> throw new IllegalArgumentException("bits are held as bits only");
    };
  }
}
