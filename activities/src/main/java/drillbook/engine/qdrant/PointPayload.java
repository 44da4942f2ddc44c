package drillbook.engine.qdrant;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a point's payload can say, and what has to travel under the reserved key.
 *
 * <p>Source: Qdrant keeps payloads as serde_json values: texts, truth values, null, lists, maps,
 * integers of 64 bits with or without sign, floats. Beyond these integers become floats; peers of a
 * cluster exchange payloads as protobuf, where those without sign become floats from 2^63 on. The
 * decimal digits of a float are scaled by a power of ten in floating point, which gives a neighbour
 * for about every tenth value with all its digits in use. Payloads are JSON on disk too, so that a
 * float is read twice.
 */
final class PointPayload {
  /** The payload key of a document, readable and searchable as such. */
  static final String DOCUMENT = "_drillbook_document";

  /** The payload key of a uri. */
  static final String URI = "_drillbook_uri";

  /** The payload key of the tenant, where tenants share the shards. */
  static final String TENANT = "_drillbook_tenant";

  private static final String OURS = "_drillbook";

  /** The server's parser goes 128 levels deep, the request around a payload included. */
  private static final int DEEPEST = 100;

  private static final double[] POWERS = powers();
  private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private PointPayload() {}

  /** Tells whether an entry comes back as it goes in. Keys of ours are never a user's. */
  static boolean holds(String key, @Nullable Object value) {
    return !key.isEmpty() && !key.startsWith(OURS) && holds(value, 0);
  }

  private static boolean holds(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> true;
      case String text -> true;
      case Boolean truth -> true;
      case Long number -> true;
      // A server alone would keep it up to 64 bits; peers hand it on to each other as a float.
      case BigInteger number -> false;
      case Double number -> isKept(number);
      case List<?> list ->
          depth < DEEPEST && list.stream().allMatch(item -> holds(item, depth + 1));
      case Map<?, ?> map ->
          depth < DEEPEST && map.values().stream().allMatch(item -> holds(item, depth + 1));
      default -> false;
    };
  }

  /** Tells whether a float comes back as it went in, through our digits and the server's own. */
  static boolean isKept(double value) {
    if (!Double.isFinite(value)) {
      return false;
    }
    return readByServer(Double.toString(value)) == value && readByServer(printed(value)) == value;
  }

  /** Returns a float as the server prints it: the shortest digits, an exponent from 1e16 on. */
  static String printed(double value) {
    BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    if (shortest.signum() == 0) {
      return sign + "0.0";
    }
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (point > 16 || point <= -5) {
      String rest = digits.length() == 1 ? "" : "." + digits.substring(1);
      return sign + digits.charAt(0) + rest + "e" + (point - 1);
    }
    String plain = shortest.toPlainString();
    return sign + (plain.contains(".") ? plain : plain + ".0");
  }

  /**
   * Returns what the server makes of a float's digits: all of them as a 64-bit integer, rounded to
   * a float, then one multiplication or division; NaN where it drops digits or refuses.
   */
  static double readByServer(String text) {
    int exponentAt = text.toLowerCase(java.util.Locale.ROOT).indexOf('e');
    String mantissa = exponentAt < 0 ? text : text.substring(0, exponentAt);
    int exponent = exponentAt < 0 ? 0 : Integer.parseInt(text.substring(exponentAt + 1));
    boolean negative = mantissa.startsWith("-");
    String plain = negative ? mantissa.substring(1) : mantissa;
    int dot = plain.indexOf('.');
    BigInteger digits = new BigInteger(dot < 0 ? plain : plain.replace(".", ""));
    if (dot >= 0) {
      exponent -= plain.length() - dot - 1;
    }
    if (digits.compareTo(LARGEST) > 0) {
      return Double.NaN;
    }
    double result = digits.doubleValue();
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
    return negative ? -result : result;
  }

  private static double[] powers() {
    double[] powers = new double[309];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Double.parseDouble("1e" + i);
    }
    return powers;
  }

  /** Writes entries that {@link #holds} said yes to, and ours. */
  static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Long number -> json.writeNumber(number);
      case BigInteger number -> json.writeNumber(number);
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
      default -> throw new IllegalArgumentException("not held: " + value.getClass());
    }
  }
}
