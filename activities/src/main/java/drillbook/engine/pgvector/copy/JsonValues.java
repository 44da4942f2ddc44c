package drillbook.engine.pgvector.copy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * jsonb values as payload values and back, exactly: numbers there are decimals of any length whose
 * trailing zeros count. A number without fraction is an integer; one with a fraction is a float
 * where the float prints as the same digits, else a decimal.
 */
public final class JsonValues {
  /** Deeper values than this stay the bytes of their text. */
  private static final int MAX_DEPTH = 150;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH * 2).build())
          .build();

  private JsonValues() {}

  /**
   * Returns the value of a JSON text; its bytes where it is nested too deep to be a payload value,
   * or is {@code null}, which is not the same as no value.
   *
   * @throws IOException when it is no JSON
   */
  public static Object parse(byte[] data, int offset, int length) throws IOException {
    try (JsonParser parser = JSON.createParser(data, offset, length)) {
      parser.nextToken();
      Object value = read(parser, 0);
      if (value != null && parser.nextToken() == null) {
        return value;
      }
    } catch (TooDeep e) {
      // Falls through to the bytes.
    }
    return Arrays.copyOfRange(data, offset, offset + length);
  }

  /**
   * Returns the JSON text of a value that {@link #holds} accepts, UTF-8; bytes as they are.
   *
   * @throws IllegalArgumentException for one that it does not
   */
  public static byte[] print(@Nullable Object value) {
    if (value instanceof byte[] text) {
      return text;
    }
    if (value == null || !holds(value)) {
      throw new IllegalArgumentException("jsonb cannot hold the value as it is");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(out)) {
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Tells whether jsonb gives a value back as it is: type, digits, sign. */
  public static boolean holds(@Nullable Object value) {
    return holds(value, 0);
  }

  private static boolean holds(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> true;
      case String text -> text.indexOf('\0') < 0;
      case Boolean _, Long _, Integer _ -> true;
      case BigInteger number -> number.bitLength() < 100_000;
      case Double number -> Double.isFinite(number) && !(number == 0 && 1 / number < 0);
      case Float number -> holds(number.doubleValue(), depth);
      case BigDecimal number ->
          number.scale() > 0
              && number.scale() < 1000
              && number.precision() < 1000
              && number(number.toPlainString()) instanceof BigDecimal;
      case List<?> list ->
          depth < MAX_DEPTH && list.stream().allMatch(item -> holds(item, depth + 1));
      case Map<?, ?> map ->
          depth < MAX_DEPTH
              && map.entrySet().stream()
                  .allMatch(
                      entry -> holds(entry.getKey(), depth) && holds(entry.getValue(), depth + 1));
      default -> false;
    };
  }

  /** Says that a value is nested deeper than payloads may be. */
  private static final class TooDeep extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static @Nullable Object read(JsonParser parser, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new TooDeep();
    }
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("empty JSON text");
    }
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(read(parser, depth + 1));
        }
        yield list;
      }
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          map.put(key, read(parser, depth + 1));
        }
        yield map;
      }
      default -> throw new IOException("unexpected JSON token " + token);
    };
  }

  private static Object number(String text) {
    if (text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
      if (text.length() < 19) {
        return Long.parseLong(text);
      }
      BigInteger integer = new BigInteger(text);
      return integer.bitLength() < 64 ? (Object) integer.longValue() : integer;
    }
    double number = Double.parseDouble(text);
    return Double.isFinite(number) && digits(number).equals(text)
        ? (Object) number
        : new BigDecimal(text);
  }

  /** Returns a float's digits, without exponent and with a fraction, as jsonb prints them. */
  private static String digits(double number) {
    BigDecimal exact = new BigDecimal(Double.toString(number));
    return exact.scale() > 0 ? exact.toPlainString() : exact.toPlainString() + ".0";
  }

  private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Boolean truth -> generator.writeBoolean(truth);
      case Long number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case BigInteger number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(digits(number));
      case Float number -> generator.writeNumber(digits(number.doubleValue()));
      case BigDecimal number -> generator.writeNumber(number.toPlainString());
      case List<?> list -> {
        generator.writeStartArray();
        for (Object item : list) {
          write(generator, item);
        }
        generator.writeEndArray();
      }
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          generator.writeFieldName((String) entry.getKey());
          write(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
    }
  }
}
