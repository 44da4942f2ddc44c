package drillbook.engine.pgvector.copy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** numeric: digits of base 10000 with a weight, a sign, and a display scale. */
final class NumericCodec {
  private static final int POSITIVE = 0x0000;
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xc000;
  private static final int PLUS_INFINITY = 0xd000;
  private static final int MINUS_INFINITY = 0xf000;

  private NumericCodec() {}

  /** Returns a decimal; a float for NaN and the infinities. */
  static Object read(byte[] data, int offset, int length) throws IOException {
    ValueCodec.require(length >= 8, "a numeric of " + length + " bytes");
    int count = Bytes.shortAt(data, offset) & 0xffff;
    int weight = Bytes.shortAt(data, offset + 2);
    int sign = Bytes.shortAt(data, offset + 4) & 0xffff;
    int scale = Bytes.shortAt(data, offset + 6) & 0x3fff;
    switch (sign) {
      case NAN -> {
        return Double.NaN;
      }
      case PLUS_INFINITY -> {
        return Double.POSITIVE_INFINITY;
      }
      case MINUS_INFINITY -> {
        return Double.NEGATIVE_INFINITY;
      }
      default ->
          ValueCodec.require(sign == POSITIVE || sign == NEGATIVE, "a numeric of sign " + sign);
    }
    ValueCodec.require(length == 8 + 2 * count, "a numeric of " + length + " bytes");
    StringBuilder digits = new StringBuilder(1 + 4 * count).append('0');
    for (int i = 0; i < count; i++) {
      int digit = Bytes.shortAt(data, offset + 8 + 2 * i);
      ValueCodec.require(digit >= 0 && digit < 10_000, "a numeric digit of " + digit);
      digits.append((char) ('0' + digit / 1000)).append((char) ('0' + digit / 100 % 10));
      digits.append((char) ('0' + digit / 10 % 10)).append((char) ('0' + digit % 10));
    }
    BigInteger unscaled = new BigInteger(digits.toString());
    BigDecimal value = new BigDecimal(unscaled, 4 * (count - 1 - weight));
    try {
      BigDecimal scaled = value.setScale(scale);
      return sign == NEGATIVE ? scaled.negate() : scaled;
    } catch (ArithmeticException e) {
      throw new IOException("a numeric with digits behind its scale", e);
    }
  }

  /** Writes a decimal, or a float that is NaN or infinite. */
  static void write(Bytes out, Object value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      int sign = number.isNaN() ? NAN : number > 0 ? PLUS_INFINITY : MINUS_INFINITY;
      head(out, 0, 0, sign, 0);
      return;
    }
    BigDecimal decimal = ValueCodec.NUMERIC.expect(value, BigDecimal.class);
    // A negative scale is not kept, so that 1E+2 would come back as 100.
    if (decimal.scale() < 0 || decimal.scale() > 16_383 || decimal.precision() > 131_072) {
      throw ValueCodec.NUMERIC.unfit("a decimal of scale " + decimal.scale());
    }
    int padded = (decimal.scale() + 3) / 4 * 4;
    String digits = decimal.setScale(padded).unscaledValue().abs().toString();
    digits = "0".repeat((4 - digits.length() % 4) % 4) + digits;
    int groups = digits.length() / 4;
    int first = 0;
    while (first < groups && group(digits, first) == 0) {
      first++;
    }
    int last = groups;
    while (last > first && group(digits, last - 1) == 0) {
      last--;
    }
    int weight = first == last ? 0 : groups - padded / 4 - 1 - first;
    head(out, last - first, weight, decimal.signum() < 0 ? NEGATIVE : POSITIVE, decimal.scale());
    for (int i = first; i < last; i++) {
      out.addShort(group(digits, i));
    }
  }

  private static int group(String digits, int index) {
    return Integer.parseInt(digits, 4 * index, 4 * index + 4, 10);
  }

  private static void head(Bytes out, int count, int weight, int sign, int scale) {
    out.addShort(count);
    out.addShort(weight);
    out.addShort(sign);
    out.addShort(scale);
  }
}
