package drillbook.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.SampleRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.TestingRecords;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of every format give back every record, bit for bit, and believe nothing that is cut off.
 */
class FileFormTest {
  private static final RecordLayout WIDE =
      new RecordLayout(
          List.of(
              new VectorField("", ElementType.F32, 24, false),
              new VectorField("half", ElementType.F16, 9, false),
              new VectorField("brain", ElementType.BF16, 5, false),
              new VectorField("double", ElementType.F64, 3, false),
              new VectorField("signed", ElementType.I8, 33, false),
              new VectorField("unsigned", ElementType.U8, 12, false),
              new VectorField("bits", ElementType.BIT, 19, false),
              new VectorField("Bits!", ElementType.BIT, 11, true),
              new VectorField("colbert", ElementType.F32, 4, true)),
          List.of(
              new SparseField("splade", ElementType.F32, 0),
              new SparseField("splade.2", ElementType.F32, 0)));
  private static final RecordLayout PLAIN =
      RecordLayout.dense(new VectorField("", ElementType.F32, 8, false));

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "PARQUET, F64, F32",
    "PARQUET, F32, F16",
    "ARROW, F64, F32",
    "ARROW, F32, F16",
  })
  void a_number_beyond_the_range_of_elements_is_refused(
      FileForm form, ElementType written, ElementType read) throws Exception {
    RecordBatch batch = new RecordBatch(RecordLayout.dense(new VectorField("", written, 1, false)));
    for (double value : new double[] {1, 1e39}) {
      ByteBuffer bits = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      if (written == ElementType.F64) {
        bits.putDouble(value);
      } else {
        bits.putFloat((float) Math.min(value, 1e38));
      }
      batch.ids().add(RecordId.of("a" + value));
      batch.vectors().getFirst().add(bits.array(), 0, 1, 1);
      batch.endRecord();
    }
    Path file = folder.resolve("file");
    try (OutputStream out = Files.newOutputStream(file);
        RecordFileWriter writer = form.open(new RecordShape(batch.layout(), "text", ""), out)) {
      writer.write(batch, 0);
      writer.write(batch, 1);
      writer.finish();
    }
    RecordShape shape =
        new RecordShape(RecordLayout.dense(new VectorField("", read, 1, false)), "text", "");
    assertThatThrownBy(() -> form.read(file, shape, "it", (_, _) -> {}))
        .hasMessageContaining("row 2: an element is beyond what " + read.word() + " holds");
  }

  @ParameterizedTest
  @EnumSource
  void everything_comes_back_as_it_was(FileForm form) throws Exception {
    assertComesBack(
        form,
        new RecordShape(WIDE, "text", ""),
        SampleRecords.records(WIDE, 0, 300, i -> SampleRecords.id("text", i)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PARQUET|integer
          PARQUET|uuid
          PARQUET|bytes
          PARQUET|text,integer
          ARROW|integer
          ARROW|uuid
          ARROW|bytes
          ARROW|text,integer
          """)
  void ids_of_every_type_come_back(FileForm form, String idType) throws Exception {
    assertComesBack(
        form,
        new RecordShape(PLAIN, idType, "acme"),
        SampleRecords.records(PLAIN, 0, 20, i -> SampleRecords.id(idType, i)));
  }

  @ParameterizedTest
  @EnumSource
  void many_batches_come_back(FileForm form) throws Exception {
    assertComesBack(
        form,
        new RecordShape(PLAIN, "text", ""),
        SampleRecords.records(PLAIN, 0, 20_000, i -> SampleRecords.id("text", i)));
  }

  @ParameterizedTest
  @EnumSource(names = {"LINES", "ARROW"})
  void every_bit_of_a_float_comes_back(FileForm form) throws Exception {
    RecordLayout layout =
        new RecordLayout(
            List.of(
                new VectorField("", ElementType.F32, 0, false),
                new VectorField("fixed", ElementType.F32, 17, false),
                new VectorField("half", ElementType.F16, 9, false),
                new VectorField("brain", ElementType.BF16, 9, false),
                new VectorField("double", ElementType.F64, 3, false)),
            List.of(new SparseField("bm25", ElementType.F64, 0)));
    RecordBatch batch = TestingRecords.random(layout, 7, 500);
    assertComesBack(form, new RecordShape(layout, "text,integer", ""), batch);
  }

  @Test
  void parquet_refuses_a_nan_that_it_would_change_and_takes_the_usual_one() throws Exception {
    RecordShape shape =
        new RecordShape(
            RecordLayout.dense(new VectorField("", ElementType.F32, 2, false)), "text", "");
    RecordBatch batch = new RecordBatch(shape.layout());
    batch.ids().add(RecordId.of("usual"));
    batch.vectors().getFirst().add(new float[] {Float.NaN, Float.NEGATIVE_INFINITY}, 0, 2);
    batch.endRecord();
    assertComesBack(FileForm.PARQUET, shape, batch);
    batch.ids().add(RecordId.of("strange"));
    batch.vectors().getFirst().add(new float[] {1, Float.intBitsToFloat(0x7fc00001)}, 0, 2);
    batch.endRecord();
    assertThatThrownBy(() -> write(FileForm.PARQUET, shape, batch))
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED);
              assertThat(e).hasMessageContaining("record strange").hasMessageContaining("NaN");
              assertThat(e.hint()).contains("jsonl.gz");
            });
  }

  @ParameterizedTest
  @EnumSource
  void a_file_that_is_cut_off_anywhere_is_refused(FileForm form) throws Exception {
    RecordShape shape = new RecordShape(PLAIN, "text", "");
    byte[] whole =
        write(form, shape, SampleRecords.records(PLAIN, 0, 30, i -> SampleRecords.id("text", i)));
    for (int length = 0; length < whole.length; length += 1 + length / 50) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> form.read(file, shape, "cut", (_, _) -> {}))
          .as("%s of %s bytes", length, whole.length)
          .isInstanceOfSatisfying(
              DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void damage_is_refused_or_harmless_but_never_a_crash(FileForm form) throws Exception {
    RecordShape shape = new RecordShape(PLAIN, "text", "");
    byte[] whole =
        write(form, shape, SampleRecords.records(PLAIN, 0, 5, i -> SampleRecords.id("text", i)));
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("changed"), changed);
      try {
        form.read(file, shape, "changed", (_, _) -> {});
      } catch (DrillbookException e) {
        assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void another_shape_is_told_with_the_row_or_column(FileForm form) throws Exception {
    RecordShape shape = new RecordShape(PLAIN, "text", "");
    Path file =
        Files.write(
            folder.resolve("file"),
            write(
                form, shape, SampleRecords.records(PLAIN, 0, 3, i -> SampleRecords.id("text", i))));
    RecordShape longer =
        new RecordShape(
            RecordLayout.dense(new VectorField("", ElementType.F32, 9, false)), "text", "");
    assertThatThrownBy(() -> form.read(file, longer, "file", (_, _) -> {}))
        .hasMessageMatching("read file, (row|line) 1: dimension 8 in a field of dimension 9");
    RecordShape none = new RecordShape(new RecordLayout(List.of(), List.of()), "text", "");
    assertThatThrownBy(() -> form.read(file, none, "file", (_, _) -> {}))
        .hasMessageContaining("values");
  }

  @ParameterizedTest
  @EnumSource
  void integers_are_taken_where_floats_are_expected(FileForm form) throws Exception {
    RecordLayout integers = RecordLayout.dense(new VectorField("", ElementType.U8, 3, false));
    RecordBatch batch = new RecordBatch(integers);
    batch.ids().add(RecordId.of("a"));
    batch.vectors().getFirst().add(new byte[] {0, 1, (byte) 255}, 0, 3, 1);
    batch.endRecord();
    Path file =
        Files.write(
            folder.resolve("file"), write(form, new RecordShape(integers, "text", ""), batch));
    for (ElementType type : List.of(ElementType.F32, ElementType.F16, ElementType.F64)) {
      RecordLayout floats = RecordLayout.dense(new VectorField("", type, 3, false));
      List<String> seen = new ArrayList<>();
      form.read(
          file,
          new RecordShape(floats, "text", ""),
          "file",
          (read, _) -> {
            ByteBuffer bits = read.vectors().getFirst().bits().view(0);
            for (int i = 0; i < 3; i++) {
              seen.add(
                  switch (type) {
                    case F64 -> String.valueOf(bits.getDouble(8 * i));
                    case F16 -> String.valueOf(Float.float16ToFloat(bits.getShort(2 * i)));
                    default -> String.valueOf(bits.getFloat(4 * i));
                  });
            }
          });
      assertThat(seen).as("%s", type).containsExactly("0.0", "1.0", "255.0");
    }
  }

  private void assertComesBack(FileForm form, RecordShape shape, RecordBatch batch)
      throws Exception {
    Path file = Files.write(folder.resolve("file"), write(form, shape, batch));
    int[] seen = new int[1];
    long count =
        form.read(
            file,
            shape,
            "file",
            (read, _) -> {
              for (int i = 0; i < read.size(); i++) {
                TestingRecords.assertSame(read, i, batch, seen[0]++);
              }
            });
    assertThat(count).isEqualTo(batch.size());
    assertThat(seen[0]).isEqualTo(batch.size());
  }

  private static byte[] write(FileForm form, RecordShape shape, RecordBatch batch)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = bytes;
        RecordFileWriter writer = form.open(shape, out)) {
      for (int i = 0; i < batch.size(); i++) {
        writer.write(batch, i);
      }
      writer.finish();
    }
    return bytes.toByteArray();
  }
}
