package drillbook.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Payload values and ids as JSON. What JSON has no type for is an object with one key: {@code
 * $bytes}, {@code $decimal}, {@code $timestamp}, {@code $date}, {@code $uuid}, {@code $float} for
 * what is no number; a map that looks like one of these is wrapped in {@code $map}. An integer has
 * neither point nor exponent, a float always has one.
 */
final class JsonValues {
  private static final int MAX_DEPTH = 200;

  private JsonValues() {}

  static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Long number -> json.writeNumber(number);
      case BigInteger number -> json.writeNumber(number);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Double number -> typed(json, "$float", number.toString());
      case Boolean truth -> json.writeBoolean(truth);
      case byte[] bytes -> typed(json, "$bytes", Base64.getEncoder().encodeToString(bytes));
      case BigDecimal number ->
          // The scale is part of the value, and BigDecimal's own text keeps it.
          typed(json, "$decimal", number.toString());
      case OffsetDateTime time ->
          typed(json, "$timestamp", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
      case LocalDate date -> typed(json, "$date", date.toString());
      case UUID uuid -> typed(json, "$uuid", uuid.toString());
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> writeMap(json, map);
      default -> throw new IllegalArgumentException("no payload value: " + value.getClass());
    }
  }

  /** Writes the outermost map of a payload, which is never taken for a typed value. */
  static void writePlainMap(JsonGenerator json, Map<?, ?> map) throws IOException {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.writeFieldName((String) entry.getKey());
      write(json, entry.getValue());
    }
    json.writeEndObject();
  }

  /** Reads the value that the parser stands on. */
  static @Nullable Object read(JsonParser json) throws IOException {
    return read(json, 0);
  }

  /** Reads a map that is never taken for a typed value; the parser stands on its brace. */
  static Map<String, @Nullable Object> readPlainMap(JsonParser json) throws IOException {
    return readPlainMap(json, 0);
  }

  private static void writeMap(JsonGenerator json, Map<?, ?> map) throws IOException {
    boolean looksTyped =
        map.size() == 1 && ((String) map.keySet().iterator().next()).startsWith("$");
    if (looksTyped) {
      json.writeStartObject();
      json.writeFieldName("$map");
      writePlainMap(json, map);
      json.writeEndObject();
    } else {
      writePlainMap(json, map);
    }
  }

  private static void typed(JsonGenerator json, String type, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField(type, text);
    json.writeEndObject();
  }

  private static @Nullable Object read(JsonParser json, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH);
    }
    JsonToken token = json.currentToken();
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> integer(json.getText());
      case VALUE_NUMBER_FLOAT -> real(json.getText());
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(json, depth + 1));
        }
        yield list;
      }
      case START_OBJECT -> readObject(json, depth);
      default -> throw new IllegalArgumentException("unexpected " + token);
    };
  }

  /** Returns a float; refuses a number that would become infinite. */
  static double real(String text) {
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value) && !isInfinity(text)) {
      throw new NumberFormatException("beyond the range of 64 bits: " + text);
    }
    return value;
  }

  /** Tells whether an infinite number is meant as such. */
  static boolean isInfinity(String text) {
    return text.equals("Infinity") || text.equals("-Infinity");
  }

  static Object integer(String text) {
    BigInteger value = new BigInteger(text);
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private static @Nullable Object readObject(JsonParser json, int depth) throws IOException {
    if (json.nextToken() == JsonToken.END_OBJECT) {
      return new LinkedHashMap<String, @Nullable Object>();
    }
    String first = json.currentName();
    if (!first.startsWith("$")) {
      return readEntries(json, depth);
    }
    json.nextToken();
    if (first.equals("$map") && json.currentToken() == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> map = readPlainMap(json, depth + 1);
      if (json.nextToken() == JsonToken.END_OBJECT) {
        return map;
      }
      return readRest(json, first, map, depth);
    }
    Object value = read(json, depth + 1);
    if (json.nextToken() == JsonToken.END_OBJECT) {
      return typedValue(first, value);
    }
    return readRest(json, first, value, depth);
  }

  /** A map with more than one key is an ordinary one, whatever its first key is. */
  private static Map<String, @Nullable Object> readRest(
      JsonParser json, String first, @Nullable Object value, int depth) throws IOException {
    Map<String, @Nullable Object> map = readEntries(json, depth);
    if (map.containsKey(first)) {
      throw new IllegalArgumentException("key '" + first + "' stands twice");
    }
    map.put(first, value);
    return map;
  }

  private static Map<String, @Nullable Object> readPlainMap(JsonParser json, int depth)
      throws IOException {
    return json.nextToken() == JsonToken.END_OBJECT
        ? new LinkedHashMap<>()
        : readEntries(json, depth);
  }

  /** Reads to the end of a map whose next key the parser stands on. */
  private static Map<String, @Nullable Object> readEntries(JsonParser json, int depth)
      throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    do {
      String key = json.currentName();
      json.nextToken();
      if (map.containsKey(key)) {
        throw new IllegalArgumentException("key '" + key + "' stands twice");
      }
      map.put(key, read(json, depth + 1));
    } while (json.nextToken() != JsonToken.END_OBJECT);
    return map;
  }

  private static Object typedValue(String type, @Nullable Object value) throws IOException {
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("'" + type + "' needs a text");
    }
    try {
      return switch (type) {
        case "$bytes" -> Base64.getDecoder().decode(text);
        case "$decimal" -> new BigDecimal(text);
        case "$timestamp" -> OffsetDateTime.parse(text);
        case "$date" -> LocalDate.parse(text);
        case "$uuid" -> UUID.fromString(text);
        case "$float" -> real(text);
        default ->
            throw new IllegalArgumentException(
                "unknown type '" + type + "'; wrap such a map in $map");
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + type + "' cannot be '" + text + "': " + e.getMessage(), e);
    }
  }
}
