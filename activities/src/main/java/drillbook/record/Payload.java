package drillbook.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record's payload as a deterministic CBOR map, types kept: text, integer, float, truth value,
 * null, bytes, decimal (tag 4), timestamp (tag 0), date (tag 1004), uuid (tag 37), list, map. An
 * integer is not a float, null is not absent, text is not normalised.
 *
 * <p>Java values: String, Long, Integer, BigInteger, Double, Float, Boolean, null, byte[],
 * BigDecimal, OffsetDateTime, LocalDate, UUID, List, Map with String keys. Decoding gives Long for
 * integers that 64 bits hold, Double for floats, LinkedHashMap and ArrayList.
 */
public final class Payload {
  static final long TAG_TIMESTAMP = 0;
  static final long TAG_DECIMAL = 4;
  static final long TAG_UUID = 37;
  static final long TAG_DATE = 1004;

  // Off by default, the parser reads a negative big integer (tag 3) as another number.
  private static final CBORFactory FACTORY =
      CBORFactory.builder()
          .enable(CBORParser.Feature.DECODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING)
          .build();
  private static final int MAX_DEPTH = 200;

  private Payload() {}

  /** Returns the canonical bytes of a payload. */
  public static byte[] encode(Map<String, ? extends @Nullable Object> payload) {
    CanonicalCbor cbor = new CanonicalCbor();
    write(cbor, payload, 0);
    return cbor.toByteArray();
  }

  /** Writes a value in canonical form. */
  public static void write(CanonicalCbor cbor, @Nullable Object value) {
    write(cbor, value, 0);
  }

  /**
   * Returns the values of a payload.
   *
   * @throws IOException when the bytes are no CBOR map
   */
  public static Map<String, @Nullable Object> decode(byte[] cbor) throws IOException {
    Object value = decodeItem(cbor);
    if (!(value instanceof Map<?, ?> map)) {
      throw new IOException("payload is no map");
    }
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    map.forEach((key, item) -> payload.put((String) key, item));
    return payload;
  }

  /** Returns the value of one CBOR item. */
  static @Nullable Object decodeItem(byte[] cbor) throws IOException {
    try (CBORParser parser = FACTORY.createParser(cbor)) {
      if (parser.nextToken() == null) {
        throw new IOException("empty CBOR item");
      }
      Object value = read(parser);
      if (parser.nextToken() != null) {
        throw new IOException("bytes after the CBOR item");
      }
      return value;
    } catch (DateTimeException | NumberFormatException e) {
      throw new IOException("malformed CBOR item: " + e.getMessage(), e);
    }
  }

  private static void write(CanonicalCbor cbor, @Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("payload is nested deeper than " + MAX_DEPTH);
    }
    switch (value) {
      case null -> cbor.nil();
      case String text -> cbor.text(text);
      case Long number -> cbor.integer(number);
      case Integer number -> cbor.integer(number.longValue());
      case BigInteger number -> cbor.integer(number);
      case Double number -> cbor.number(number);
      case Float number -> cbor.number(number.doubleValue());
      case Boolean truth -> cbor.bool(truth);
      case byte[] bytes -> cbor.bytes(bytes);
      case BigDecimal number ->
          cbor.tag(TAG_DECIMAL)
              .array(2)
              .integer(-(long) number.scale())
              .integer(number.unscaledValue());
      case OffsetDateTime time ->
          cbor.tag(TAG_TIMESTAMP).text(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
      case LocalDate date -> cbor.tag(TAG_DATE).text(date.toString());
      case UUID uuid ->
          cbor.tag(TAG_UUID)
              .bytes(
                  ByteBuffer.allocate(16)
                      .putLong(uuid.getMostSignificantBits())
                      .putLong(uuid.getLeastSignificantBits())
                      .array());
      case List<?> list -> {
        cbor.array(list.size());
        for (Object item : list) {
          write(cbor, item, depth + 1);
        }
      }
      case Map<?, ?> map -> writeMap(cbor, map, depth);
      default -> throw new IllegalArgumentException("no payload value: " + value.getClass());
    }
  }

  private record Entry(byte[] key, @Nullable Object value) {}

  private static void writeMap(CanonicalCbor cbor, Map<?, ?> map, int depth) {
    List<Entry> entries = new ArrayList<>(map.size());
    CanonicalCbor keys = new CanonicalCbor();
    map.forEach((key, value) ->
        entries.add(new Entry(keys.clear().text((String) key).toByteArray(), value)));
    entries.sort((left, right) -> Arrays.compareUnsigned(left.key(), right.key()));
    cbor.map(entries.size());
    for (Entry entry : entries) {
      cbor.raw(entry.key(), 0, entry.key().length);
      write(cbor, entry.value(), depth + 1);
    }
  }

  private static @Nullable Object read(CBORParser parser) throws IOException {
    // Tags 2 and 3 are big integers, which the parser resolves itself.
    int tag = parser.getCurrentTag();
    JsonToken token = parser.currentToken();
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_DECIMAL
              ? parser.getDecimalValue()
              : (Object) parser.getDoubleValue();
      case VALUE_STRING -> text(parser, tag);
      case VALUE_EMBEDDED_OBJECT -> bytes(parser, tag);
      case START_ARRAY -> list(parser);
      case START_OBJECT -> map(parser);
      default -> throw new IOException("unexpected CBOR token " + token);
    };
  }

  private static Object integer(CBORParser parser) throws IOException {
    BigInteger value = parser.getBigIntegerValue();
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private static Object text(CBORParser parser, int tag) throws IOException {
    String text = parser.getText();
    if (tag == TAG_TIMESTAMP) {
      return OffsetDateTime.parse(text);
    }
    return tag == TAG_DATE ? LocalDate.parse(text) : text;
  }

  private static Object bytes(CBORParser parser, int tag) throws IOException {
    byte[] bytes = parser.getBinaryValue();
    if (tag == TAG_UUID) {
      if (bytes.length != 16) {
        throw new IOException("uuid of " + bytes.length + " bytes");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong());
    }
    return bytes;
  }

  private static List<@Nullable Object> list(CBORParser parser) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(read(parser));
    }
    return list;
  }

  private static Map<String, @Nullable Object> map(CBORParser parser) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (map.containsKey(key)) {
        throw new IOException("key '" + key + "' stands twice");
      }
      map.put(key, read(parser));
    }
    return map;
  }
}
