package drillbook.engine.pgvector.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CopyReaderTest {
  @Test
  void rows_are_the_same_however_the_stream_is_cut() throws Exception {
    byte[] stream = stream();
    List<String> whole = rows(pieces(stream, stream.length));
    assertThat(whole).containsExactly("a|null", "|bcd", "xyz|1234567890");
    for (int size = 1; size < stream.length; size++) {
      assertThat(rows(pieces(stream, size))).as("pieces of %s", size).isEqualTo(whole);
    }
  }

  @Test
  void a_stream_that_ends_early_is_corrupt_wherever_it_ends() {
    byte[] stream = stream();
    for (int length = 0; length < stream.length; length++) {
      requireCorrupt(Arrays.copyOf(stream, length));
    }
  }

  @Test
  void a_stream_that_goes_on_behind_its_end_is_corrupt() {
    byte[] stream = stream();
    CopyReader reader = new CopyReader(pieces(stream, stream.length, new byte[1]), 2);
    assertThatThrownBy(
            () -> {
              while (reader.next()) {
                assertThat(reader.data()).isNotNull();
              }
            })
        .hasMessageContaining("end mark");
  }

  @Test
  void damaged_heads_and_lengths_are_corrupt() {
    requireCorrupt(changed(0, (byte) 'p'));
    requireCorrupt(changed(10, (byte) 1));
    requireCorrupt(changed(11, (byte) 0x80));
    requireCorrupt(changed(15, (byte) 0x80));
    // Number of columns, then the length of the first.
    requireCorrupt(changed(20, (byte) 3));
    requireCorrupt(changed(21, (byte) 0x80));
    requireCorrupt(changed(21, (byte) 0x3f));
    requireCorrupt(changed(24, (byte) 0x7f));
  }

  @Test
  void a_declared_length_takes_no_memory_before_its_bytes_are_there() {
    Bytes out = new Bytes();
    CopyReader.begin(out);
    out.addShort(2);
    out.addInt(1 << 30);
    // Would fail for lack of memory, were the length believed: the tests' heap has 1 GiB.
    requireCorrupt(Arrays.copyOf(out.data(), out.length()));
  }

  @Test
  void no_damage_does_worse_than_corrupt() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] stream = stream();
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        stream[random.nextInt(stream.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(rows(pieces(stream, 1 + random.nextInt(stream.length)))).isNotNull();
      } catch (DrillbookException e) {
        assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT);
      }
    }
  }

  private static byte[] stream() {
    Bytes out = new Bytes();
    CopyReader.begin(out);
    for (String[] row : new String[][] {{"a", "null"}, {"", "bcd"}, {"xyz", "1234567890"}}) {
      out.addShort(2);
      for (String value : row) {
        if (value.equals("null")) {
          out.addInt(-1);
        } else {
          out.addInt(value.length());
          out.add(value.getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
    CopyReader.end(out);
    return Arrays.copyOf(out.data(), out.length());
  }

  private static byte[] changed(int at, byte value) {
    byte[] stream = stream();
    stream[at] = value;
    return stream;
  }

  private static CopyReader.Source pieces(byte[] stream, int size, byte[]... more) {
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < stream.length; at += size) {
      pieces.add(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + size)));
    }
    pieces.addAll(List.of(more));
    return () -> pieces.isEmpty() ? null : pieces.removeFirst();
  }

  private static List<String> rows(CopyReader.Source source) throws Exception {
    CopyReader reader = new CopyReader(source, 2);
    List<String> rows = new ArrayList<>();
    while (reader.next()) {
      rows.add(value(reader, 0) + "|" + value(reader, 1));
    }
    assertThat(reader.next()).isFalse();
    return rows;
  }

  private static String value(CopyReader reader, int column) {
    return reader.isNull(column)
        ? "null"
        : new String(
            reader.data(),
            reader.offset(column),
            reader.length(column),
            StandardCharsets.ISO_8859_1);
  }

  private static void requireCorrupt(byte[] stream) {
    assertThatThrownBy(() -> rows(pieces(stream, 7)))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT));
  }
}
