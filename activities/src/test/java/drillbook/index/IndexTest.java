package drillbook.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.MemoryArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexTest {
  private final MemoryArtifactStore store = new MemoryArtifactStore();
  private final Random random = new Random(42);

  @TempDir private Path folder = Path.of("");

  @Test
  void finds_every_one_of_200000_entries_and_no_other() throws Exception {
    try (RunSorter sorter = new RunSorter(folder)) {
      List<byte[]> ids = new ArrayList<>();
      for (int i = 0; i < 200_000; i++) {
        byte[] id = hash();
        if (i % 4 == 0) {
          // A quarter lies in one place, as hashes never would.
          Arrays.fill(id, 0, 7, (byte) 0x5a);
        }
        ids.add(id);
        sorter.add(id, content(i), i);
      }
      try (IndexCursor sorted = sorter.sorted();
          IndexFile index = IndexFile.write(sorted, folder.resolve("index"))) {
        assertThat(index.size()).isEqualTo(200_000);
        byte[] content = new byte[32];
        for (int i = 0; i < ids.size(); i++) {
          long position = index.find(ids.get(i));
          assertThat(position).isNotNegative();
          assertThat(index.address(position)).isEqualTo(i);
          index.contentHash(position, content);
          assertThat(content).isEqualTo(content(i));
          byte[] absent = ids.get(i).clone();
          absent[31] ^= 1;
          assertThat(index.find(absent)).isEqualTo(-1);
        }
        assertThat(index.find(new byte[32])).isEqualTo(-1);
        byte[] largest = new byte[32];
        Arrays.fill(largest, (byte) 0xff);
        assertThat(index.find(largest)).isEqualTo(-1);
        assertThat(index.address(199_999)).isNotNegative();
        assertThat(count(index.cursor())).isEqualTo(200_000);
      }
    }
    assertThat(files()).isZero();
  }

  @Test
  void an_empty_index_finds_nothing() throws Exception {
    try (IndexFile index = IndexFile.write(new EntryBuffer().sorted(), folder.resolve("index"))) {
      assertThat(index.find(hash())).isEqualTo(-1);
      assertThat(index.cursor().next()).isFalse();
      assertThatThrownBy(() -> index.address(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void sorts_what_does_not_fit_into_memory_and_keeps_duplicates() throws Exception {
    List<String> expected = new ArrayList<>();
    try (RunSorter sorter = new RunSorter(folder, 16)) {
      for (int i = 0; i < 5_000; i++) {
        byte[] id = new byte[32];
        id[0] = (byte) random.nextInt(256);
        id[31] = (byte) random.nextInt(4);
        long address = random.nextInt(10) == 0 ? IndexCursor.TOMBSTONE : i;
        sorter.add(id, content(i), address);
        expected.add(HexFormat.of().formatHex(id) + ":" + HexFormat.of().toHexDigits(address));
      }
      // The files have no name any more: a crash leaves nothing behind.
      assertThat(files()).isZero();
      expected.sort(null);
      List<String> sorted = new ArrayList<>();
      try (IndexCursor cursor = sorter.sorted()) {
        while (cursor.next()) {
          sorted.add(
              HexFormat.of().formatHex(cursor.idHash())
                  + ":"
                  + HexFormat.of().toHexDigits(cursor.address()));
        }
      }
      assertThat(sorted).isEqualTo(expected);
      assertThatThrownBy(() -> sorter.add(hash(), hash(), 1))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(files()).isZero();
  }

  @Test
  void merging_keeps_what_the_newest_run_says() throws Exception {
    Map<String, Long> expected = new TreeMap<>();
    List<IndexCursor> newestFirst = new ArrayList<>();
    for (int run = 0; run < 9; run++) {
      EntryBuffer buffer = new EntryBuffer();
      Set<String> inRun = new HashSet<>();
      for (int i = 0; i < 400; i++) {
        byte[] id = new byte[32];
        id[5] = (byte) random.nextInt(256);
        id[6] = (byte) random.nextInt(2);
        long address = random.nextInt(4) == 0 ? IndexCursor.TOMBSTONE : run * 1000L + i;
        if (inRun.add(HexFormat.of().formatHex(id))) {
          buffer.add(id, content(i), address);
          expected.put(HexFormat.of().formatHex(id), address);
        }
      }
      newestFirst.addFirst(stored("run-" + run, buffer.sorted()));
    }
    Map<String, Long> live = new TreeMap<>(expected);
    live.values().removeIf(address -> address == IndexCursor.TOMBSTONE);
    Map<String, Long> seen = new TreeMap<>();
    try (IndexCursor merged = IndexRuns.merge(newestFirst, true)) {
      while (merged.next()) {
        assertThat(merged.tombstone()).isFalse();
        String id = HexFormat.of().formatHex(merged.idHash());
        assertThat(seen.put(id, merged.address())).as("once").isNull();
      }
    }
    assertThat(seen.equals(live)).isTrue();
    assertThat(live.size()).isBetween(1, expected.size() - 1);
  }

  @Test
  void of_two_entries_in_one_run_the_last_counts() throws Exception {
    EntryBuffer buffer = new EntryBuffer();
    byte[] id = hash();
    buffer.add(id, content(2), 2);
    buffer.add(id, content(1), 1);
    EntryBuffer older = new EntryBuffer();
    older.add(id, content(0), 99);
    try (IndexCursor merged = IndexRuns.merge(List.of(buffer.sorted(), older.sorted()), false)) {
      assertThat(merged.next()).isTrue();
      assertThat(merged.address()).isEqualTo(2);
      assertThat(merged.contentHash()).isEqualTo(content(2));
      assertThat(merged.next()).isFalse();
    }
  }

  @Test
  void every_flipped_bit_and_truncation_of_a_run_is_found() throws Exception {
    EntryBuffer buffer = new EntryBuffer();
    for (int i = 0; i < 5; i++) {
      buffer.add(hash(), content(i), i);
    }
    RunReceipt run = IndexRunWriter.write(store, "run-x", buffer.sorted());
    assertThat(run.entries()).isEqualTo(5);
    byte[] good = store.bytes("run-x");
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      assertCorrupt(run, bad);
    }
    for (int length = 0; length < good.length; length++) {
      assertCorrupt(run, Arrays.copyOf(good, length));
    }
    assertCorrupt(run, Arrays.copyOf(good, good.length + 72));
  }

  @Test
  void a_run_that_descends_is_neither_written_nor_read() throws Exception {
    EntryBuffer buffer = new EntryBuffer();
    buffer.add(new byte[32], content(0), 0);
    byte[] high = new byte[32];
    Arrays.fill(high, (byte) 0xff);
    buffer.add(high, content(1), 1);
    RunReceipt run = IndexRunWriter.write(store, "run-x", buffer.sorted());
    byte[] bytes = store.bytes("run-x");
    byte[] turned = Arrays.copyOf(bytes, 16);
    turned = Arrays.copyOf(turned, bytes.length);
    System.arraycopy(bytes, 16, turned, 16 + 72, 72);
    System.arraycopy(bytes, 16 + 72, turned, 16, 72);
    RunReceipt signed =
        new RunReceipt(run.key(), run.bytes(), MemoryArtifactStore.sha256(turned), 2);
    assertCorrupt(signed, turned);
    store.tamper("run-x", bytes);
    IndexCursor backwards = new Backwards();
    assertThatThrownBy(() -> IndexRunWriter.write(store, "run-y", backwards))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.list("", "", 10)).hasSize(1);
  }

  private void assertCorrupt(RunReceipt run, byte[] bytes) {
    store.tamper("run-x", bytes);
    assertThatThrownBy(
            () -> {
              try (IndexCursor cursor = IndexRuns.open(store, run)) {
                count(cursor);
              }
            })
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT))
        .hasMessageContaining("run-x");
  }

  private IndexCursor stored(String key, IndexCursor source) throws Exception {
    return IndexRuns.open(store, IndexRunWriter.write(store, key, source));
  }

  private static int count(IndexCursor cursor) throws Exception {
    int count = 0;
    while (cursor.next()) {
      count++;
    }
    return count;
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private byte[] hash() {
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    return hash;
  }

  private static byte[] content(int number) {
    byte[] content = new byte[32];
    content[28] = (byte) (number >> 24);
    content[29] = (byte) (number >> 16);
    content[30] = (byte) (number >> 8);
    content[31] = (byte) number;
    return content;
  }

  /** Two entries in the wrong order. */
  private static final class Backwards implements IndexCursor {
    private int left = 2;

    @Override
    public boolean next() {
      return left-- > 0;
    }

    @Override
    public byte[] idHash() {
      byte[] hash = new byte[32];
      hash[0] = (byte) (left + 1);
      return hash;
    }

    @Override
    public byte[] contentHash() {
      return new byte[32];
    }

    @Override
    public long address() {
      return left;
    }

    @Override
    public void close() {}
  }
}
