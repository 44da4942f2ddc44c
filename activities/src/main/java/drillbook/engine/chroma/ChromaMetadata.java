package drillbook.engine.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record's metadata can say in Chroma, and what has to travel under the reserved key.
 *
 * <p>Source: Chroma 1.5.9, observed. Texts, 64-bit integers, floats, truth values and lists of one
 * of these come back as they went in, but for: null and the empty list (dropped), -0.0 (loses its
 * sign), floats of many digits (see {@link #isKept}), integers beyond 64 bits (become floats),
 * lists of integers and floats (become floats). Keys that are empty or start with {@code #} or
 * {@code $} are refused; those that start with {@code chroma:} are its own and are dropped or taken
 * for the document.
 */
final class ChromaMetadata {
  private static final double[] POWERS = powers();
  private static final long LARGEST_POSITION = (1L << 32) - 1;
  private static final BigInteger LARGEST_SIGNIFICAND = new BigInteger("18446744073709551615");

  private ChromaMetadata() {}

  /** Tells whether an entry comes back as it goes in. */
  static boolean holds(String key, @Nullable Object value) {
    boolean keyIsFree =
        !key.isEmpty()
            && !key.equals(CosineVectors.KEY)
            && !key.startsWith("chroma:")
            && !key.startsWith("#")
            && !key.startsWith("$");
    if (!keyIsFree) {
      return false;
    }
    if (!(value instanceof List<?> list)) {
      return holdsOne(value);
    }
    Class<?> type = list.isEmpty() || list.getFirst() == null ? null : list.getFirst().getClass();
    return type != null
        && list.stream()
            .allMatch(item -> item != null && item.getClass() == type && holdsOne(item));
  }

  /**
   * Tells whether an entry comes back from Chroma Cloud as it goes in, where a sparse vector is a
   * value of its own.
   *
   * <p>Source: API description of Chroma 1.5.9, {@code SparseVector}: positions of 32 bits that
   * ascend, as many values of 32 bits, perhaps as many tokens. A single server answers 501 to the
   * whole request, "Sparse vector is not supported for local chroma".
   */
  static boolean cloudHolds(String key, @Nullable Object value) {
    // A key is judged as that of any value that is held.
    return value instanceof Map<?, ?> map ? isSparse(map) && holds(key, true) : holds(key, value);
  }

  private static boolean isSparse(Map<?, ?> map) {
    if (!"sparse_vector".equals(map.get("#type"))
        || !(map.get("indices") instanceof List<?> indices)
        || !(map.get("values") instanceof List<?> values)
        || indices.size() != values.size()) {
      return false;
    }
    boolean withTokens =
        map.get("tokens") instanceof List<?> tokens
            && tokens.size() == indices.size()
            && tokens.stream().allMatch(String.class::isInstance);
    if (map.size() != (withTokens ? 4 : 3)) {
      return false;
    }
    long last = -1;
    for (Object index : indices) {
      if (!(index instanceof Long position) || position <= last || position > LARGEST_POSITION) {
        return false;
      }
      last = position;
    }
    return values.stream().allMatch(ChromaMetadata::isKeptWeight);
  }

  private static boolean isKeptWeight(@Nullable Object value) {
    return value instanceof Double weight
        && Double.isFinite(weight)
        && Double.doubleToRawLongBits(weight) != Long.MIN_VALUE
        && Double.parseDouble(Float.toString(weight.floatValue())) == weight;
  }

  private static boolean holdsOne(@Nullable Object value) {
    return switch (value) {
      case String text -> true;
      case Boolean truth -> true;
      case Long number -> true;
      case Double number -> isKept(number);
      case null, default -> false;
    };
  }

  /**
   * Tells whether a float in a record's metadata comes back as it went in. Chroma scales its
   * decimal digits by a power of ten in floating point, which gives a neighbour for about every
   * tenth value with all its digits in use; what it once handed out mostly stays as it is.
   */
  static boolean isKept(double value) {
    return Double.isFinite(value)
        && Double.doubleToRawLongBits(value) != Long.MIN_VALUE
        && readByChroma(new BigDecimal(Double.toString(value))) == value;
  }

  /** Digits as a 64-bit integer, rounded to a float, then one multiplication or division. */
  private static double readByChroma(BigDecimal decimal) {
    BigInteger digits = decimal.unscaledValue().abs();
    if (digits.compareTo(LARGEST_SIGNIFICAND) > 0) {
      return Double.NaN;
    }
    double result = digits.doubleValue();
    int exponent = -decimal.scale();
    while (exponent < -308 && result != 0) {
      result /= 1e308;
      exponent += 308;
    }
    if (exponent > 308) {
      return Double.NaN;
    }
    if (exponent >= -308) {
      result = exponent >= 0 ? result * POWERS[exponent] : result / POWERS[-exponent];
    }
    return decimal.signum() < 0 ? -result : result;
  }

  private static double[] powers() {
    double[] powers = new double[309];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Double.parseDouble("1e" + i);
    }
    return powers;
  }

  /** Writes entries that {@link #holds} or {@link #cloudHolds} said yes to. */
  static void write(JsonGenerator json, Map<String, @Nullable Object> stored) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, @Nullable Object> entry : stored.entrySet()) {
      json.writeFieldName(entry.getKey());
      writeValue(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          writeValue(json, item);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName((String) entry.getKey());
          writeValue(json, entry.getValue());
        }
        json.writeEndObject();
      }
      case null, default -> throw new IllegalArgumentException("not held: " + value);
    }
  }

  /** Reads the metadata that a parser stands on. */
  static Map<String, @Nullable Object> read(JsonParser json) throws IOException {
    Map<String, @Nullable Object> metadata = RestJson.read(json);
    for (Object value : metadata.values()) {
      // Whether the absence of tokens is told or left out depends on the server.
      if (value instanceof Map<?, ?> map && "sparse_vector".equals(map.get("#type"))) {
        map.remove("tokens", null);
      }
    }
    return metadata;
  }

  /**
   * Reads an answer with metadatas, one record's at a time.
   *
   * @param target receives the ids of records that have a list in their metadata
   * @return how many records the answer has
   */
  static int idsWithLists(InputStream body, List<String> target) throws IOException {
    List<String> ids = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        if (json.nextToken() != JsonToken.START_ARRAY) {
          json.skipChildren();
          continue;
        }
        for (int row = 0; json.nextToken() != JsonToken.END_ARRAY; row++) {
          if (field.equals("ids")) {
            ids.add(json.getText());
          } else if (field.equals("metadatas") && json.currentToken() == JsonToken.START_OBJECT) {
            if (read(json).values().stream().anyMatch(List.class::isInstance)) {
              rows.add(row);
            }
          } else {
            json.skipChildren();
          }
        }
      }
    }
    rows.forEach(row -> target.add(ids.get(row)));
    return ids.size();
  }

  /** Returns a record's encoded id from its id in Chroma and its metadata. */
  static byte[] id(String id, @Nullable Object metadata) throws DrillbookException {
    Object reserved = metadata instanceof Map<?, ?> map ? map.get(Reserved.KEY) : null;
    if (reserved == null) {
      return RecordId.of(id);
    }
    try {
      return Reserved.unpack(Map.of(Reserved.KEY, reserved)).id().orElseGet(() -> RecordId.of(id));
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "record " + id + " could not be read: " + e.getMessage(), "", e);
    }
  }
}
