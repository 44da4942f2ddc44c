package drillbook.engine.pgvector.copy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays: their bounds, then their elements in the element type's form. */
final class ArrayCodec {
  private static final int MAX_DIMENSIONS = 6;

  private ArrayCodec() {}

  /** Returns an array as nested lists; its bytes where its bounds do not start at 1. */
  static Object read(ValueCodec element, byte[] data, int offset, int length) throws IOException {
    ValueCodec.require(length >= 12, "an array of " + length + " bytes");
    int dimensions = Bytes.intAt(data, offset);
    ValueCodec.require(
        dimensions >= 0 && dimensions <= MAX_DIMENSIONS,
        "an array of " + dimensions + " dimensions");
    ValueCodec.require(length >= 12 + 8 * dimensions, "an array of " + length + " bytes");
    int[] sizes = new int[dimensions];
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = Bytes.intAt(data, offset + 12 + 8 * i);
      ValueCodec.require(
          sizes[i] > 0 && sizes[i] <= length, "an array of " + sizes[i] + " elements");
      if (Bytes.intAt(data, offset + 16 + 8 * i) != 1) {
        return Arrays.copyOfRange(data, offset, offset + length);
      }
    }
    Cursor cursor = new Cursor(data, offset + 12 + 8 * dimensions, offset + length);
    List<@Nullable Object> list = dimensions == 0 ? List.of() : elements(element, cursor, sizes, 0);
    ValueCodec.require(cursor.position == cursor.end, "bytes behind an array's elements");
    return list;
  }

  private static final class Cursor {
    private final byte[] data;
    private final int end;
    private int position;

    Cursor(byte[] data, int position, int end) {
      this.data = data;
      this.position = position;
      this.end = end;
    }
  }

  private static List<@Nullable Object> elements(
      ValueCodec element, Cursor cursor, int[] sizes, int depth) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < sizes[depth]; i++) {
      if (depth + 1 < sizes.length) {
        list.add(elements(element, cursor, sizes, depth + 1));
        continue;
      }
      ValueCodec.require(cursor.end - cursor.position >= 4, "an array that ends too early");
      int length = Bytes.intAt(cursor.data, cursor.position);
      cursor.position += 4;
      if (length == -1) {
        list.add(null);
        continue;
      }
      ValueCodec.require(
          length >= 0 && length <= cursor.end - cursor.position,
          "an array element of " + length + " bytes");
      list.add(element.read(cursor.data, cursor.position, length));
      cursor.position += length;
    }
    return list;
  }

  /** Writes nested lists of equal lengths, or the bytes of an array. */
  static void write(ValueCodec element, Bytes out, Object value) {
    if (value instanceof byte[] asItIs) {
      out.add(asItIs);
      return;
    }
    List<?> list = element.expect(value, List.class);
    List<Integer> sizes = new ArrayList<>();
    for (Object level = list; level instanceof List<?> items; level = items.getFirst()) {
      if (items.isEmpty()) {
        break;
      }
      sizes.add(items.size());
    }
    if (sizes.size() > MAX_DIMENSIONS || (list.isEmpty() != sizes.isEmpty())) {
      throw element.unfit("a list nested that deep");
    }
    out.addInt(sizes.size());
    int flags = out.reserve(4);
    out.setInt(flags, 0);
    out.addInt(element.oid());
    for (int size : sizes) {
      out.addInt(size);
      out.addInt(1);
    }
    if (!list.isEmpty() && writeElements(element, out, list, sizes, 0)) {
      out.setInt(flags, 1);
    }
  }

  private static boolean writeElements(
      ValueCodec element, Bytes out, List<?> list, List<Integer> sizes, int depth) {
    if (list.size() != sizes.get(depth)) {
      throw element.unfit("lists of unequal length");
    }
    boolean nulls = false;
    for (Object item : list) {
      if (depth + 1 < sizes.size()) {
        nulls |= writeElements(element, out, element.expect(item, List.class), sizes, depth + 1);
      } else if (item == null) {
        out.addInt(-1);
        nulls = true;
      } else {
        int start = out.reserve(4);
        element.write(out, item);
        out.setInt(start, out.length() - start - 4);
      }
    }
    return nulls;
  }
}
