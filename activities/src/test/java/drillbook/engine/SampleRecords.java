package drillbook.engine;

import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.Reserved;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Records that are hard to keep: the same number always gives the same record. The first few hold
 * every payload type, awkward keys, empty values, and the floats that careless code changes.
 */
public final class SampleRecords {
  private static final List<String> AWKWARD_IDS =
      List.of(
          "plain",
          "naïve-ключ-日本語",
          "😀👩‍👩‍👧",
          "it's \"quoted\" \\ back/slash",
          "comma,semicolon;%percent%20&amp;",
          " leading and trailing ",
          "tab\tand\nline",
          "e\u0301 is not \u00e9",
          "\u00e9 is not e\u0301",
          "null",
          "7",
          "x".repeat(200));

  private SampleRecords() {}

  /** Returns records {@code from} to {@code from + count - 1} with text ids. */
  static RecordBatch records(RecordLayout layout, int from, int count) {
    return records(layout, from, count, SampleRecords::textId);
  }

  /** Returns records with ids of the caller's choice. */
  public static RecordBatch records(
      RecordLayout layout, int from, int count, IntFunction<byte[]> ids) {
    RecordBatch batch = new RecordBatch(layout);
    for (int i = from; i < from + count; i++) {
      batch.ids().add(ids.apply(i));
      addVectors(batch, i);
      addPayload(batch, i);
      if (i % 3 != 0) {
        batch.documents().add(utf8(i == 4 ? "" : "document " + i + ": naïve 😀 \"text\"\n"));
      }
      if (i % 5 == 1) {
        batch.uris().add(utf8("s3://bucket/" + i + ".png"));
      }
      batch.endRecord();
    }
    return batch;
  }

  /** Returns records with a document of 4 KiB each, so that a capture takes many batches. */
  static RecordBatch bulky(RecordLayout layout, int from, int count) {
    RecordBatch batch = new RecordBatch(layout);
    for (int i = from; i < from + count; i++) {
      batch.ids().add(RecordId.of(String.format("bulky-%06d", i)));
      addVectors(batch, 1000 + i);
      batch.payloads().add(Payload.encode(Map.of("number", (long) i)));
      batch.documents().add(utf8(("page " + i + " ").repeat(600).substring(0, 4096)));
      batch.endRecord();
    }
    return batch;
  }

  /** Returns records with nothing but an id and vectors. */
  static RecordBatch bare(RecordLayout layout, int from, int count) {
    RecordBatch batch = new RecordBatch(layout);
    for (int i = from; i < from + count; i++) {
      batch.ids().add(RecordId.of("bare-" + i));
      addVectors(batch, 1000 + i);
      batch.endRecord();
    }
    return batch;
  }

  /** Returns the text id of a record. */
  static byte[] textId(int i) {
    return RecordId.of(i < AWKWARD_IDS.size() ? AWKWARD_IDS.get(i) : "record-" + i);
  }

  /**
   * Returns an id of a type.
   *
   * @param idType as in {@link CollectionSchema#idType}
   */
  public static byte[] id(String idType, int i) {
    List<Object> parts = Arrays.stream(idType.split(",", -1)).map(type -> idPart(type, i)).toList();
    return RecordId.ofParts(parts);
  }

  private static Object idPart(String type, int i) {
    return switch (type) {
      case "text" -> i < AWKWARD_IDS.size() ? AWKWARD_IDS.get(i) : "record-" + i;
      case "integer" ->
          switch (i) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> -1L;
            case 3 -> (1L << 53) + 1;
            default -> (long) i;
          };
      case "uuid" -> new UUID(0x0123456789abcdefL * (i + 1), ~(long) i);
      case "bytes" -> new byte[] {(byte) i, 0, (byte) 0xff, (byte) (i >> 8)};
      default -> throw new IllegalArgumentException("no id type: " + type);
    };
  }

  /** Adds the vectors of record {@code i} to a batch. */
  public static void addVectors(RecordBatch batch, int i) {
    for (VectorColumn column : batch.vectors()) {
      VectorField field = column.field();
      int rows = field.multi() ? 1 + i % 3 : 1;
      ByteBuffer bits = ByteBuffer.allocate(rows * field.elementType().bytes(field.dimension()));
      for (int row = 0; row < rows; row++) {
        bits.put(vector(field.elementType(), field.dimension(), i * 31L + row));
      }
      column.add(bits.array(), 0, field.dimension(), rows);
    }
    for (SparseColumn column : batch.sparse()) {
      ByteBuffer positions = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer values = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      positions.putInt(i % 7).putInt(10 + i % 5).putInt(99);
      values.putFloat(0.5f + i).putFloat(-1.5f).putFloat(i == 1 ? Float.MIN_VALUE : 0.25f);
      column.add(positions.array(), values.array());
    }
  }

  /** Returns the little-endian bits of a vector; the one of seed 31 holds awkward floats. */
  static byte[] vector(ElementType type, int dimension, long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L + 1);
    ByteBuffer bits = ByteBuffer.allocate(type.bytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
    for (int d = 0; d < dimension; d++) {
      boolean awkward = seed == 31 && d < 3;
      float value = (float) random.nextGaussian();
      switch (type) {
        case F32 -> bits.putFloat(awkward ? awkward(d) : value);
        case F16 -> bits.putShort(awkward ? smallest(d) : Float.floatToFloat16(value));
        case BF16 ->
            bits.putShort(awkward ? smallest(d) : (short) (Float.floatToRawIntBits(value) >>> 16));
        case F64 -> bits.putDouble(awkward ? awkwardDouble(d) : value + random.nextDouble() / 1e9);
        case I8, U8 -> bits.put((byte) random.nextInt());
        case BIT -> {
          if (random.nextBoolean()) {
            bits.put(d / 8, (byte) (bits.get(d / 8) | (0x80 >>> (d % 8))));
          }
        }
      }
    }
    return bits.array();
  }

  private static float awkward(int d) {
    return d == 0 ? -0.0f : d == 1 ? Float.MIN_VALUE : 0.1f;
  }

  private static double awkwardDouble(int d) {
    return d == 0 ? -0.0 : d == 1 ? Double.MIN_VALUE : 0.1;
  }

  private static short smallest(int d) {
    return (short) (d == 0 ? 0x8000 : d == 1 ? 0x0001 : 0x3f00);
  }

  private static void addPayload(RecordBatch batch, int i) {
    switch (i) {
      case 0 -> {}
      case 1 -> batch.payloads().add(Payload.encode(everyType()));
      case 2 -> batch.payloads().add(Payload.encode(awkwardKeys()));
      case 3 -> batch.payloads().add(Payload.encode(Map.of()));
      default -> {
        if (i % 7 != 0) {
          batch
              .payloads()
              .add(
                  Payload.encode(
                      Map.of("number", (long) i, "label", "l" + i % 10, "share", i / 8.0)));
        }
      }
    }
  }

  private static Map<String, @Nullable Object> everyType() {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("text", "naïve 😀 \"quoted\" ' \\ % $1 <b>");
    payload.put("text-empty", "");
    payload.put("text-nul", "before\u0000after");
    payload.put("text-like-number", "007");
    payload.put("integer", 7L);
    payload.put("integer-max", Long.MAX_VALUE);
    payload.put("integer-min", Long.MIN_VALUE);
    payload.put("integer-beyond-double", (1L << 53) + 1);
    payload.put("integer-big", BigInteger.ONE.shiftLeft(200));
    payload.put("integer-big-negative", BigInteger.ONE.shiftLeft(64).negate());
    payload.put("float", 0.1);
    payload.put("float-whole", 1.0);
    payload.put("float-large", 1e300);
    payload.put("float-smallest", Double.MIN_VALUE);
    payload.put("float-negative-zero", -0.0);
    payload.put("float-nan", Double.NaN);
    payload.put("float-infinite", Double.NEGATIVE_INFINITY);
    payload.put("true", true);
    payload.put("false", false);
    payload.put("null", null);
    payload.put("bytes", new byte[] {0, -1, 127});
    payload.put("decimal", new BigDecimal("12.3400"));
    payload.put("time", OffsetDateTime.parse("2026-11-01T10:00:00.123456789+02:00"));
    payload.put("date", LocalDate.parse("2026-11-01"));
    payload.put("uuid", UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
    payload.put("list-text", List.of("a", "b"));
    payload.put("list-integer", List.of(1L, 2L));
    payload.put("list-float", List.of(1.0, 2.5));
    payload.put("list-bool", List.of(true, false));
    payload.put("list-empty", List.of());
    payload.put("list-mixed", Arrays.asList("a", 1L, null, 1.0, List.of(2L)));
    payload.put("map", Map.of("inner", Map.of("deep", List.of(Map.of("deeper", 1L)))));
    payload.put("map-empty", Map.of());
    payload.put("large", "0123456789abcdef".repeat(4096));
    return payload;
  }

  private static Map<String, @Nullable Object> awkwardKeys() {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    for (String key :
        List.of(
            "",
            " ",
            "a.b",
            "$set",
            "#document",
            "chroma:document",
            "chroma:uri",
            "id",
            "embedding",
            "document",
            "key with \"quotes\" and 😀",
            "nul\u0000key",
            "k".repeat(300))) {
      payload.put(key, "value of " + key);
    }
    payload.put(Reserved.KEY, "{\"drillbook\":1,\"payload\":\"oA==\"}");
    return payload;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
