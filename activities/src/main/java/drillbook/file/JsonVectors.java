package drillbook.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drillbook.record.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Elements of vectors as JSON: the shortest decimal text that gives the same bits back, {@code
 * "NaN"}, {@code "Infinity"} and {@code "-Infinity"} as texts, a NaN with other bits as {@code
 * "NaN:7fc00001"}; a bit vector is a text of zeros and ones.
 */
final class JsonVectors {
  private static final int MAX_BYTES = 64 << 20;
  private static final int F16_NAN = 0x7e00;
  private static final int BF16_NAN = 0x7fc0;

  private JsonVectors() {}

  /** Writes elements as an array, or bits as a text. */
  static void write(JsonGenerator json, ElementType type, ByteBuffer bits, int offset, int count)
      throws IOException {
    if (type == ElementType.BIT) {
      char[] digits = new char[count];
      for (int i = 0; i < count; i++) {
        digits[i] = (bits.get(offset + i / 8) >> (7 - i % 8) & 1) == 0 ? '0' : '1';
      }
      json.writeString(digits, 0, count);
      return;
    }
    json.writeStartArray();
    int width = type.bytes(1);
    for (int i = 0; i < count; i++) {
      writeElement(json, type, bits, offset + i * width);
    }
    json.writeEndArray();
  }

  private static void writeElement(
      JsonGenerator json, ElementType type, ByteBuffer bits, int offset) throws IOException {
    switch (type) {
      case F32 -> writeFloat(json, bits.getFloat(offset), bits.getInt(offset), 0x7fc00000, 8);
      case F16 -> {
        short half = bits.getShort(offset);
        writeFloat(json, Float.float16ToFloat(half), half & 0xffff, F16_NAN, 4);
      }
      case BF16 -> {
        short half = bits.getShort(offset);
        writeFloat(json, Float.intBitsToFloat(half << 16), half & 0xffff, BF16_NAN, 4);
      }
      case F64 -> {
        double value = bits.getDouble(offset);
        long raw = bits.getLong(offset);
        if (Double.isFinite(value)) {
          json.writeNumber(value);
        } else {
          json.writeString(
              Double.isNaN(value) && raw != 0x7ff8000000000000L
                  ? String.format(Locale.ROOT, "NaN:%016x", raw)
                  : Double.toString(value));
        }
      }
      case I8 -> json.writeNumber((int) bits.get(offset));
      case U8 -> json.writeNumber(bits.get(offset) & 0xff);
      case BIT -> throw new IllegalArgumentException("bits are written together");
    }
  }

  private static void writeFloat(JsonGenerator json, float value, int raw, int nan, int digits)
      throws IOException {
    if (Float.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeString(
          Float.isNaN(value) && raw != nan
              ? String.format(Locale.ROOT, "NaN:%0" + digits + "x", raw)
              : Float.toString(value));
    }
  }

  /** Reads one vector; the parser stands on its first token. */
  static void read(JsonParser json, ElementType type, Bytes target) throws IOException {
    if (type == ElementType.BIT) {
      readBits(json, target);
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("a vector of " + type.word() + " is an array");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      readElement(json, type, target);
      target.elements++;
    }
  }

  private static void readBits(JsonParser json, Bytes target) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException("a vector of bits is a text of zeros and ones");
    }
    String digits = json.getText();
    int current = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit != '0' && digit != '1') {
        throw new IllegalArgumentException("a vector of bits is a text of zeros and ones");
      }
      current |= (digit - '0') << (7 - i % 8);
      if (i % 8 == 7 || i == digits.length() - 1) {
        target.put(current, 1);
        current = 0;
      }
    }
    target.elements += digits.length();
  }

  private static void readElement(JsonParser json, ElementType type, Bytes target)
      throws IOException {
    boolean text = json.currentToken() == JsonToken.VALUE_STRING;
    if (!text && !json.currentToken().isNumeric()) {
      throw new IllegalArgumentException(
          "an element of a vector is a number, not " + json.currentToken());
    }
    String words = json.getText();
    try {
      switch (type) {
        case F32 ->
            target.put(
                isRaw(words, text) ? raw(words, 8) : Float.floatToRawIntBits(single(words)), 4);
        case F16 -> target.put(isRaw(words, text) ? raw(words, 4) : half(words), 2);
        case BF16 -> target.put(isRaw(words, text) ? raw(words, 4) : brain(words), 2);
        case F64 ->
            target.put(
                isRaw(words, text)
                    ? raw(words, 16)
                    : Double.doubleToRawLongBits(JsonValues.real(words)),
                8);
        case I8 -> target.put(Byte.parseByte(words), 1);
        case U8 -> {
          int value = Integer.parseInt(words);
          if (value < 0 || value > 255) {
            throw new NumberFormatException("0 to 255: " + value);
          }
          target.put(value, 1);
        }
        case BIT -> throw new IllegalArgumentException("bits are read together");
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no element of " + type.word() + ": " + words, e);
    }
  }

  private static boolean isRaw(String words, boolean text) {
    return text && words.startsWith("NaN:");
  }

  private static long raw(String words, int digits) {
    if (words.length() != 4 + digits) {
      throw new NumberFormatException("hexadecimal digits: " + digits);
    }
    return Long.parseUnsignedLong(words, 4, words.length(), 16);
  }

  /** Returns a float; refuses a number that would become infinite. */
  private static float single(String words) {
    float value = Float.parseFloat(words);
    requireInRange(Float.isInfinite(value), words);
    return value;
  }

  private static void requireInRange(boolean infinite, String words) {
    if (infinite && !JsonValues.isInfinity(words)) {
      throw new NumberFormatException("beyond its range: " + words);
    }
  }

  private static long half(String words) {
    short bits = Float.floatToFloat16(single(words));
    requireInRange((bits & 0x7fff) == 0x7c00, words);
    return bits;
  }

  /** Rounds to the nearest, ties to even; a value that was a bfloat16 comes back as it was. */
  private static long brain(String words) {
    float value = single(words);
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return BF16_NAN;
    }
    long rounded = Integer.toUnsignedLong(bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
    requireInRange((rounded & 0x7fff) == 0x7f80, words);
    return rounded;
  }

  /** Bytes of a vector as it is read. */
  static final class Bytes {
    private byte[] bytes = new byte[4096];
    private int length;
    private int elements;

    void clear() {
      length = 0;
      elements = 0;
    }

    byte[] array() {
      return bytes;
    }

    byte[] toByteArray() {
      return Arrays.copyOf(bytes, length);
    }

    int elements() {
      return elements;
    }

    void put(long value, int width) {
      if (length + width > MAX_BYTES) {
        throw new IllegalArgumentException("a vector of more than " + MAX_BYTES + " bytes");
      }
      if (length + width > bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      for (int i = 0; i < width; i++) {
        bytes[length++] = (byte) (value >>> (8 * i));
      }
    }
  }
}
