package drillbook.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.RecordHasher;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as they look, and that each bit comes back from them. */
class RecordLinesTest {
  private static final RecordLayout PLAIN =
      RecordLayout.dense(new VectorField("embedding", ElementType.F32, 3, false));

  @Test
  void a_plain_record_reads_as_people_expect() throws Exception {
    RecordBatch batch = new RecordBatch(PLAIN);
    batch.ids().add(RecordId.of("a\"1"));
    batch.vectors().getFirst().add(new float[] {0.1f, -0f, 1e10f}, 0, 3);
    batch.payloads().add(Payload.encode(Map.of("lang", "de", "n", 7, "x", 7.0)));
    batch.documents().add("Grüße\n".getBytes(StandardCharsets.UTF_8));
    batch.uris().add("s3://b/k".getBytes(StandardCharsets.UTF_8));
    batch.endRecord();
    batch.ids().add(RecordId.of(42));
    batch.endRecord();

    assertThat(lines(batch, "acme"))
        .isEqualTo(
            """
            {"id":"a\\"1","tenant":"acme","values":[0.1,-0.0,1.0E10],\
            "metadata":{"n":7,"x":7.0,"lang":"de"},"document":"Grüße\\n","uri":"s3://b/k"}
            {"id":42,"tenant":"acme"}
            """);
    assertRoundTrip(batch);
  }

  @Test
  void named_and_sparse_vectors_stand_by_name() throws Exception {
    RecordLayout layout =
        new RecordLayout(
            List.of(
                new VectorField("", ElementType.I8, 2, false),
                new VectorField("title", ElementType.BIT, 10, false),
                new VectorField("tokens", ElementType.U8, 2, true)),
            List.of(new SparseField("lexical", ElementType.F32, 0)));
    RecordBatch batch = new RecordBatch(layout);
    batch.ids().add(RecordId.of(new UUID(1, 2)));
    batch.vectors().get(0).add(new byte[] {-128, 127}, 0, 2, 1);
    batch.vectors().get(1).add(new byte[] {(byte) 0xa1, (byte) 0xc0}, 0, 10, 1);
    batch.vectors().get(2).add(new byte[] {0, (byte) 255, 1, 2}, 0, 2, 2);
    batch.sparse().get(0).add(little(0, 0xffffffff), floats(0f, 2.5f));
    batch.endRecord();

    assertThat(lines(batch, ""))
        .isEqualTo(
            """
            {"id":{"$uuid":"00000000-0000-0001-0000-000000000002"},"values":[-128,127],\
            "vectors":{"title":"1010000111","tokens":[[0,255],[1,2]]},\
            "sparse_values":{"indices":[0,4294967295],"values":[0.0,2.5]}}
            """);
    assertRoundTrip(batch);
  }

  @Test
  void several_sparse_vectors_stand_by_name() throws Exception {
    RecordBatch batch =
        new RecordBatch(
            new RecordLayout(
                List.of(),
                List.of(
                    new SparseField("", ElementType.F32, 0),
                    new SparseField("bm25", ElementType.F16, 0))));
    batch.ids().add(RecordId.of(1));
    batch.sparse().get(0).add(little(3), floats(Float.NaN));
    batch.sparse().get(1).add(new byte[0], new byte[0]);
    batch.endRecord();
    assertThat(lines(batch, ""))
        .isEqualTo(
            """
            {"id":1,"sparse_values":{"indices":[3],"values":["NaN"]},\
            "sparse_vectors":{"bm25":{"indices":[],"values":[]}}}
            """);
    assertRoundTrip(batch);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void every_bit_of_every_element_type_comes_back(ElementType type) throws Exception {
    int dimension = 64;
    RecordLayout layout =
        new RecordLayout(
            List.of(new VectorField("v", type, 0, false), new VectorField("many", type, 0, true)),
            List.of());
    RecordBatch batch = new RecordBatch(layout);
    Random random = new Random(11);
    for (int i = 0; i < 400; i++) {
      byte[] bits = new byte[type.bytes(dimension)];
      random.nextBytes(bits);
      if (i < 8) {
        Arrays.fill(bits, (byte) (i % 2 == 0 ? 0xff : 0x7f));
      }
      batch.ids().add(RecordId.of(i));
      batch
          .vectors()
          .get(layout.vector("v"))
          .add(bits, 0, i % 9 == 0 && type != ElementType.BIT ? 0 : dimension, 1);
      addMany(batch.vectors().get(layout.vector("many")), bits, type, dimension, i % 4);
      batch.endRecord();
    }
    assertRoundTrip(batch);
  }

  @Test
  void every_half_comes_back_and_every_special_float() throws Exception {
    for (ElementType type : List.of(ElementType.F16, ElementType.BF16)) {
      RecordBatch batch =
          new RecordBatch(RecordLayout.dense(new VectorField("v", type, 4096, false)));
      for (int block = 0; block < 16; block++) {
        ByteBuffer bits = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4096; i++) {
          bits.putShort((short) (block * 4096 + i));
        }
        batch.ids().add(RecordId.of(block));
        batch.vectors().getFirst().add(bits.array(), 0, 4096, 1);
        batch.endRecord();
      }
      assertRoundTrip(batch);
    }
    RecordBatch batch =
        new RecordBatch(RecordLayout.dense(new VectorField("v", ElementType.F32, 9, false)));
    batch.ids().add(RecordId.of(1));
    ByteBuffer bits = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
    for (int raw :
        new int[] {
          0x7fc00000,
          0xffc00000,
          0x7f800001,
          0x7f800000,
          0xff800000,
          0x80000000,
          1,
          0x7f7fffff,
          0x007fffff
        }) {
      bits.putInt(raw);
    }
    batch.vectors().getFirst().add(bits.array(), 0, 9, 1);
    batch.endRecord();
    assertThat(lines(batch, ""))
        .contains(
            "\"NaN\",\"NaN:ffc00000\",\"NaN:7f800001\",\"Infinity\",\"-Infinity\",-0.0,1.4E-45");
    assertRoundTrip(batch);
  }

  @Test
  void ids_and_payload_values_keep_their_types() throws Exception {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("null", null);
    payload.put("int", Long.MIN_VALUE);
    payload.put("big", BigInteger.TWO.pow(200).negate());
    payload.put("float", 1e300);
    payload.put("whole", 3.0);
    payload.put("nan", Double.NaN);
    payload.put("inf", Double.NEGATIVE_INFINITY);
    payload.put("bytes", new byte[] {0, -1});
    payload.put("decimal", new BigDecimal("1.500"));
    payload.put("tiny", new BigDecimal(BigInteger.ONE, 4000));
    payload.put("time", OffsetDateTime.parse("2026-11-21T02:00:00.000000001+05:30"));
    payload.put("date", LocalDate.parse("2026-11-21"));
    payload.put("uuid", new UUID(-1, 1));
    payload.put("truth", List.of(true, false));
    payload.put("empty", Map.of());
    payload.put("nested", List.of(List.of(), Map.of("$bytes", "no bytes")));
    payload.put("two", Map.of("$date", "x", "$a", 1));
    payload.put("wrapped", Map.of("$map", Map.of("$map", 1)));
    payload.put("", "emoji \uD83D\uDE00 \u0000 \u2028");
    RecordBatch batch = new RecordBatch(new RecordLayout(List.of(), List.of()));
    for (byte[] id :
        Stream.of(
                List.of("t"),
                List.of(-7L),
                List.of(BigInteger.TWO.pow(70)),
                List.of(new UUID(1, 2)),
                List.of(new byte[] {1, 2}),
                List.of("a", 1L, new byte[] {3}))
            .map(RecordId::ofParts)
            .toList()) {
      batch.ids().add(id);
      batch.payloads().add(Payload.encode(payload));
      batch.documents().add(new byte[] {(byte) 0xff, 'x'});
      batch.uris().add(new byte[0]);
      batch.endRecord();
    }
    batch.ids().add(RecordId.of("$date"));
    batch.payloads().add(Payload.encode(Map.of("$bytes", "top")));
    batch.endRecord();
    batch.ids().add(RecordId.of("empty"));
    batch.payloads().add(Payload.encode(Map.of()));
    batch.endRecord();
    assertThat(lines(batch, ""))
        .contains("\"decimal\":{\"$decimal\":\"1.500\"}")
        .contains("{\"$map\":{\"$bytes\":\"no bytes\"}}")
        .contains("\"document\":{\"$bytes\":\"/3g=\"}")
        .contains("\"metadata\":{}");
    assertRoundTrip(batch);
  }

  @Test
  void many_records_come_in_several_batches() throws Exception {
    RecordBatch batch = new RecordBatch(PLAIN);
    for (int i = 0; i < 9000; i++) {
      batch.ids().add(RecordId.of(i));
      batch.endRecord();
    }
    List<String> cursors = new ArrayList<>();
    long records =
        RecordLines.read(
            new ByteArrayInputStream(lines(batch, "").getBytes(StandardCharsets.UTF_8)),
            PLAIN,
            "",
            "test",
            (_, cursor) -> cursors.add(cursor));
    assertThat(records).isEqualTo(9000);
    assertThat(cursors).containsExactly("4096", "8192", "9000");
  }

  @ParameterizedTest
  @CsvSource({"F16, 65519, 65520", "BF16, 3.39e38, 3.4e38", "F32, 3.4028235e38, 3.5e38"})
  void a_number_beyond_the_range_of_elements_never_becomes_infinite(
      ElementType type, String largest, String beyond) throws Exception {
    RecordLayout layout = RecordLayout.dense(new VectorField("", type, 0, false));
    String lines = "{\"id\":1,\"values\":[%s,\"Infinity\"]}";
    assertThat(read(layout, lines.formatted(largest))).isEqualTo(1);
    assertThatThrownBy(() -> read(layout, lines.formatted(beyond)))
        .hasMessageContaining("line 1: no element of " + type.word() + ": " + beyond);
  }

  private static long read(RecordLayout layout, String lines) throws Exception {
    return RecordLines.read(
        new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)),
        layout,
        "",
        "lines",
        (_, _) -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1}\n{\"values\":[1,2,3]}",
        "{\"id\":1}\n{\"id\":2,\"values\":[1,2]}",
        "{\"id\":1}\n{\"id\":2,\"values\":[1,2,null]}",
        "{\"id\":1}\n{\"id\":2,\"values\":[1,2,\"x\"]}",
        "{\"id\":1}\n{\"id\":2,\"values\":\"101\"}",
        "{\"id\":1}\n{\"id\":2,\"values\":[1,2,1e39]}",
        "{\"id\":1}\n{\"id\":2,\"values\":[1,2,\"-1e39\"]}",
        "{\"id\":1}\n{\"id\":2,\"metadata\":{\"a\":1e400}}",
        "{\"id\":1}\n{\"id\":2,\"metadata\":{\"a\":{\"$float\":\"-1e400\"}}}",
        "{\"id\":1}\n{\"id\":2,\"vectors\":{\"no\":[1,2,3]}}",
        "{\"id\":1}\n{\"id\":2,\"sparse_values\":{\"indices\":[1],\"values\":[1]}}",
        "{\"id\":1}\n{\"id\":2,\"metadata\":null}",
        "{\"id\":1}\n{\"id\":2,\"metadata\":{\"a\":{\"$date\":\"no\"}}}",
        "{\"id\":1}\n{\"id\":2,\"metadata\":{\"a\":1,\"a\":2}}",
        "{\"id\":1}\n{\"id\":2,\"tenant\":\"other\"}",
        "{\"id\":1}\n{\"id\":2,\"extra\":1}",
        "{\"id\":1}\n{\"id\":null}",
        "{\"id\":1}\n{\"id\":1.5}",
        "{\"id\":1}\n{\"id\":2",
        "{\"id\":1}\n[2]",
        "{\"id\":1}\nnonsense"
      })
  void what_is_no_record_is_refused_with_its_line(String text) {
    assertThatThrownBy(() ->
            RecordLines.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                PLAIN,
                "",
                "part",
                (_, _) -> {}))
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT);
              assertThat(e.getMessage()).startsWith("read part, line 2: ");
            });
  }

  private static void addMany(
      VectorColumn column, byte[] bits, ElementType type, int dimension, int rows) {
    byte[] all = new byte[rows * type.bytes(dimension)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(bits, 0, all, row * type.bytes(dimension), type.bytes(dimension));
    }
    column.add(all, 0, dimension, rows);
  }

  /** Compares by the hash over all content, which is what backups compare by. */
  private static void assertRoundTrip(RecordBatch batch) throws Exception {
    RecordHasher hasher = new RecordHasher(batch.layout());
    byte[] text = lines(batch, "").getBytes(StandardCharsets.UTF_8);
    int[] next = {0};
    RecordLines.read(
        new ByteArrayInputStream(text),
        batch.layout(),
        "",
        "test",
        (back, _) -> {
          for (int i = 0; i < back.size(); i++) {
            assertThat(hash(hasher, back, i)).isEqualTo(hash(hasher, batch, next[0]));
            assertThat(back.payloads().get(i)).isEqualTo(batch.payloads().get(next[0]));
            next[0]++;
          }
        });
    assertThat(next[0]).isEqualTo(batch.size());
  }

  private static byte[] hash(RecordHasher hasher, RecordBatch batch, int record) {
    byte[] hashes = new byte[64];
    byte[] content = new byte[32];
    byte[] id = new byte[32];
    hasher.hash(batch, record, id, content);
    System.arraycopy(id, 0, hashes, 0, 32);
    System.arraycopy(content, 0, hashes, 32, 32);
    return hashes;
  }

  private static String lines(RecordBatch batch, String tenant) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RecordLinesWriter writer = new RecordLinesWriter(batch.layout(), tenant, out)) {
      writer.write(batch);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static byte[] little(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
