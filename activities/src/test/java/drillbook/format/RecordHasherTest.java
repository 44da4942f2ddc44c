package drillbook.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordHasherTest {
  private static final RecordLayout LAYOUT =
      new RecordLayout(
          List.of(
              new VectorField("a", ElementType.F32, 0, true),
              new VectorField("b", ElementType.F32, 0, true)),
          List.of(new SparseField("s", ElementType.F32, 0)));

  @Test
  void the_order_of_vectors_in_the_layout_does_not_matter() {
    RecordLayout turned =
        new RecordLayout(
            TestingRecords.EVERYTHING.vectors().reversed(),
            TestingRecords.EVERYTHING.sparse().reversed());
    assertThat(turned).isEqualTo(TestingRecords.EVERYTHING);
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 3, 20);
    RecordBatch other = TestingRecords.random(turned, 3, 20);
    for (int i = 0; i < batch.size(); i++) {
      assertThat(hash(other, i)).isEqualTo(hash(batch, i));
    }
  }

  @Test
  void records_that_differ_in_anything_have_different_hashes() {
    RecordBatch batch = new RecordBatch(LAYOUT);
    byte[] one = {0, 0, (byte) 0x80, 0x3f};
    byte[] two = {0, 0, (byte) 0x80, 0x3f, 0, 0, (byte) 0x80, 0x3f};
    add(batch, () -> {});
    add(batch, () -> batch.vectors().get(0).add(one, 0, 1, 1));
    add(batch, () -> batch.vectors().get(1).add(one, 0, 1, 1));
    add(batch, () -> batch.vectors().get(0).add(one, 0, 1, 0));
    add(batch, () -> batch.vectors().get(0).add(one, 0, 0, 0));
    add(batch, () -> batch.vectors().get(0).add(one, 0, 0, 1));
    add(batch, () -> batch.vectors().get(0).add(two, 0, 2, 1));
    add(batch, () -> batch.vectors().get(0).add(two, 0, 1, 2));
    add(batch, () -> batch.vectors().get(0).add(new byte[] {0, 0, 0, 0}, 0, 1, 1));
    add(batch, () -> batch.vectors().get(0).add(new byte[] {0, 0, 0, (byte) 0x80}, 0, 1, 1));
    add(batch, () -> batch.vectors().get(0).add(new byte[] {1, 0, (byte) 0xc0, 0x7f}, 0, 1, 1));
    add(batch, () -> batch.vectors().get(0).add(new byte[] {2, 0, (byte) 0xc0, 0x7f}, 0, 1, 1));
    add(batch, () -> batch.sparse().getFirst().add(new byte[0], new byte[0]));
    add(batch, () -> batch.sparse().getFirst().add(new byte[4], new byte[4]));
    add(batch, () -> batch.payloads().add(Payload.encode(Map.of())));
    add(batch, () -> batch.payloads().add(Payload.encode(Map.of("n", 1L))));
    add(batch, () -> batch.payloads().add(Payload.encode(Map.of("n", 1.0))));
    add(batch, () -> batch.payloads().add(Payload.encode(Map.of("n", true))));
    add(batch, () -> batch.documents().add(new byte[0]));
    add(batch, () -> batch.documents().add(utf8("\u00e4")));
    add(batch, () -> batch.documents().add(utf8("a\u0308")));
    add(batch, () -> batch.uris().add(utf8("\u00e4")));
    batch.ids().add(RecordId.of("7"));
    batch.endRecord();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      assertThat(seen.add(hash(batch, i).getLast())).as("record %d", i).isTrue();
    }
    assertThat(seen).hasSize(23);
  }

  @Test
  void the_element_type_is_part_of_the_hash() {
    Set<String> seen = new HashSet<>();
    for (ElementType type : List.of(ElementType.I8, ElementType.U8)) {
      RecordBatch batch = new RecordBatch(RecordLayout.dense(new VectorField("", type, 4, false)));
      batch.ids().add(RecordId.of(7));
      batch.vectors().getFirst().add(new byte[] {1, 2, 3, 4}, 0, 4, 1);
      batch.endRecord();
      seen.add(hash(batch, 0).getLast());
    }
    assertThat(seen).hasSize(2);
  }

  @Test
  void a_hasher_is_used_again_after_a_large_record() {
    RecordBatch batch = new RecordBatch(new RecordLayout(List.of(), List.of()));
    for (int bytes : new int[] {5, 3 << 20, 5}) {
      batch.ids().add(RecordId.of(7));
      batch.documents().add(new byte[bytes]);
      batch.endRecord();
    }
    RecordHasher hasher = new RecordHasher(batch.layout());
    List<String> hashes = new ArrayList<>();
    byte[] id = new byte[32];
    byte[] content = new byte[32];
    for (int i = 0; i < 3; i++) {
      hasher.hash(batch, i, id, content);
      hashes.add(HexFormat.of().formatHex(content));
    }
    assertThat(hashes.get(0)).isEqualTo(hashes.get(2)).isNotEqualTo(hashes.get(1));
  }

  @Test
  void a_batch_of_another_layout_is_refused() {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 1);
    assertThatThrownBy(() -> new RecordHasher(LAYOUT).hash(batch, 0, new byte[32], new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void add(RecordBatch batch, Runnable columns) {
    batch.ids().add(RecordId.of(7));
    columns.run();
    batch.endRecord();
  }

  private static List<String> hash(RecordBatch batch, int row) {
    byte[] id = new byte[32];
    byte[] content = new byte[32];
    Arrays.fill(id, (byte) 1);
    new RecordHasher(batch.layout()).hash(batch, row, id, content);
    return List.of(HexFormat.of().formatHex(id), HexFormat.of().formatHex(content));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
