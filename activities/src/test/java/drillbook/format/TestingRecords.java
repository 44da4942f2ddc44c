package drillbook.format;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.record.BytesColumn;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Random records of every kind, the same for the same seed. */
public final class TestingRecords {
  /** A layout with every element type, multi-vectors, open dimensions and sparse vectors. */
  public static final RecordLayout EVERYTHING =
      new RecordLayout(
          List.of(
              new VectorField("text", ElementType.F32, 17, false),
              new VectorField("", ElementType.F32, 0, false),
              new VectorField("half", ElementType.F16, 9, false),
              new VectorField("brain", ElementType.BF16, 5, false),
              new VectorField("double", ElementType.F64, 3, false),
              new VectorField("signed", ElementType.I8, 33, false),
              new VectorField("unsigned", ElementType.U8, 12, false),
              new VectorField("bits", ElementType.BIT, 19, false),
              new VectorField("colbert", ElementType.F32, 4, true),
              new VectorField("short", ElementType.F32, 16, false)),
          List.of(
              new SparseField("splade", ElementType.F32, 0),
              new SparseField("bm25", ElementType.F64, 30000)));

  private static final int[] STRANGE = {
    0x7fc00000, 0x7f800001, 0xffffffff, 0x80000000, 0x00000001, 0x807fffff, 0x7f800000, 0xff800000
  };

  private TestingRecords() {}

  /** Returns a batch of random records with different ids. */
  public static RecordBatch random(RecordLayout layout, long seed, int records) {
    Random random = new Random(seed);
    RecordBatch batch = new RecordBatch(layout);
    for (int i = 0; i < records; i++) {
      batch.ids().add(id(random, seed, i));
      for (VectorColumn column : batch.vectors()) {
        if (random.nextInt(6) > 0) {
          addVector(random, column);
        }
      }
      for (SparseColumn column : batch.sparse()) {
        if (random.nextInt(3) > 0) {
          addSparse(random, column);
        }
      }
      if (random.nextInt(4) > 0) {
        batch.payloads().add(payload(random));
      }
      addText(random, batch.documents());
      addText(random, batch.uris());
      batch.endRecord();
    }
    return batch;
  }

  /** Asserts that two records are the same, bit for bit. */
  public static void assertSame(
      RecordBatch actual, int actualRow, RecordBatch expected, int expectedRow) {
    assertColumn("id", actual.ids(), actualRow, expected.ids(), expectedRow);
    for (int i = 0; i < expected.vectors().size(); i++) {
      VectorColumn left = actual.vectors().get(i);
      VectorColumn right = expected.vectors().get(i);
      String name = "vector '" + right.field().name() + "'";
      assertColumn(name, left.bits(), actualRow, right.bits(), expectedRow);
      assertThat(left.rows(actualRow)).as(name).isEqualTo(right.rows(expectedRow));
      assertThat(left.dimension(actualRow)).as(name).isEqualTo(right.dimension(expectedRow));
    }
    for (int i = 0; i < expected.sparse().size(); i++) {
      SparseColumn left = actual.sparse().get(i);
      SparseColumn right = expected.sparse().get(i);
      String name = "sparse '" + right.field().name() + "'";
      assertColumn(name, left.positions(), actualRow, right.positions(), expectedRow);
      assertColumn(name, left.values(), actualRow, right.values(), expectedRow);
    }
    assertColumn("payload", actual.payloads(), actualRow, expected.payloads(), expectedRow);
    assertColumn("document", actual.documents(), actualRow, expected.documents(), expectedRow);
    assertColumn("uri", actual.uris(), actualRow, expected.uris(), expectedRow);
  }

  private static void assertColumn(
      String name, BytesColumn actual, int actualRow, BytesColumn expected, int expectedRow) {
    assertThat(actual.isPresent(actualRow))
        .as("%s of record %d is there", name, expectedRow)
        .isEqualTo(expected.isPresent(expectedRow));
    assertThat(actual.get(actualRow))
        .as("%s of record %d", name, expectedRow)
        .isEqualTo(expected.get(expectedRow));
  }

  private static byte[] id(Random random, long seed, int i) {
    return switch (random.nextInt(4)) {
      case 0 -> RecordId.of("id-" + seed + "-" + i + "-\u00e4\u65e5");
      case 1 -> RecordId.of(i * (random.nextBoolean() ? 1_000_003L : -70_000_000_001L));
      case 2 -> RecordId.of(new UUID(random.nextLong(), i));
      default -> RecordId.ofParts(List.of("part", (long) i, new byte[] {(byte) i, 0}));
    };
  }

  private static void addVector(Random random, VectorColumn column) {
    VectorField field = column.field();
    int rows = field.multi() ? random.nextInt(4) : 1;
    int dimension = field.dimension() == 0 ? random.nextInt(6) : field.dimension();
    byte[] bits = new byte[rows * field.elementType().bytes(dimension)];
    random.nextBytes(bits);
    if (field.elementType() == ElementType.F32) {
      ByteBuffer floats = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < rows * dimension; i++) {
        boolean strange = random.nextInt(8) == 0;
        int value =
            strange
                ? STRANGE[random.nextInt(STRANGE.length)]
                : Float.floatToRawIntBits((float) random.nextGaussian());
        floats.putInt(i * 4, field.name().equals("short") ? value & ~0x1fff : value);
      }
    }
    column.add(bits, 0, dimension, rows);
  }

  private static void addSparse(Random random, SparseColumn column) {
    int count = random.nextInt(5);
    int unit = column.field().elementType().bytes(1);
    ByteBuffer positions = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    byte[] values = new byte[count * unit];
    random.nextBytes(values);
    int position = column.field().dimension() == 0 ? Integer.MAX_VALUE - 1 : 0;
    for (int i = 0; i < count; i++) {
      position += 1 + random.nextInt(100);
      positions.putInt(position);
    }
    column.add(positions.array(), values);
  }

  private static byte[] payload(Random random) {
    return Payload.encode(
        Map.of("n", random.nextLong(), "x", random.nextDouble(), "t", List.of("a", true)));
  }

  private static void addText(Random random, BytesColumn column) {
    switch (random.nextInt(4)) {
      case 0 -> column.add(new byte[0]);
      case 1 -> column.addAbsent();
      default ->
          column.add(
              "text \u00fc \ud83d\ude00 "
                  .repeat(random.nextInt(9))
                  .getBytes(StandardCharsets.UTF_8));
    }
  }
}
