package drillbook.engine.pgvector.copy;

import drillbook.record.CanonicalCbor;
import drillbook.record.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The server's binary form of one type's values, as payload values and back, bit for bit.
 *
 * <p>Where a type has values that no payload type has, they are: infinite dates and timestamps the
 * texts {@code infinity} and {@code -infinity}; numeric NaN and infinities floats; arrays whose
 * bounds do not start at 1, and jsonb that is {@code null} or nested deeper than 150, bytes. Types
 * that are not listed here travel as the server's own text.
 *
 * <p>Source: PostgreSQL 18 source, the types' send and receive functions; observed on 16 and 18.
 */
public enum ValueCodec {
  /** A truth value. */
  BOOL("bool", 16),
  /** An integer of 16 bits. */
  INT2("int2", 21),
  /** An integer of 32 bits. */
  INT4("int4", 23),
  /** An integer of 64 bits. */
  INT8("int8", 20),
  /** A float of 32 bits. */
  FLOAT4("float4", 700),
  /** A float of 64 bits. */
  FLOAT8("float8", 701),
  /** A decimal. */
  NUMERIC("numeric", 1700),
  /** Text. */
  TEXT("text", 25),
  /** Text of bounded length. */
  VARCHAR("varchar", 1043),
  /** Text of fixed length, padding kept. */
  BPCHAR("bpchar", 1042),
  /** JSON as it was written: text. */
  JSON("json", 114),
  /** JSON as values. */
  JSONB("jsonb", 3802),
  /** Bytes. */
  BYTEA("bytea", 17),
  /** A date. */
  DATE("date", 1082),
  /** A point in time, in UTC. */
  TIMESTAMPTZ("timestamptz", 1184),
  /** A uuid. */
  UUID_VALUE("uuid", 2950),
  /** A list of the type before the underscore. */
  BOOL_ARRAY(BOOL),
  /** A list of the type before the underscore. */
  INT2_ARRAY(INT2),
  /** A list of the type before the underscore. */
  INT4_ARRAY(INT4),
  /** A list of the type before the underscore. */
  INT8_ARRAY(INT8),
  /** A list of the type before the underscore. */
  FLOAT4_ARRAY(FLOAT4),
  /** A list of the type before the underscore. */
  FLOAT8_ARRAY(FLOAT8),
  /** A list of the type before the underscore. */
  NUMERIC_ARRAY(NUMERIC),
  /** A list of the type before the underscore. */
  TEXT_ARRAY(TEXT),
  /** A list of the type before the underscore. */
  VARCHAR_ARRAY(VARCHAR),
  /** A list of the type before the underscore. */
  BYTEA_ARRAY(BYTEA),
  /** A list of the type before the underscore. */
  DATE_ARRAY(DATE),
  /** A list of the type before the underscore. */
  TIMESTAMPTZ_ARRAY(TIMESTAMPTZ),
  /** A list of the type before the underscore. */
  UUID_ARRAY(UUID_VALUE),
  /** Any other type, cast to text by the server and from text again. */
  CAST("", 25);

  private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long EPOCH_SECOND = EPOCH_DAY * 86_400;

  private final String type;
  private final int oid;
  private final @Nullable ValueCodec element;

  ValueCodec(String type, int oid) {
    this.type = type;
    this.oid = oid;
    this.element = null;
  }

  ValueCodec(ValueCodec element) {
    this.type = "_" + element.type;
    this.oid = 0;
    this.element = element;
  }

  /** Tells whether a type of this name has a binary form here, as a value or a vector. */
  public static boolean isKnown(String type) {
    return switch (type) {
      case "vector", "halfvec", "sparsevec", "bit" -> true;
      default -> of(type) != CAST;
    };
  }

  /** Returns the codec of a type; {@link #CAST} for those without binary form. */
  public static ValueCodec of(String type) {
    for (ValueCodec codec : values()) {
      if (codec.type.equals(type)) {
        return codec;
      }
    }
    return CAST;
  }

  /**
   * Writes a value as CBOR.
   *
   * @throws IOException when the bytes are no value of the type
   */
  public void toCbor(CanonicalCbor cbor, byte[] data, int offset, int length) throws IOException {
    switch (this) {
      case BOOL -> cbor.bool(fixed(data, offset, length, 1) != 0);
      case INT2, INT4, INT8 -> cbor.integer(integer(data, offset, length));
      case FLOAT4 -> cbor.number(Float.intBitsToFloat((int) fixed(data, offset, length, 4)));
      case FLOAT8 -> cbor.number(Double.longBitsToDouble(fixed(data, offset, length, 8)));
      case TEXT, VARCHAR, BPCHAR, JSON, CAST -> cbor.utf8(data, offset, length);
      case BYTEA -> cbor.bytes(data, offset, length);
      default -> Payload.write(cbor, read(data, offset, length));
    }
  }

  /**
   * Returns a value.
   *
   * @throws IOException when the bytes are no value of the type
   */
  public Object read(byte[] data, int offset, int length) throws IOException {
    return switch (this) {
      case BOOL -> fixed(data, offset, length, 1) != 0;
      case INT2, INT4, INT8 -> integer(data, offset, length);
      case FLOAT4 -> (double) Float.intBitsToFloat((int) fixed(data, offset, length, 4));
      case FLOAT8 -> Double.longBitsToDouble(fixed(data, offset, length, 8));
      case NUMERIC -> NumericCodec.read(data, offset, length);
      case TEXT, VARCHAR, BPCHAR, JSON, CAST ->
          new String(data, offset, length, StandardCharsets.UTF_8);
      case JSONB -> {
        require(length > 1 && data[offset] == 1, "a jsonb value of a version that is not known");
        yield JsonValues.parse(data, offset + 1, length - 1);
      }
      case BYTEA -> Arrays.copyOfRange(data, offset, offset + length);
      case DATE -> date((int) fixed(data, offset, length, 4));
      case TIMESTAMPTZ -> timestamp(fixed(data, offset, length, 8));
      case UUID_VALUE -> {
        require(length == 16, "a uuid of " + length + " bytes");
        yield new UUID(Bytes.longAt(data, offset), Bytes.longAt(data, offset + 8));
      }
      default -> ArrayCodec.read(element(), data, offset, length);
    };
  }

  /**
   * Writes a payload value in the server's form, without its length.
   *
   * @throws IllegalArgumentException when the type cannot hold the value as it is; the message says
   *     why, without the value
   */
  public void write(Bytes out, Object value) {
    switch (this) {
      case BOOL -> out.addByte(expect(value, Boolean.class) ? 1 : 0);
      case INT2 -> out.addShort((int) bounded(value, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT4 -> out.addInt((int) bounded(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT8 -> out.addLong(expect(value, Long.class));
      case FLOAT4 -> {
        double number = expect(value, Double.class);
        float single = (float) number;
        if (Double.compare(single, number) != 0) {
          throw unfit("a float of 64 bits");
        }
        out.addInt(Float.floatToIntBits(single));
      }
      case FLOAT8 -> out.addLong(Double.doubleToLongBits(expect(value, Double.class)));
      case NUMERIC -> NumericCodec.write(out, value);
      case TEXT, VARCHAR, BPCHAR, JSON, CAST -> out.add(utf8(expect(value, String.class)));
      case JSONB -> {
        out.addByte(1);
        out.add(JsonValues.print(value));
      }
      case BYTEA -> out.add(expect(value, byte[].class));
      case DATE -> out.addInt(days(value));
      case TIMESTAMPTZ -> out.addLong(micros(value));
      case UUID_VALUE -> {
        UUID uuid = expect(value, UUID.class);
        out.addLong(uuid.getMostSignificantBits());
        out.addLong(uuid.getLeastSignificantBits());
      }
      default -> ArrayCodec.write(element(), out, value);
    }
  }

  /** Returns a text's UTF-8, refusing the character that the server has no place for. */
  public static byte[] utf8(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("PostgreSQL's text cannot hold the character U+0000");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private long integer(byte[] data, int offset, int length) throws IOException {
    return switch (this) {
      case INT2 -> (short) fixed(data, offset, length, 2);
      case INT4 -> (int) fixed(data, offset, length, 4);
      default -> fixed(data, offset, length, 8);
    };
  }

  private long fixed(byte[] data, int offset, int length, int expected) throws IOException {
    require(length == expected, "a " + type + " of " + length + " bytes");
    return switch (expected) {
      case 1 -> data[offset];
      case 2 -> Bytes.shortAt(data, offset);
      case 4 -> Bytes.intAt(data, offset);
      default -> Bytes.longAt(data, offset);
    };
  }

  private static Object date(int days) {
    return switch (days) {
      case Integer.MAX_VALUE -> "infinity";
      case Integer.MIN_VALUE -> "-infinity";
      default -> LocalDate.ofEpochDay(EPOCH_DAY + days);
    };
  }

  private int days(Object value) {
    if (value instanceof LocalDate date) {
      long days = date.toEpochDay() - EPOCH_DAY;
      if (days <= Integer.MIN_VALUE || days >= Integer.MAX_VALUE) {
        throw unfit("a date that far away");
      }
      return (int) days;
    }
    return (int) infinity(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static Object timestamp(long micros) {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      return micros > 0 ? "infinity" : "-infinity";
    }
    long second = EPOCH_SECOND + Math.floorDiv(micros, 1_000_000L);
    return Instant.ofEpochSecond(second, Math.floorMod(micros, 1_000_000L) * 1000)
        .atOffset(ZoneOffset.UTC);
  }

  private long micros(Object value) {
    if (!(value instanceof OffsetDateTime time)) {
      return infinity(value, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (time.getNano() % 1000 != 0) {
      throw unfit("a timestamp with nanoseconds");
    }
    if (!time.getOffset().equals(ZoneOffset.UTC)) {
      throw unfit("a timestamp with the offset " + time.getOffset());
    }
    try {
      return Math.addExact(
          Math.multiplyExact(time.toEpochSecond() - EPOCH_SECOND, 1_000_000L),
          time.getNano() / 1000);
    } catch (ArithmeticException e) {
      throw unfit("a timestamp that far away");
    }
  }

  private long infinity(Object value, long negative, long positive) {
    return switch (value) {
      case String text when text.equals("infinity") -> positive;
      case String text when text.equals("-infinity") -> negative;
      default -> throw unfit("a value of type " + value.getClass().getSimpleName());
    };
  }

  /** Returns the type's number at the server. */
  int oid() {
    return oid;
  }

  private ValueCodec element() {
    if (element == null) {
      throw new IllegalStateException(this + " is no array");
    }
    return element;
  }

  private long bounded(Object value, long least, long most) {
    long number = expect(value, Long.class);
    if (number < least || number > most) {
      throw unfit("an integer beyond its bounds");
    }
    return number;
  }

  <T> T expect(@Nullable Object value, Class<T> expected) {
    if (!expected.isInstance(value)) {
      throw unfit("a value of type " + (value == null ? "null" : value.getClass().getSimpleName()));
    }
    return expected.cast(value);
  }

  IllegalArgumentException unfit(String what) {
    return new IllegalArgumentException((this == CAST ? "text" : type) + " cannot hold " + what);
  }

  static void require(boolean condition, String what) throws IOException {
    if (!condition) {
      throw new IOException(what);
    }
  }
}
