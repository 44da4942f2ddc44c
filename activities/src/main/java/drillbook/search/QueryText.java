package drillbook.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Vectors as people write them: {@code [0.1, 0.2]}, for bits {@code "0110"} or {@code [0, 1, 1,
 * 0]}, for lists of vectors an array of these, and for sparse ones {@code {"indices": [3, 7],
 * "values": [0.5, 1]}}. Elements become what the backup holds: rounded to its floats, refused where
 * it holds integers and they are none.
 */
final class QueryText {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private QueryText() {}

  /**
   * Reads a vector, or where the field holds lists of vectors also several.
   *
   * @throws DrillbookException CONFIGURATION when it is none, or of another dimension
   */
  static Query.Dense dense(VectorField field, String text) throws DrillbookException {
    JsonNode json = json(text);
    List<JsonNode> rows = new ArrayList<>();
    if (field.multi() && json.isArray() && !json.isEmpty() && !json.get(0).isNumber()) {
      json.forEach(rows::add);
    } else {
      rows.add(json);
    }
    ByteArrayOutputStream bits = new ByteArrayOutputStream();
    int dimension = 0;
    for (JsonNode row : rows) {
      List<JsonNode> elements = elements(field.elementType(), row);
      boolean other = dimension != 0 && elements.size() != dimension;
      if (elements.isEmpty() || other) {
        throw no("vectors have one dimension of at least 1: " + elements.size());
      }
      dimension = elements.size();
      bits.writeBytes(bits(field.elementType(), elements));
    }
    if (field.dimension() != 0 && dimension != field.dimension()) {
      throw no(
          "it has "
              + dimension
              + " elements, and the records of the backup have vectors of "
              + field.dimension());
    }
    return new Query.Dense(field.elementType(), dimension, rows.size(), bits.toByteArray());
  }

  /**
   * Reads a sparse vector.
   *
   * @throws DrillbookException CONFIGURATION when it is none
   */
  static Query.Sparse sparse(SparseField field, String text) throws DrillbookException {
    JsonNode json = json(text);
    JsonNode indices = json.path("indices");
    JsonNode values = json.path("values");
    if (!json.isObject() || json.size() != 2 || !indices.isArray() || !values.isArray()) {
      throw no("a sparse vector is written as {\"indices\": [3, 7], \"values\": [0.5, 1]}");
    }
    if (indices.size() != values.size() || indices.isEmpty()) {
      throw no(
          "as many indices as values, and at least one: "
              + indices.size()
              + " and "
              + values.size());
    }
    SortedMap<Long, JsonNode> ordered = new TreeMap<>();
    for (int i = 0; i < indices.size(); i++) {
      JsonNode index = indices.get(i);
      long position = index.isIntegralNumber() && index.canConvertToLong() ? index.asLong() : -1;
      long end = field.dimension() == 0 ? 1L << 32 : field.dimension();
      if (position < 0 || position >= end) {
        throw no("an index is a whole number from 0 to " + (end - 1) + ": " + index);
      }
      if (ordered.put(position, values.get(i)) != null) {
        throw no("index " + position + " stands twice");
      }
    }
    ByteBuffer positions = ByteBuffer.allocate(4 * ordered.size()).order(ByteOrder.LITTLE_ENDIAN);
    ordered.keySet().forEach(position -> positions.putInt(position.intValue()));
    return new Query.Sparse(
        field.elementType(),
        positions.array(),
        bits(field.elementType(), List.copyOf(ordered.values())));
  }

  private static JsonNode json(String text) throws DrillbookException {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw no("it is no JSON: " + e.getOriginalMessage());
    }
  }

  private static List<JsonNode> elements(ElementType type, JsonNode row) throws DrillbookException {
    if (type == ElementType.BIT && row.isTextual()) {
      return row.asText()
          .chars()
          .mapToObj(digit -> (JsonNode) JSON.getNodeFactory().numberNode(digit - '0'))
          .toList();
    }
    if (!row.isArray()) {
      throw no(
          type == ElementType.BIT
              ? "a vector of bits is written as \"0110\" or [0, 1, 1, 0]"
              : "a vector is written as [0.1, 0.2]");
    }
    List<JsonNode> elements = new ArrayList<>();
    row.forEach(elements::add);
    return elements;
  }

  private static byte[] bits(ElementType type, List<JsonNode> elements) throws DrillbookException {
    ByteBuffer bits =
        ByteBuffer.allocate(type.bytes(elements.size())).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements.size(); i++) {
      JsonNode element = elements.get(i);
      if (!element.isNumber()) {
        throw no("element " + (i + 1) + " is no number: " + element);
      }
      switch (type) {
        case F32 -> bits.putFloat((float) finite(element, (double) element.floatValue(), type));
        case F16 -> {
          short half = Float.floatToFloat16(element.floatValue());
          finite(element, Float.float16ToFloat(half), type);
          bits.putShort(half);
        }
        case BF16 -> {
          int raw = Float.floatToRawIntBits(element.floatValue());
          int rounded = raw + 0x7fff + (raw >>> 16 & 1);
          finite(element, element.floatValue(), type);
          finite(element, Float.intBitsToFloat(rounded & 0xffff0000), type);
          bits.putShort((short) (rounded >>> 16));
        }
        case F64 -> bits.putDouble(finite(element, element.doubleValue(), type));
        case I8 -> bits.put((byte) whole(element, Byte.MIN_VALUE, Byte.MAX_VALUE, type));
        case U8 -> bits.put((byte) whole(element, 0, 255, type));
        case BIT -> {
          int bit = whole(element, 0, 1, type);
          bits.put(i >> 3, (byte) (bits.get(i >> 3) | bit << (7 - (i & 7))));
        }
      }
    }
    return bits.array();
  }

  /** Nothing is near to what is no number: such a search would find nothing and look fine. */
  private static double finite(JsonNode element, double value, ElementType type)
      throws DrillbookException {
    if (!Double.isFinite(value)) {
      throw no(
          Double.isNaN(element.doubleValue())
              ? "an element is NaN, to which nothing is near"
              : "an element is beyond what " + type.word() + " holds: " + element);
    }
    return value;
  }

  private static int whole(JsonNode element, int least, int most, ElementType type)
      throws DrillbookException {
    boolean integer = element.isIntegralNumber() && element.canConvertToInt();
    if (!integer || element.asInt() < least || element.asInt() > most) {
      throw no(
          String.format(
              Locale.ROOT,
              "an element of %s is a whole number from %d to %d: %s",
              type.word(),
              least,
              most,
              element));
    }
    return element.asInt();
  }

  private static DrillbookException no(String why) {
    return new DrillbookException(
        FailureKind.CONFIGURATION, "the vector cannot be searched for: " + why, "");
  }
}
