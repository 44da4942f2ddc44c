package drillbook.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.ArtifactStore.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. A subclass gives a store that is empty. */
public abstract class ArtifactStoreContract {
  /** More than two parts of a multipart upload, and no multiple of anything. */
  private static final int LARGE = 2 * S3Store.PART_BYTES + 1_234_567;

  /** Where no store can be opened, this one is closed after the test instead. */
  private ArtifactStore store = new MemoryArtifactStore();

  /** Returns a new store without artifacts; the kit closes it. */
  protected abstract ArtifactStore emptyStore() throws Exception;

  @BeforeEach
  void open() throws Exception {
    store = emptyStore();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void what_was_put_is_read_back() throws Exception {
    store.putNew("a/b/c.json", bytes("{}"));
    write("a/b/d-1_x", bytes("streamed"));
    assertThat(read("a/b/c.json")).isEqualTo("{}");
    assertThat(read("a/b/d-1_x")).isEqualTo("streamed");
  }

  @Test
  void receipts_state_key_length_and_sha256() throws Exception {
    String sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(store.putNew("put", bytes("abc"))).isEqualTo(new Stored("put", 3, sha256));
    assertThat(write("written", bytes("abc"))).isEqualTo(new Stored("written", 3, sha256));
  }

  @Test
  void an_unfinished_artifact_is_not_there() throws Exception {
    try (ArtifactWriter writer = store.write("c1/segment-1")) {
      writer.write(random(LARGE));
      assertThat(keys("", "", 10)).isEmpty();
      assertThat(keys("c1/", "", 10)).isEmpty();
      assertThat(failure(() -> store.read("c1/segment-1", 0, -1).close()))
          .isEqualTo(FailureKind.NOT_FOUND);
    }
  }

  @Test
  void closing_without_commit_leaves_nothing_behind() throws Exception {
    try (ArtifactWriter writer = store.write("c1/abandoned")) {
      writer.write(random(LARGE));
    }
    assertThat(keys("", "", 10)).isEmpty();
    assertThat(store.delete("c1/abandoned")).isFalse();
  }

  @Test
  void nothing_is_written_after_commit() throws Exception {
    try (ArtifactWriter writer = store.write("committed")) {
      writer.write(bytes("whole"));
      writer.commit();
      assertThatThrownBy(() -> writer.write(bytes(" and more"))).isInstanceOf(IOException.class);
      assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
    }
    assertThat(read("committed")).isEqualTo("whole");
  }

  @Test
  void put_new_refuses_a_key_that_holds_other_bytes() throws Exception {
    store.putNew("manifest.json", bytes("first"));
    assertThat(failure(() -> store.putNew("manifest.json", bytes("other"))))
        .isEqualTo(FailureKind.CONFLICT);
    assertThat(failure(() -> store.putNew("manifest.json", bytes("first and more"))))
        .isEqualTo(FailureKind.CONFLICT);
    assertThat(failure(() -> store.putNew("manifest.json", bytes("fir"))))
        .isEqualTo(FailureKind.CONFLICT);
    assertThat(read("manifest.json")).isEqualTo("first");
  }

  @Test
  void put_new_of_the_same_bytes_is_no_conflict() throws Exception {
    Stored first = store.putNew("manifest.json", bytes("same"));
    assertThat(store.putNew("manifest.json", bytes("same"))).isEqualTo(first);
  }

  @Test
  void commit_refuses_a_key_that_is_taken() throws Exception {
    write("segment", bytes("first"));
    assertThat(failure(() -> write("segment", bytes("other")))).isEqualTo(FailureKind.CONFLICT);
    assertThat(failure(() -> write("segment", random(LARGE)))).isEqualTo(FailureKind.CONFLICT);
    assertThat(read("segment")).isEqualTo("first");
  }

  @Test
  void one_of_many_racing_puts_wins() throws Exception {
    int racers = 8;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<String>> races = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < racers; i++) {
        String mine = "racer " + i;
        races.add(
            threads.submit(() -> {
              start.await();
              store.putNew("journal/0001.json", bytes(mine));
              return mine;
            }));
      }
      start.countDown();
    }
    List<String> winners = new ArrayList<>();
    for (Future<String> race : races) {
      if (race.state() == Future.State.SUCCESS) {
        winners.add(race.resultNow());
      } else {
        assertThat(race.exceptionNow()).isInstanceOf(DrillbookException.class);
        assertThat(((DrillbookException) race.exceptionNow()).kind())
            .as(race.exceptionNow().toString())
            .isIn(FailureKind.CONFLICT, FailureKind.UNAVAILABLE);
      }
    }
    assertThat(winners).containsExactly(read("journal/0001.json"));
  }

  @Test
  void a_large_artifact_comes_back_bit_by_bit() throws Exception {
    byte[] large = random(LARGE);
    try (ArtifactWriter writer = store.write("large")) {
      writer.write(large[0]);
      for (int at = 1; at < LARGE; at += 777_777) {
        writer.write(large, at, Math.min(777_777, LARGE - at));
      }
      assertThat(writer.commit().bytes()).isEqualTo(LARGE);
    }
    try (InputStream in = store.read("large", 0, -1)) {
      assertThat(Digests.hex(in.readAllBytes())).isEqualTo(Digests.hex(large));
    }
    int from = S3Store.PART_BYTES - 5;
    try (InputStream in = store.read("large", from, 10)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(large, from, from + 10));
    }
    assertThat(store.list("", "", 10)).containsExactly(new Listed("large", LARGE));
  }

  @Test
  void a_range_is_read() throws Exception {
    store.putNew("digits", bytes("0123456789"));
    assertThat(read("digits", 3, 4)).isEqualTo("3456");
    assertThat(read("digits", 0, 1)).isEqualTo("0");
    assertThat(read("digits", 7, -1)).isEqualTo("789");
    assertThat(read("digits", 7, 100)).isEqualTo("789");
    assertThat(read("digits", 7, 0)).isEmpty();
  }

  @Test
  void behind_the_end_there_is_nothing_to_read() throws Exception {
    store.putNew("digits", bytes("0123456789"));
    assertThat(read("digits", 10, -1)).isEmpty();
    assertThat(read("digits", 10, 5)).isEmpty();
    assertThat(read("digits", 11, 5)).isEmpty();
  }

  @Test
  void a_reader_may_stop_early() throws Exception {
    write("large", random(LARGE));
    for (int i = 0; i < 20; i++) {
      try (InputStream in = store.read("large", i, -1)) {
        assertThat(in.read()).isNotNegative();
      }
    }
  }

  @Test
  void an_empty_artifact_exists() throws Exception {
    store.putNew("put", new byte[0]);
    write("written", new byte[0]);
    assertThat(store.list("", "", 10))
        .containsExactly(new Listed("put", 0), new Listed("written", 0));
    assertThat(read("put")).isEmpty();
    assertThat(read("written", 0, 5)).isEmpty();
  }

  @Test
  void what_is_missing_is_not_found() throws Exception {
    store.putNew("a/b", bytes("b"));
    for (String missing : List.of("a", "a/c", "a/bb", "b/a/b")) {
      assertThat(failure(() -> store.read(missing, 0, -1).close()))
          .isEqualTo(FailureKind.NOT_FOUND);
      assertThat(failure(() -> store.read(missing, 0, 0).close())).isEqualTo(FailureKind.NOT_FOUND);
      assertThat(store.delete(missing)).isFalse();
    }
    assertThat(keys("", "", 10)).containsExactly("a/b");
  }

  @Test
  void what_was_deleted_is_gone() throws Exception {
    store.putNew("t/a", bytes("a"));
    store.putNew("t/b", bytes("b"));
    assertThat(store.delete("t/a")).isTrue();
    assertThat(failure(() -> store.read("t/a", 0, -1).close())).isEqualTo(FailureKind.NOT_FOUND);
    assertThat(keys("t/", "", 10)).containsExactly("t/b");
    store.putNew("t/a", bytes("anew"));
    assertThat(read("t/a")).isEqualTo("anew");
  }

  @Test
  void a_listing_is_sorted_by_key_with_sizes() throws Exception {
    // A slash sorts behind a dot and a dash and before a digit: folders must not be listed apart.
    for (String key : List.of("t/a/b", "t/a-b", "t/a.b", "t/a0", "t/a_b", "t/b")) {
      store.putNew(key, bytes(key));
    }
    assertThat(store.list("t/", "", 100))
        .containsExactly(
            new Listed("t/a-b", 5),
            new Listed("t/a.b", 5),
            new Listed("t/a/b", 5),
            new Listed("t/a0", 4),
            new Listed("t/a_b", 5),
            new Listed("t/b", 3));
  }

  @Test
  void a_listing_goes_on_behind_a_key() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      keys.add("t/%03d/x".formatted(i));
      store.putNew(keys.getLast(), new byte[] {1});
    }
    List<String> listed = new ArrayList<>();
    String after = "";
    while (true) {
      List<String> page = keys("t/", after, 10);
      assertThat(page).hasSizeLessThanOrEqualTo(10);
      if (page.isEmpty()) {
        break;
      }
      assertThat(listed).doesNotContainAnyElementsOf(page);
      listed.addAll(page);
      after = page.getLast();
    }
    assertThat(listed).isEqualTo(keys);
    assertThat(keys("t/", "t/0100", 2)).containsExactly("t/011/x", "t/012/x");
  }

  @Test
  void a_listing_stays_below_its_prefix() throws Exception {
    for (String key : List.of("t1/a", "t1/b/c", "t10/a", "t2/a")) {
      store.putNew(key, bytes(key));
    }
    assertThat(keys("t1/", "", 10)).containsExactlyInAnyOrder("t1/a", "t1/b/c");
    assertThat(keys("t1/b/", "", 10)).containsExactly("t1/b/c");
    assertThat(keys("none/", "", 10)).isEmpty();
    assertThat(keys("", "", 10)).containsExactlyInAnyOrder("t1/a", "t1/b/c", "t10/a", "t2/a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a/.hidden", "A", "a b", "ä"})
  void a_key_that_leads_elsewhere_is_refused(String key) {
    assertThatThrownBy(() -> store.putNew(key, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.write(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.read(key, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nonsense_is_refused() {
    assertThatThrownBy(() -> store.read("a", -1, 1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> store.read("a", 0, -2)).hasMessageContaining("-2");
    assertThatThrownBy(() -> store.list("a", "", 1)).hasMessageContaining("slash");
    assertThatThrownBy(() -> store.list("", "", 0)).hasMessageContaining("0");
  }

  @Test
  void threads_write_side_by_side() throws Exception {
    int threads = 16;
    List<Future<Stored>> written = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        String key = "c%02d/segment".formatted(i);
        byte[] content = random(60_000 * i);
        written.add(executor.submit(() -> write(key, content)));
      }
    }
    for (int i = 0; i < threads; i++) {
      assertThat(written.get(i).get().bytes()).isEqualTo(60_000L * i);
      try (InputStream in = store.read("c%02d/segment".formatted(i), 0, -1)) {
        assertThat(Digests.hex(in.readAllBytes())).isEqualTo(Digests.hex(random(60_000 * i)));
      }
    }
    assertThat(keys("", "", 100)).hasSize(threads);
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static FailureKind failure(Attempt attempt) {
    DrillbookException thrown = catchThrowableOfType(DrillbookException.class, attempt::run);
    assertThat(thrown).as("failure").isNotNull();
    return thrown.kind();
  }

  private Stored write(String key, byte[] bytes) throws Exception {
    try (ArtifactWriter writer = store.write(key)) {
      writer.write(bytes);
      return writer.commit();
    }
  }

  private String read(String key) throws Exception {
    return read(key, 0, -1);
  }

  private String read(String key, long offset, long length) throws Exception {
    try (InputStream in = store.read(key, offset, length)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<String> keys(String prefix, String after, int limit) throws Exception {
    return store.list(prefix, after, limit).stream().map(Listed::key).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
