package drillbook.record;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Record ids with their type, as canonical CBOR: text, integer, uuid (tag 37), bytes, or an array
 * of these for a composite key. Two ids are the same exactly if their bytes are; the integer 7 is
 * not the text "7".
 */
public final class RecordId {
  private RecordId() {}

  /** Returns the encoding of a text id. */
  public static byte[] of(String text) {
    return new CanonicalCbor().text(text).toByteArray();
  }

  /** Returns the encoding of an integer id. */
  public static byte[] of(long value) {
    return new CanonicalCbor().integer(value).toByteArray();
  }

  /** Returns the encoding of a uuid. */
  public static byte[] of(UUID value) {
    CanonicalCbor cbor = new CanonicalCbor();
    write(cbor, value);
    return cbor.toByteArray();
  }

  /**
   * Returns the encoding of an id given as values.
   *
   * @param parts String, Long, BigInteger, UUID or byte[]; one for a plain id, more for a composite
   */
  public static byte[] ofParts(List<?> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("an id needs at least one part");
    }
    CanonicalCbor cbor = new CanonicalCbor();
    if (parts.size() > 1) {
      cbor.array(parts.size());
    }
    for (Object part : parts) {
      write(cbor, part);
    }
    return cbor.toByteArray();
  }

  /**
   * Returns an id's parts: String, Long, BigInteger, UUID or byte[]; one for a plain id.
   *
   * @throws IllegalArgumentException when the bytes are no id
   */
  public static List<Object> parts(byte[] id) {
    try {
      Object value = Payload.decodeItem(id);
      List<Object> parts = new ArrayList<>();
      if (value instanceof List<?> list) {
        parts.addAll(list);
      } else {
        parts.add(value);
      }
      for (Object part : parts) {
        boolean known =
            part instanceof String
                || part instanceof Long
                || part instanceof BigInteger
                || part instanceof UUID
                || part instanceof byte[];
        if (!known) {
          throw new IllegalArgumentException("no id: " + HexFormat.of().formatHex(id));
        }
      }
      return List.copyOf(parts);
    } catch (IOException e) {
      throw new IllegalArgumentException("no id: " + HexFormat.of().formatHex(id), e);
    }
  }

  /** Returns an id as a person reads it: text as it is, parts of a composite joined by a slash. */
  public static String print(byte[] id) {
    List<String> words = new ArrayList<>();
    for (Object part : parts(id)) {
      words.add(part instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : part.toString());
    }
    return String.join("/", words);
  }

  /**
   * Compares two ids as people sort them: integers by value, then text and uuids by their code
   * points, then bytes; composites part by part.
   */
  public static int compare(byte[] left, byte[] right) {
    if (Arrays.equals(left, right)) {
      return 0;
    }
    List<Object> mine = parts(left);
    List<Object> others = parts(right);
    for (int i = 0; i < Math.min(mine.size(), others.size()); i++) {
      int order = comparePart(mine.get(i), others.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(mine.size(), others.size());
  }

  private static int comparePart(Object left, Object right) {
    int kinds = Integer.compare(kind(left), kind(right));
    if (kinds != 0) {
      return kinds;
    }
    return switch (left) {
      case Long number when right instanceof Long other -> Long.compare(number, other);
      case Number number -> big(number).compareTo(big((Number) right));
      case byte[] bytes -> Arrays.compareUnsigned(bytes, (byte[]) right);
      default ->
          Arrays.compareUnsigned(
              left.toString().getBytes(StandardCharsets.UTF_8),
              right.toString().getBytes(StandardCharsets.UTF_8));
    };
  }

  private static int kind(Object part) {
    return part instanceof Number ? 0 : part instanceof String ? 1 : part instanceof UUID ? 2 : 3;
  }

  private static BigInteger big(Number number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }

  private static void write(CanonicalCbor cbor, Object part) {
    switch (part) {
      case String text -> cbor.text(text);
      case Long value -> cbor.integer(value);
      case Integer value -> cbor.integer(value.longValue());
      case BigInteger value -> cbor.integer(value);
      case byte[] bytes -> cbor.bytes(bytes);
      case UUID uuid ->
          cbor.tag(Payload.TAG_UUID)
              .bytes(
                  ByteBuffer.allocate(16)
                      .putLong(uuid.getMostSignificantBits())
                      .putLong(uuid.getLeastSignificantBits())
                      .array());
      default -> throw new IllegalArgumentException("no id part: " + part.getClass());
    }
  }
}
