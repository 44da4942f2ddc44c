package drillbook.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON as engines speak it over HTTP. Safe for use by several threads. */
public final class RestJson {
  /** With room for large blobs, floats parsed fast. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(128 << 20)
                  .maxNumberLength(2000)
                  .build())
          .build();

  /** Small documents: maps are written with sorted keys, integers and floats stay apart. */
  public static final ObjectMapper MAPPER =
      new ObjectMapper(FACTORY).enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private RestJson() {}

  /** Returns a document as text, the same text for the same document. */
  public static String text(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + document.getClass(), e);
    }
  }

  /**
   * Returns a field that is an object, without what is null in it; an empty map where the document
   * has none. The map is the caller's own.
   */
  public static Map<String, Object> fields(@Nullable Object document, String field) {
    Map<String, Object> fields = new TreeMap<>();
    if (document instanceof Map<?, ?> map && map.get(field) instanceof Map<?, ?> inner) {
      inner.forEach((key, value) -> {
        if (value != null) {
          fields.put((String) key, value);
        }
      });
    }
    return fields;
  }

  /**
   * Reads the object that a parser stands on; integers stay integers, floats stay floats.
   *
   * @throws IOException also for an answer that breaks off
   */
  public static Map<String, @Nullable Object> read(JsonParser json) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      map.put(key, value(json));
    }
    return map;
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
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
          list.add(value(json));
        }
        yield list;
      }
      case START_OBJECT -> read(json);
      default -> throw new IOException("unexpected token " + json.currentToken());
    };
  }
}
