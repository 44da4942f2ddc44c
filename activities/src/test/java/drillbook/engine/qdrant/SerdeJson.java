package drillbook.engine.qdrant;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as serde_json reads and prints it without its features, which is how Qdrant does: integers
 * of 64 bits with or without sign, larger ones as floats, floats that may come out one unit in the
 * last place away from their digits, no more than 128 levels.
 *
 * <p>Values: Long, BigInteger (from 2^63 on), Double, Float (only printed), String, Boolean, null,
 * List, Map.
 */
final class SerdeJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(64 << 20)
                  .maxNestingDepth(128)
                  .build())
          .build();
  private static final BigInteger LARGEST = new BigInteger("18446744073709551615");

  private SerdeJson() {}

  /** Reads a whole text. */
  static @Nullable Object read(String text) throws IOException {
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() == null) {
        throw new IOException("EOF while parsing a value at line 1 column 0");
      }
      Object value = value(json);
      if (json.nextToken() != null) {
        throw new IOException("trailing characters");
      }
      return value;
    }
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String key = json.currentName();
          json.nextToken();
          map.put(key, value(json));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT -> integer(json.getText());
      case VALUE_NUMBER_FLOAT -> number(json.getText());
      default -> throw new IOException("unexpected " + json.currentToken());
    };
  }

  private static Object integer(String text) {
    BigInteger value = new BigInteger(text);
    if (text.equals("-0")) {
      return -0.0;
    }
    if (value.bitLength() < 64) {
      return value.longValue();
    }
    return value.signum() > 0 && value.compareTo(LARGEST) <= 0 ? value : (Object) number(text);
  }

  /** Digits into 64 bits as long as they fit, the rest dropped, then one operation in floats. */
  static double number(String text) {
    boolean negative = text.startsWith("-");
    String[] words = text.substring(negative ? 1 : 0).toLowerCase(Locale.ROOT).split("e", 2);
    long exponent = words.length == 2 ? Long.parseLong(words[1]) : 0;
    BigInteger significand = BigInteger.ZERO;
    boolean fraction = false;
    boolean full = false;
    for (char c : words[0].toCharArray()) {
      if (c == '.') {
        fraction = true;
        continue;
      }
      BigInteger longer =
          significand.multiply(BigInteger.TEN).add(BigInteger.valueOf(Character.digit(c, 10)));
      full |= longer.compareTo(LARGEST) > 0;
      if (!full) {
        significand = longer;
        exponent -= fraction ? 1 : 0;
      } else if (!fraction) {
        exponent++;
      }
    }
    double value = significand.doubleValue();
    while (Math.abs(exponent) > 308 && value != 0) {
      if (exponent > 0) {
        throw new NumberFormatException("number out of range");
      }
      value /= 1e308;
      exponent += 308;
    }
    if (value != 0) {
      double power = Double.parseDouble("1e" + Math.abs(exponent));
      value = exponent >= 0 ? value * power : value / power;
    }
    return negative ? -value : value;
  }

  /** Prints a value. */
  static String print(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    print(text, value);
    return text.toString();
  }

  private static void print(StringBuilder text, @Nullable Object value) {
    switch (value) {
      case String string -> {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(string, text);
        text.append('"');
      }
      case Double number -> text.append(decimal(number.toString(), 16, -5));
      case Float number -> text.append(decimal(number.toString(), 13, -6));
      case List<?> list -> {
        text.append('[');
        for (int i = 0; i < list.size(); i++) {
          text.append(i == 0 ? "" : ",");
          print(text, list.get(i));
        }
        text.append(']');
      }
      case Map<?, ?> map -> {
        text.append('{');
        String comma = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          text.append(comma);
          print(text, entry.getKey());
          text.append(':');
          print(text, entry.getValue());
          comma = ",";
        }
        text.append('}');
      }
      case null -> text.append("null");
      default -> text.append(value);
    }
  }

  /** The shortest digits; with an exponent where the point would stand far away from them. */
  private static String decimal(String shortest, int most, int least) {
    if (shortest.equals("NaN") || shortest.endsWith("Infinity")) {
      return "null";
    }
    String sign = shortest.startsWith("-") ? "-" : "";
    BigDecimal value = new BigDecimal(shortest.substring(sign.length())).stripTrailingZeros();
    if (value.signum() == 0) {
      return sign + "0.0";
    }
    String digits = value.unscaledValue().toString();
    int point = digits.length() - value.scale();
    if (point > most || point <= least) {
      String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
      return sign + digits.charAt(0) + rest + "e" + (point - 1);
    }
    String plain = value.toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }
}
