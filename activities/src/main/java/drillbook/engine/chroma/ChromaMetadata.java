package drillbook.engine.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record's metadata can say in Chroma, and what has to travel under the reserved key.
 *
 * <p>Source: Chroma 1.5.9, observed. Texts, 64-bit integers, floats, truth values and lists of one
 * of these come back as they went in, but for: null and the empty list (dropped), -0.0 (loses its
 * sign), floats of many digits (see {@link ExactNumbers#isKept}), integers beyond 64 bits (become
 * floats), lists of integers and floats (become floats). Keys that are empty or start with {@code
 * #} or {@code $} are refused; those that start with {@code chroma:} are its own and are dropped or
 * taken for the document.
 */
final class ChromaMetadata {
  private ChromaMetadata() {}

  /** Tells whether an entry comes back as it goes in. */
  static boolean holds(String key, @Nullable Object value) {
    boolean keyIsFree =
        !key.isEmpty()
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

  private static boolean holdsOne(@Nullable Object value) {
    return switch (value) {
      case String text -> true;
      case Boolean truth -> true;
      case Long number -> true;
      case Double number -> ExactNumbers.isKept(number);
      case null, default -> false;
    };
  }

  /** Writes entries that {@link #holds} said yes to. */
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
      case null, default -> throw new IllegalArgumentException("not held: " + value);
    }
  }

  /** Reads the object that a parser stands on; integers stay integers, floats stay floats. */
  static Map<String, @Nullable Object> read(JsonParser json) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      map.put(key, readValue(json));
    }
    return map;
  }

  private static @Nullable Object readValue(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT ->
          json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? json.getBigIntegerValue()
              : (Object) json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(readValue(json));
        }
        yield list;
      }
      case START_OBJECT -> read(json);
      default -> throw new IOException("unexpected token " + json.currentToken());
    };
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
