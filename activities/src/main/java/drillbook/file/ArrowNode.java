package drillbook.file;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/** A column of an Arrow record batch that is being filled, with the columns inside it. */
final class ArrowNode {
  /** What a column holds. */
  enum Kind {
    UTF8,
    FLOAT,
    DOUBLE,
    INT8,
    UINT8,
    UINT32,
    LIST,
    FIXED_LIST,
    STRUCT
  }

  private final String name;
  private final Kind kind;
  private final int size;
  private final List<ArrowNode> children;
  private final Bytes validity = new Bytes();
  private final Bytes offsets = new Bytes();
  private final Bytes data = new Bytes();
  private int length;
  private int nulls;

  private ArrowNode(String name, Kind kind, int size, ArrowNode... children) {
    this.name = name;
    this.kind = kind;
    this.size = size;
    this.children = List.of(children);
    clear();
  }

  static ArrowNode of(String name, Kind kind) {
    return new ArrowNode(name, kind, 0);
  }

  static ArrowNode list(String name, ArrowNode item) {
    return new ArrowNode(name, Kind.LIST, 0, item);
  }

  static ArrowNode fixed(String name, int size, ArrowNode item) {
    return new ArrowNode(name, Kind.FIXED_LIST, size, item);
  }

  static ArrowNode struct(String name, ArrowNode... fields) {
    return new ArrowNode(name, Kind.STRUCT, 0, fields);
  }

  ArrowNode child(int position) {
    return children.get(position);
  }

  /** Returns the bytes of all values so far, those of inner columns included. */
  long bytes() {
    long bytes = (long) data.length + offsets.length;
    for (ArrowNode child : children) {
      bytes += child.bytes();
    }
    return bytes;
  }

  /** Adds a value that is not there. */
  void addNull() {
    mark(false);
    switch (kind) {
      case FIXED_LIST -> {
        for (int i = 0; i < size; i++) {
          children.getFirst().addZero();
        }
      }
      case STRUCT -> children.forEach(ArrowNode::addNull);
      case UTF8, LIST -> endOffset();
      case FLOAT, DOUBLE, INT8, UINT8, UINT32 -> zero();
    }
  }

  private void addZero() {
    mark(true);
    zero();
  }

  private void zero() {
    data.put(0, width());
  }

  private int width() {
    return switch (kind) {
      case INT8, UINT8 -> 1;
      case FLOAT, UINT32 -> 4;
      case DOUBLE -> 8;
      case UTF8, LIST, FIXED_LIST, STRUCT -> 0;
    };
  }

  /** Adds a text. */
  void addText(byte[] source, int offset, int count) {
    mark(true);
    data.put(source, offset, count);
    endOffset();
  }

  /** Adds a number by its bits. */
  void addNumber(long bits) {
    mark(true);
    data.put(bits, width());
  }

  /** Adds many numbers by their bits. */
  void addNumbers(byte[] source, int offset, int count) {
    for (int i = 0; i < count; i++) {
      mark(true);
    }
    data.put(source, offset, count * width());
  }

  /** Ends a list or struct, whose items were added to its children. */
  void end() {
    mark(true);
    if (kind == Kind.LIST) {
      endOffset();
    }
  }

  private void endOffset() {
    offsets.put(kind == Kind.LIST ? children.getFirst().length : data.length, 4);
  }

  private void mark(boolean present) {
    if (length % 8 == 0) {
      validity.put(0, 1);
    }
    if (present) {
      validity.array[length / 8] |= (byte) (1 << (length % 8));
    } else {
      nulls++;
    }
    length++;
  }

  void clear() {
    length = 0;
    nulls = 0;
    validity.length = 0;
    data.length = 0;
    offsets.length = 0;
    if (kind == Kind.UTF8 || kind == Kind.LIST) {
      offsets.put(0, 4);
    }
    children.forEach(ArrowNode::clear);
  }

  /** Adds this column and those inside it, in Arrow's order: lengths and nulls, and buffers. */
  void flatten(List<long[]> nodes, List<Bytes> buffers) {
    nodes.add(new long[] {length, nulls});
    buffers.add(nulls == 0 ? Bytes.NONE : validity);
    switch (kind) {
      case UTF8 -> {
        buffers.add(offsets);
        buffers.add(data);
      }
      case LIST -> buffers.add(offsets);
      case FIXED_LIST, STRUCT -> {}
      case FLOAT, DOUBLE, INT8, UINT8, UINT32 -> buffers.add(data);
    }
    children.forEach(child -> child.flatten(nodes, buffers));
  }

  /** Writes the column's description, and returns where. */
  int field(FlatBufferBuilder out) {
    List<Integer> inner = new ArrayList<>();
    for (ArrowNode child : children) {
      inner.add(child.field(out));
    }
    int[] positions = inner.stream().mapToInt(Integer::intValue).toArray();
    int list = Field.createChildrenVector(out, positions);
    int text = out.createString(name);
    int type = type(out);
    return Field.createField(out, text, true, typeWord(), type, 0, list, 0);
  }

  private byte typeWord() {
    return switch (kind) {
      case UTF8 -> Type.Utf8;
      case FLOAT, DOUBLE -> Type.FloatingPoint;
      case INT8, UINT8, UINT32 -> Type.Int;
      case LIST -> Type.List;
      case FIXED_LIST -> Type.FixedSizeList;
      case STRUCT -> Type.Struct_;
    };
  }

  private int type(FlatBufferBuilder out) {
    return switch (kind) {
      case UTF8 -> {
        Utf8.startUtf8(out);
        yield Utf8.endUtf8(out);
      }
      case FLOAT -> FloatingPoint.createFloatingPoint(out, Precision.SINGLE);
      case DOUBLE -> FloatingPoint.createFloatingPoint(out, Precision.DOUBLE);
      case INT8 -> Int.createInt(out, 8, true);
      case UINT8 -> Int.createInt(out, 8, false);
      case UINT32 -> Int.createInt(out, 32, false);
      case LIST -> {
        org.apache.arrow.flatbuf.List.startList(out);
        yield org.apache.arrow.flatbuf.List.endList(out);
      }
      case FIXED_LIST -> FixedSizeList.createFixedSizeList(out, size);
      case STRUCT -> {
        Struct_.startStruct_(out);
        yield Struct_.endStruct_(out);
      }
    };
  }

  /** A growing buffer. */
  static final class Bytes {
    static final Bytes NONE = new Bytes();

    private byte[] array = new byte[64];
    private int length;

    byte[] array() {
      return array;
    }

    int length() {
      return length;
    }

    private void put(long value, int width) {
      ensure(width);
      for (int i = 0; i < width; i++) {
        array[length++] = (byte) (value >>> (8 * i));
      }
    }

    private void put(byte[] source, int offset, int count) {
      ensure(count);
      System.arraycopy(source, offset, array, length, count);
      length += count;
    }

    private void ensure(int more) {
      int wanted = Math.addExact(length, more);
      if (wanted > array.length) {
        array = Arrays.copyOf(array, (int) Math.max(wanted, Math.min(2L * array.length, 1 << 30)));
      }
    }
  }
}
