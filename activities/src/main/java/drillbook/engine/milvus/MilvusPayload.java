package drillbook.engine.milvus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Payload as the JSON that Milvus keeps. Milvus 2.3 keeps the bytes as they came; Milvus Lite reads
 * and writes them anew, which keeps types and values of what {@link #holds} says.
 */
final class MilvusPayload {
  private static final int MOST_LEVELS = 50;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(128 << 20)
                  .maxNumberLength(2000)
                  .build())
          .build();

  private MilvusPayload() {}

  /** Tells whether a value comes back from JSON with its type and exactly. */
  static boolean holds(@Nullable Object value) {
    return holds(value, 0);
  }

  private static boolean holds(@Nullable Object value, int level) {
    return switch (value) {
      case null -> true;
      case String text -> text.indexOf('\0') < 0;
      case Boolean truth -> true;
      case Long number -> true;
      case Double number -> Double.isFinite(number);
      case List<?> list ->
          level < MOST_LEVELS && list.stream().allMatch(item -> holds(item, level + 1));
      case Map<?, ?> map ->
          level < MOST_LEVELS
              && map.entrySet().stream()
                  .allMatch(entry ->
                      ((String) entry.getKey()).indexOf('\0') < 0
                          && holds(entry.getValue(), level + 1));
      default -> false;
    };
  }

  /** Returns the JSON of a value. */
  static byte[] encode(@Nullable Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName((String) entry.getKey());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
    }
  }

  /**
   * Returns the value of a JSON text.
   *
   * @throws IOException when it is none
   */
  static @Nullable Object decode(InputStream text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      return parser.nextToken() == null ? null : read(parser);
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> {
        BigInteger number = parser.getBigIntegerValue();
        yield number.bitLength() < Long.SIZE ? (Object) number.longValueExact() : number;
      }
      case VALUE_NUMBER_FLOAT -> {
        double number = parser.getDoubleValue();
        yield Double.isFinite(number) ? (Object) number : parser.getDecimalValue();
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(parser));
        }
        yield list;
      }
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          map.put(key, read(parser));
        }
        yield map;
      }
      default -> throw new IOException("no JSON value: " + parser.currentToken());
    };
  }
}
