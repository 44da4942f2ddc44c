package drillbook.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Type;

/**
 * A column of an Arrow record batch that was read, with the columns inside it. Believes nothing:
 * every length and offset is checked against the bytes that are there.
 */
final class ArrowView {
  private final String name;
  private final byte type;
  private final int width;
  private final boolean floating;
  private final boolean signed;
  private final boolean large;
  private final int size;
  private final List<ArrowView> children = new ArrayList<>();
  private long length;
  private ByteBuffer validity = ByteBuffer.allocate(0);
  private ByteBuffer offsets = ByteBuffer.allocate(0);
  private ByteBuffer data = ByteBuffer.allocate(0);

  /** Takes a column's description; refuses types that no column of records has. */
  ArrowView(Field field, int depth) {
    name = field.name() == null ? "" : field.name();
    if (field.dictionary() != null) {
      throw new IllegalArgumentException(
          "column '" + name + "' is dictionary-encoded; write plain values");
    }
    if (depth > 4) {
      throw new IllegalArgumentException("column '" + name + "' is nested too deep");
    }
    type = field.typeType();
    int bytes = 0;
    boolean decimal = false;
    boolean negative = false;
    int items = 0;
    switch (type) {
      case Type.Utf8, Type.LargeUtf8, Type.List, Type.LargeList, Type.Struct_ -> {}
      case Type.FixedSizeList ->
          items = ((FixedSizeList) field.type(new FixedSizeList())).listSize();
      case Type.FloatingPoint -> {
        decimal = true;
        bytes =
            switch (((FloatingPoint) field.type(new FloatingPoint())).precision()) {
              case Precision.HALF -> 2;
              case Precision.SINGLE -> 4;
              default -> 8;
            };
      }
      case Type.Int -> {
        Int number = (Int) field.type(new Int());
        bytes = number.bitWidth() / 8;
        negative = number.isSigned();
      }
      default ->
          throw new IllegalArgumentException(
              "column '" + name + "' is of a type that records do not have: " + Type.name(type));
    }
    width = bytes;
    floating = decimal;
    signed = negative;
    size = items;
    large = type == Type.LargeUtf8 || type == Type.LargeList;
    if (size < 0 || width > 8) {
      throw new IllegalArgumentException("column '" + name + "' has no size that can be");
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      children.add(new ArrowView(field.children(i), depth + 1));
    }
    if (isList() && children.size() != 1) {
      throw new IllegalArgumentException("list '" + name + "' has no items");
    }
  }

  String name() {
    return name;
  }

  boolean isText() {
    return type == Type.Utf8 || type == Type.LargeUtf8;
  }

  boolean isList() {
    return type == Type.List || type == Type.LargeList || type == Type.FixedSizeList;
  }

  boolean isStruct() {
    return type == Type.Struct_;
  }

  boolean isNumber() {
    return width > 0;
  }

  boolean isFloating() {
    return floating;
  }

  int width() {
    return width;
  }

  ArrowView item() {
    return children.getFirst();
  }

  List<ArrowView> children() {
    return children;
  }

  /** Hands out lengths and buffers of a batch, in Arrow's order. */
  interface Source {
    /** Returns the next column's length. */
    long node();

    /** Returns the next buffer. */
    ByteBuffer buffer();
  }

  /** Takes the lengths and buffers of a batch. */
  void fill(Source source) {
    length = source.node();
    if (length < 0 || length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("column '" + name + "' has " + length + " values");
    }
    validity = source.buffer();
    if (validity.remaining() > 0) {
      requireBytes(validity, (length + 7) / 8);
    }
    if (isText() || type == Type.List || type == Type.LargeList) {
      offsets = source.buffer();
      requireBytes(offsets, length == 0 ? 0 : (length + 1) * (large ? 8 : 4));
    }
    if (isText() || isNumber()) {
      data = source.buffer();
    }
    if (isNumber()) {
      requireBytes(data, length * width);
    }
    children.forEach(child -> child.fill(source));
    for (ArrowView child : children) {
      long least = isStruct() ? length : type == Type.FixedSizeList ? length * size : 0;
      if (child.length < least) {
        throw new IllegalArgumentException("column '" + name + "' has too few values inside");
      }
    }
  }

  private void requireBytes(ByteBuffer buffer, long wanted) {
    if (buffer.remaining() < wanted) {
      throw new IllegalArgumentException("column '" + name + "' lacks bytes");
    }
  }

  long length() {
    return length;
  }

  boolean isPresent(int row) {
    return validity.remaining() == 0 || (validity.get(row / 8) >> (row % 8) & 1) == 1;
  }

  /** Returns where a list's items or a text's bytes begin. */
  int start(int row) {
    return type == Type.FixedSizeList ? row * size : offset(row);
  }

  /** Returns where they end. */
  int end(int row) {
    if (type == Type.FixedSizeList) {
      return (row + 1) * size;
    }
    int start = offset(row);
    int end = offset(row + 1);
    long most = isText() ? data.remaining() : item().length;
    if (end < start || end > most) {
      throw new IllegalArgumentException("column '" + name + "' has offsets out of order");
    }
    return end;
  }

  private int offset(int row) {
    long offset = large ? offsets.getLong(row * 8) : offsets.getInt(row * 4);
    if (offset < 0 || offset > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("column '" + name + "' has an offset out of range");
    }
    return (int) offset;
  }

  /** Returns a text's bytes. */
  byte[] text(int row) {
    int start = start(row);
    byte[] text = new byte[end(row) - start];
    data.get(start, text);
    return text;
  }

  /** Returns a number's bits, an integer's with its sign. */
  long bits(int row) {
    return switch (width) {
      case 1 -> signed ? data.get(row) : data.get(row) & 0xff;
      case 2 -> signed || floating ? data.getShort(row * 2) : data.getShort(row * 2) & 0xffff;
      case 4 ->
          signed || floating ? data.getInt(row * 4) : Integer.toUnsignedLong(data.getInt(row * 4));
      default -> data.getLong(row * 8);
    };
  }

  /** Returns an integer. */
  long integer(int row) {
    long bits = bits(row);
    if (width == 8 && !signed && bits < 0) {
      throw new IllegalArgumentException(
          "column '" + name + "' holds " + Long.toUnsignedString(bits) + ", which is too large");
    }
    return bits;
  }
}
