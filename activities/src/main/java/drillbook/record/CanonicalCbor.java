package drillbook.record;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes CBOR in the deterministic form of RFC 8949, section 4.2: shortest heads, shortest floats
 * that keep the value, definite lengths. Map keys are ordered by the caller ({@link Payload} does).
 * Part of the record hash, therefore our own and frozen with format v1. Not thread-safe.
 */
public final class CanonicalCbor {
  private byte[] buffer = new byte[256];
  private int length;

  /** Forgets what was written. */
  public CanonicalCbor clear() {
    length = 0;
    return this;
  }

  /** Returns the number of bytes written. */
  public int length() {
    return length;
  }

  /** Returns the array that was written into, of which {@link #length()} bytes count. */
  public byte[] buffer() {
    return buffer;
  }

  /** Returns a copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, length);
  }

  /** Writes an integer. */
  public CanonicalCbor integer(long value) {
    if (value >= 0) {
      head(0, value);
    } else {
      head(1, ~value);
    }
    return this;
  }

  /** Writes an integer of any size: as a plain integer where 64 bits hold it, else tags 2 and 3. */
  public CanonicalCbor integer(BigInteger value) {
    BigInteger magnitude = value.signum() >= 0 ? value : value.not();
    if (magnitude.bitLength() <= 64) {
      head(value.signum() >= 0 ? 0 : 1, magnitude.longValue());
      return this;
    }
    tag(value.signum() >= 0 ? 2 : 3);
    byte[] bytes = magnitude.toByteArray();
    int start = bytes[0] == 0 ? 1 : 0;
    return bytes(bytes, start, bytes.length - start);
  }

  /** Writes a byte string. */
  public CanonicalCbor bytes(byte[] value, int offset, int count) {
    head(2, count);
    return raw(value, offset, count);
  }

  /** Writes a byte string. */
  public CanonicalCbor bytes(byte[] value) {
    return bytes(value, 0, value.length);
  }

  /** Writes a text string from its UTF-8 bytes, which are not normalised. */
  public CanonicalCbor utf8(byte[] value, int offset, int count) {
    head(3, count);
    return raw(value, offset, count);
  }

  /** Writes a text string. */
  public CanonicalCbor text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return utf8(utf8, 0, utf8.length);
  }

  /** Starts an array of {@code count} items. */
  public CanonicalCbor array(int count) {
    head(4, count);
    return this;
  }

  /** Starts a map of {@code count} pairs, keys in the bytewise order of their encodings. */
  public CanonicalCbor map(int count) {
    head(5, count);
    return this;
  }

  /** Writes a tag, for the next item. */
  public CanonicalCbor tag(long tag) {
    head(6, tag);
    return this;
  }

  /** Writes a truth value. */
  public CanonicalCbor bool(boolean value) {
    return one(value ? 0xf5 : 0xf4);
  }

  /** Writes null. */
  public CanonicalCbor nil() {
    return one(0xf6);
  }

  /** Writes a float in the shortest of 16, 32, 64 bits that keeps its value; one NaN, 0x7e00. */
  public CanonicalCbor number(double value) {
    if (Double.isNaN(value)) {
      return one(0xf9).one(0x7e).one(0x00);
    }
    float single = (float) value;
    if (Double.compare(single, value) != 0) {
      return one(0xfb).bigEndian(Double.doubleToRawLongBits(value), 8);
    }
    short half = Float.floatToFloat16(single);
    if (Float.compare(Float.float16ToFloat(half), single) != 0) {
      return one(0xfa).bigEndian(Float.floatToRawIntBits(single), 4);
    }
    return one(0xf9).bigEndian(half, 2);
  }

  /** Writes bytes that are CBOR already. */
  public CanonicalCbor raw(byte[] value, int offset, int count) {
    reserve(count);
    System.arraycopy(value, offset, buffer, length, count);
    length += count;
    return this;
  }

  private void head(int major, long value) {
    int high = major << 5;
    if (Long.compareUnsigned(value, 24) < 0) {
      one(high | (int) value);
    } else if (Long.compareUnsigned(value, 0xff) <= 0) {
      one(high | 24).bigEndian(value, 1);
    } else if (Long.compareUnsigned(value, 0xffff) <= 0) {
      one(high | 25).bigEndian(value, 2);
    } else if (Long.compareUnsigned(value, 0xffff_ffffL) <= 0) {
      one(high | 26).bigEndian(value, 4);
    } else {
      one(high | 27).bigEndian(value, 8);
    }
  }

  private CanonicalCbor one(int value) {
    reserve(1);
    buffer[length++] = (byte) value;
    return this;
  }

  private CanonicalCbor bigEndian(long value, int count) {
    reserve(count);
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) {
      buffer[length++] = (byte) (value >>> shift);
    }
    return this;
  }

  private void reserve(int count) {
    int needed = Math.addExact(length, count);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
    }
  }
}
