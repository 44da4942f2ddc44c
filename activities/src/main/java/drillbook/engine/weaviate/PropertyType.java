package drillbook.engine.weaviate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data type of a property: which payload values it holds as they are, how they are written and
 * what is made of them when they are read.
 *
 * <p>Source: Weaviate 1.39.0, observed. All numbers are 64-bit floats inside, so that an {@code
 * int} of more than 53 bits is rounded; null at the top is dropped; dates keep their offset and
 * nanoseconds; a list may be empty, and what it would have held is known from the property only.
 *
 * @param word Weaviate's word: {@code text}, {@code int[]}, ...; of a reference, its first class
 * @param nested the properties of an {@code object}, by name
 */
record PropertyType(String word, Map<String, PropertyType> nested) {
  private static final Set<String> PHONE_FIELDS =
      Set.of(
          "input",
          "defaultCountry",
          "countryCode",
          "international",
          "internationalFormatted",
          "national",
          "nationalFormatted",
          "valid");

  /** Copies the nested properties. */
  PropertyType {
    nested = Map.copyOf(nested);
  }

  /** Returns the types of the properties that a class or an object describes, by name. */
  static Map<String, PropertyType> ofAll(@Nullable Object properties) {
    Map<String, PropertyType> types = new HashMap<>();
    if (properties instanceof List<?> list) {
      for (Object property : list) {
        if (property instanceof Map<?, ?> map
            && map.get("dataType") instanceof List<?> words
            && !words.isEmpty()) {
          types.put(
              String.valueOf(map.get("name")),
              new PropertyType(
                  String.valueOf(words.getFirst()), ofAll(map.get("nestedProperties"))));
        }
      }
    }
    return types;
  }

  /** Returns the word for a property that would hold a value; empty where none would. */
  static Optional<String> wordFor(@Nullable Object value) {
    Optional<String> one =
        switch (value) {
          case String text -> Optional.of("text");
          case Long number -> Optional.of("int");
          case Double number -> Optional.of("number");
          case Boolean truth -> Optional.of("boolean");
          case OffsetDateTime time -> Optional.of("date");
          case UUID uuid -> Optional.of("uuid");
          case byte[] bytes -> Optional.of("blob");
          case List<?> list -> list.isEmpty() ? Optional.empty() : listWord(list.getFirst());
          case null, default -> Optional.empty();
        };
    return one.filter(word -> new PropertyType(word, Map.of()).holds(value));
  }

  private static Optional<String> listWord(@Nullable Object first) {
    return first instanceof List<?> || first instanceof byte[]
        ? Optional.empty()
        : wordFor(first).map(word -> word + "[]");
  }

  /** Tells whether this is a reference to other objects. */
  boolean isReference() {
    return Character.isUpperCase(word.charAt(0));
  }

  private boolean isList() {
    return word.endsWith("[]");
  }

  private PropertyType element() {
    return new PropertyType(word.substring(0, word.length() - 2), nested);
  }

  /** Tells whether a value comes back as it goes in. */
  boolean holds(@Nullable Object value) {
    if (isReference()) {
      return value instanceof List<?> list
          && !list.isEmpty()
          && list.stream()
              .allMatch(item ->
                  item instanceof Map<?, ?> map
                      && map.keySet().equals(Set.of("beacon"))
                      && map.get("beacon") instanceof String);
    }
    if (isList()) {
      return value instanceof List<?> list && list.stream().allMatch(element()::holds);
    }
    return switch (word) {
      case "text", "string" -> value instanceof String;
      case "int" -> value instanceof Long number && rounded(number).equals(number);
      case "number" -> value instanceof Double number && Double.isFinite(number);
      case "boolean" -> value instanceof Boolean;
      case "date" -> value instanceof OffsetDateTime time && holdsTime(time);
      case "uuid" -> value instanceof UUID;
      case "blob" -> value instanceof byte[] bytes && bytes.length > 0;
      case "geoCoordinates" -> isPlace(value, PropertyType::isSingle);
      case "phoneNumber" ->
          value instanceof Map<?, ?> map
              && map.get("input") instanceof String
              && PHONE_FIELDS.containsAll(map.keySet());
      case "object" -> value instanceof Map<?, ?> map && holdsFields(map);
      default -> false;
    };
  }

  private boolean holdsFields(Map<?, ?> map) {
    // By its looks a place, so it becomes one, of 32-bit floats.
    if (map.keySet().equals(Set.of("latitude", "longitude")) && !isPlace(map, x -> true)) {
      return false;
    }
    return map.entrySet().stream()
        .allMatch(entry -> {
          PropertyType type = nested.get(String.valueOf(entry.getKey()));
          return type != null && (entry.getValue() == null || type.holds(entry.getValue()));
        });
  }

  private static boolean isPlace(
      @Nullable Object value, java.util.function.Predicate<Double> coordinate) {
    return value instanceof Map<?, ?> map
        && map.keySet().equals(Set.of("latitude", "longitude"))
        && map.values().stream()
            .allMatch(each -> each instanceof Double number && coordinate.test(number));
  }

  private static boolean isSingle(double value) {
    return Double.parseDouble(Float.toString((float) value)) == value;
  }

  /** Go reads years of four digits and offsets without seconds. */
  private static boolean holdsTime(OffsetDateTime time) {
    return time.getYear() >= 0
        && time.getYear() <= 9999
        && time.getOffset().getTotalSeconds() % 60 == 0;
  }

  /** Returns what an integer is handed out as: the shortest digits of the nearest float. */
  private static Object rounded(long value) {
    BigInteger back = new BigDecimal(Double.toString((double) value)).toBigInteger();
    return back.bitLength() < Long.SIZE ? (Object) back.longValue() : back;
  }

  /** Writes a value that {@link #holds} said yes to. */
  void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      case OffsetDateTime time ->
          json.writeString(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
      case UUID uuid -> json.writeString(uuid.toString());
      case byte[] bytes -> json.writeBinary(bytes);
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          (isList() ? element() : this).write(json, item);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          String key = String.valueOf(entry.getKey());
          json.writeFieldName(key);
          nested.getOrDefault(key, this).write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("not held: " + value.getClass());
    }
  }

  /** Reads the value that a parser stands on. */
  @Nullable Object read(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (isReference()) {
      return readReferences(json);
    }
    if (isList()) {
      PropertyType element = element();
      List<@Nullable Object> list = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(element.read(json));
      }
      return list;
    }
    return switch (word) {
      case "int" -> readInteger(json);
      case "number" -> Double.parseDouble(json.getText());
      case "date" -> readTime(json.getText());
      case "uuid" -> UUID.fromString(json.getText());
      case "blob" -> readBlob(json.getText());
      case "geoCoordinates" -> readPlace(json);
      default -> json.currentToken() == JsonToken.START_OBJECT ? readObject(json) : readPlain(json);
    };
  }

  private static Object readInteger(JsonParser json) throws IOException {
    BigInteger value =
        json.currentToken() == JsonToken.VALUE_NUMBER_INT
            ? json.getBigIntegerValue()
            : json.getDecimalValue().toBigInteger();
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static Object readTime(String text) {
    try {
      return OffsetDateTime.parse(text);
    } catch (DateTimeException e) {
      // One that Go takes for a time and Java does not is carried as it is.
      return text;
    }
  }

  private static Object readBlob(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return text;
    }
    return Base64.getEncoder().encodeToString(bytes).equals(text) ? bytes : text;
  }

  private static Object readPlace(JsonParser json) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      map.put(key, Double.parseDouble(json.getText()));
    }
    return map;
  }

  private Object readObject(JsonParser json) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      PropertyType type = nested.get(key);
      map.put(key, type == null ? readPlain(json) : type.read(json));
    }
    return map;
  }

  /** The link that goes with a reference is made of it. */
  private static Object readReferences(JsonParser json) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      Map<String, @Nullable Object> reference = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        if (key.equals("beacon")) {
          reference.put(key, json.getText());
        } else {
          json.skipChildren();
        }
      }
      list.add(reference);
    }
    return list;
  }

  /** Reads a value by what it looks like. */
  static @Nullable Object readPlain(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT -> readInteger(json);
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(readPlain(json));
        }
        yield list;
      }
      case START_OBJECT -> new PropertyType("object", Map.of()).readObject(json);
      default -> throw new IOException("unexpected token " + json.currentToken());
    };
  }
}
