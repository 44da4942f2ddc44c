package drillbook.engine.pgvector.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.record.CanonicalCbor;
import drillbook.record.Payload;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ValueCodecTest {
  private static final Map<ValueCodec, List<Object>> VALUES =
      Map.ofEntries(
          Map.entry(ValueCodec.BOOL, List.of(true, false)),
          Map.entry(ValueCodec.INT2, List.of(0L, -32768L, 32767L)),
          Map.entry(ValueCodec.INT4, List.of(0L, -2147483648L, 2147483647L)),
          Map.entry(ValueCodec.INT8, List.of(0L, Long.MIN_VALUE, Long.MAX_VALUE)),
          Map.entry(ValueCodec.FLOAT4, List.of(0.5, -0.0, (double) 0.1f, Double.NaN)),
          Map.entry(ValueCodec.FLOAT8, List.of(0.1, -0.0, Double.MIN_VALUE, Double.NaN)),
          Map.entry(ValueCodec.NUMERIC, numerics()),
          Map.entry(ValueCodec.TEXT, List.of("", "naïve 😀")),
          Map.entry(ValueCodec.JSON, List.of("{\"b\": 1,  \"a\":2}")),
          Map.entry(ValueCodec.BYTEA, List.of(new byte[] {0, -1}, new byte[0])),
          Map.entry(
              ValueCodec.DATE,
              List.of(
                  LocalDate.of(2000, 1, 1),
                  LocalDate.of(-43, 3, 15),
                  LocalDate.of(5874897, 12, 31),
                  "infinity",
                  "-infinity")),
          Map.entry(
              ValueCodec.TIMESTAMPTZ,
              List.of(
                  OffsetDateTime.parse("2026-11-01T10:00:00.123456Z"),
                  OffsetDateTime.parse("1999-12-31T23:59:59.999999Z"),
                  OffsetDateTime.parse("-4712-01-01T00:00:00Z"),
                  "infinity",
                  "-infinity")),
          Map.entry(
              ValueCodec.UUID_VALUE,
              List.of(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"))),
          Map.entry(
              ValueCodec.INT4_ARRAY,
              List.of(
                  List.of(),
                  Arrays.asList(1L, null, 3L),
                  List.of(List.of(1L, 2L), List.of(3L, 4L)))),
          Map.entry(ValueCodec.TEXT_ARRAY, List.of(List.of("a", ""), List.of("NULL"))),
          Map.entry(ValueCodec.NUMERIC_ARRAY, List.of(List.of(new BigDecimal("1.50")))),
          Map.entry(
              ValueCodec.JSONB,
              List.of(
                  "text",
                  1L,
                  1.0,
                  true,
                  List.of(),
                  Map.of("a", List.of(Map.of())),
                  new BigDecimal("1.10"),
                  BigInteger.TEN.pow(40))));

  private static List<Object> numerics() {
    return List.of(
        new BigDecimal("0"),
        new BigDecimal("0.00"),
        new BigDecimal("1.0"),
        new BigDecimal("-12345678.000100"),
        new BigDecimal("10000"),
        new BigDecimal("0.00001"),
        new BigDecimal("99999999999999999999.99999999999999999999"),
        new BigDecimal("0." + "0".repeat(300) + "7"),
        new BigDecimal("7" + "0".repeat(300)),
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY);
  }

  @Test
  void every_value_comes_back() throws IOException {
    for (Map.Entry<ValueCodec, List<Object>> type : VALUES.entrySet()) {
      for (Object value : type.getValue()) {
        byte[] written = write(type.getKey(), value);
        CanonicalCbor direct = new CanonicalCbor();
        type.getKey().toCbor(direct, written, 0, written.length);
        assertThat(direct.toByteArray())
            .as("%s %s", type.getKey(), value)
            .isEqualTo(cbor(value))
            .isEqualTo(cbor(type.getKey().read(written, 0, written.length)));
      }
    }
  }

  @Test
  void numerics_have_the_servers_bytes() {
    // SELECT encode(numeric_send(...), 'hex')
    assertThat(hex(ValueCodec.NUMERIC, new BigDecimal("12.3400")))
        .isEqualTo("0002000000000004000c0d48");
    assertThat(hex(ValueCodec.NUMERIC, new BigDecimal("-0.5"))).isEqualTo("0001ffff400000011388");
    assertThat(hex(ValueCodec.NUMERIC, new BigDecimal("10000"))).isEqualTo("00010001000000000001");
    assertThat(hex(ValueCodec.NUMERIC, new BigDecimal("0.00"))).isEqualTo("0000000000000002");
  }

  @Test
  void what_a_type_cannot_hold_is_refused() {
    requireUnfit(ValueCodec.INT2, 32768L);
    requireUnfit(ValueCodec.INT4, "1");
    requireUnfit(ValueCodec.INT8, BigInteger.TWO.pow(63));
    requireUnfit(ValueCodec.FLOAT4, 0.1);
    requireUnfit(ValueCodec.FLOAT8, 1L);
    requireUnfit(ValueCodec.NUMERIC, 1L);
    requireUnfit(ValueCodec.NUMERIC, new BigDecimal("1E+2"));
    requireUnfit(ValueCodec.TEXT, "a\0b");
    requireUnfit(ValueCodec.DATE, "tomorrow");
    requireUnfit(ValueCodec.TIMESTAMPTZ, OffsetDateTime.parse("2026-11-01T10:00:00.000000001Z"));
    requireUnfit(ValueCodec.TIMESTAMPTZ, OffsetDateTime.parse("2026-11-01T10:00:00+02:00"));
    requireUnfit(ValueCodec.INT4_ARRAY, List.of(List.of(1L), List.of(1L, 2L)));
    requireUnfit(ValueCodec.INT4_ARRAY, List.of(1L, List.of(1L)));
    requireUnfit(ValueCodec.INT4_ARRAY, List.of(List.of()));
    requireUnfit(ValueCodec.JSONB, -0.0);
    requireUnfit(ValueCodec.JSONB, LocalDate.EPOCH);
  }

  @Test
  void arrays_with_other_bounds_stay_bytes() throws IOException {
    byte[] array = write(ValueCodec.INT4_ARRAY, List.of(1L, 2L));
    array[19] = 0;
    Object read = ValueCodec.INT4_ARRAY.read(array, 0, array.length);
    assertThat(read).isEqualTo(array);
    assertThat(write(ValueCodec.INT4_ARRAY, read)).isEqualTo(array);
  }

  @Test
  void json_null_and_depth_stay_bytes() throws IOException {
    for (String text : List.of("null", "[".repeat(5000) + "]".repeat(5000))) {
      byte[] value = ("\u0001" + text).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      Object read = ValueCodec.JSONB.read(value, 0, value.length);
      assertThat(read).isInstanceOf(byte[].class);
      assertThat(write(ValueCodec.JSONB, read)).isEqualTo(value);
    }
  }

  @Test
  void hostile_bytes_are_refused_and_nothing_worse() {
    Random random = new Random(7);
    for (ValueCodec codec : ValueCodec.values()) {
      for (int i = 0; i < 3000; i++) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        if (i % 2 == 0) {
          // Small numbers get further than large ones.
          for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (random.nextInt(8) == 0 ? bytes[at] & 3 : 0);
          }
        }
        try {
          assertThat(codec.read(bytes, 0, bytes.length)).isNotNull();
        } catch (IOException e) {
          assertThat(e).hasMessageMatching("(?s).+");
        }
      }
    }
  }

  @Test
  void every_truncation_of_a_value_is_refused() throws IOException {
    for (ValueCodec codec :
        List.of(ValueCodec.NUMERIC, ValueCodec.INT4_ARRAY, ValueCodec.UUID_VALUE)) {
      for (Object value : VALUES.getOrDefault(codec, List.of())) {
        byte[] whole = write(codec, value);
        for (int length = 0; length < whole.length; length++) {
          byte[] cut = Arrays.copyOf(whole, length);
          assertThatThrownBy(() -> codec.read(cut, 0, cut.length))
              .as("%s %s cut to %s", codec, value, length)
              .isInstanceOf(IOException.class);
        }
      }
    }
  }

  private static byte[] write(ValueCodec codec, Object value) {
    Bytes out = new Bytes();
    codec.write(out, value);
    return Arrays.copyOf(out.data(), out.length());
  }

  private static String hex(ValueCodec codec, Object value) {
    return HexFormat.of().formatHex(write(codec, value));
  }

  private static byte[] cbor(Object value) {
    CanonicalCbor cbor = new CanonicalCbor();
    Payload.write(cbor, value);
    return cbor.toByteArray();
  }

  private static void requireUnfit(ValueCodec codec, Object value) {
    assertThatThrownBy(() -> write(codec, value))
        .as("%s %s", codec, value)
        .isInstanceOf(IllegalArgumentException.class);
  }
}
