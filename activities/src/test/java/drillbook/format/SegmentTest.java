package drillbook.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.SegmentWriter.Limits;
import drillbook.index.IndexCursor;
import drillbook.index.IndexRuns;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.store.MemoryArtifactStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentTest {
  private static final SegmentContext CONTEXT =
      new SegmentContext("docs", "20261101t000000z_full_a");
  private static final String FOLDER = "docs/backups/20261101t000000z_full_a/c1/t0/";

  private final MemoryArtifactStore store = new MemoryArtifactStore();

  @Test
  void reads_back_every_bit_of_random_records() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      int records = 1 + new Random(seed).nextInt(70);
      RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, seed, records);
      Segment segment = write(batch, new Limits(1 << (6 + seed % 12), 64 << 20, 1 << 17));
      assertThat(segment.rows()).isEqualTo(records);
      assertThat(segment.logicalBytes()).isEqualTo(batch.bytes());
      List<Integer> rows = new ArrayList<>();
      SegmentReader.read(
          store,
          segment,
          batch.layout(),
          (read, firstRow) -> {
            for (int i = 0; i < read.size(); i++) {
              TestingRecords.assertSame(read, i, batch, firstRow + i);
              rows.add(firstRow + i);
            }
          });
      assertThat(rows).isEqualTo(IntStream.range(0, records).boxed().toList());
    }
  }

  @Test
  void fetches_any_rows_by_ranged_reads() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 7, 400);
    Segment segment = write(batch, new Limits(2000, 64 << 20, 1 << 17));
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      int[] rows = random.ints(1 + random.nextInt(30), 0, 400).sorted().distinct().toArray();
      List<Integer> seen = new ArrayList<>();
      SegmentReader.fetch(
          store,
          segment,
          batch.layout(),
          rows,
          (read, record, row) -> {
            TestingRecords.assertSame(read, record, batch, row);
            seen.add(row);
          });
      assertThat(seen).isEqualTo(Arrays.stream(rows).boxed().toList());
    }
  }

  @Test
  void an_index_run_lists_every_record_in_order() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 11, 300);
    Segment segment = write(batch, Limits.USUAL);
    RecordHasher hasher = new RecordHasher(batch.layout());
    byte[] idHash = new byte[32];
    byte[] contentHash = new byte[32];
    byte[] before = new byte[32];
    int entries = 0;
    try (IndexCursor run = IndexRuns.open(store, segment.run())) {
      while (run.next()) {
        assertThat(Arrays.compareUnsigned(before, run.idHash())).isNegative();
        before = run.idHash().clone();
        assertThat(Address.segment(run.address())).isEqualTo(5);
        hasher.hash(batch, Address.row(run.address()), idHash, contentHash);
        assertThat(run.idHash()).isEqualTo(idHash);
        assertThat(run.contentHash()).isEqualTo(contentHash);
        entries++;
      }
    }
    assertThat(entries).isEqualTo(300).isEqualTo((int) segment.run().entries());
  }

  @Test
  void embeddings_take_less_room_and_halves_much_less() throws Exception {
    RecordLayout layout = RecordLayout.dense(new VectorField("", ElementType.F32, 768, false));
    RecordBatch full = new RecordBatch(layout);
    RecordBatch halves = new RecordBatch(layout);
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      float[] vector = unit(random, 768);
      float[] half = new float[768];
      for (int j = 0; j < 768; j++) {
        half[j] = Float.float16ToFloat(Float.floatToFloat16(vector[j]));
      }
      add(full, i, vector);
      add(halves, i, half);
    }
    Segment large = write(full, Limits.USUAL);
    Segment small = write(halves, Limits.USUAL);
    assertThat((double) large.logicalBytes() / large.bytes()).isGreaterThan(1.19);
    assertThat((double) small.logicalBytes() / small.bytes()).isGreaterThan(2.3);
  }

  @Test
  void a_large_record_has_its_own_frame_and_a_huge_one_is_refused() throws Exception {
    RecordLayout layout = new RecordLayout(List.of(), List.of());
    RecordBatch batch = new RecordBatch(layout);
    for (int bytes : new int[] {10, 3 << 20, 10}) {
      batch.ids().add(RecordId.of(batch.size()));
      batch.documents().add(new byte[bytes]);
      batch.endRecord();
    }
    Segment segment = write(batch, Limits.USUAL);
    List<Integer> frames = new ArrayList<>();
    SegmentReader.read(store, segment, layout, (read, firstRow) -> frames.add(read.size()));
    assertThat(frames).containsExactly(1, 1, 1);

    RecordBatch huge = new RecordBatch(layout);
    huge.ids().add(RecordId.of("the-huge-one"));
    huge.documents().add(new byte[64 << 20]);
    huge.endRecord();
    assertThatThrownBy(() -> write(huge, Limits.USUAL))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED))
        .hasMessageContaining("the-huge-one");
  }

  @Test
  void a_segment_without_records_is_read_as_such() throws Exception {
    RecordBatch batch = new RecordBatch(TestingRecords.EVERYTHING);
    Segment segment = write(batch, Limits.USUAL);
    List<Integer> frames = new ArrayList<>();
    SegmentReader.read(store, segment, batch.layout(), (read, row) -> frames.add(read.size()));
    assertThat(frames).containsExactly(0);
  }

  @Test
  void closing_without_a_commit_leaves_nothing() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 50);
    try (SegmentWriter writer =
        new SegmentWriter(
            store, FOLDER, 1, batch.layout(), CONTEXT, new Limits(64, 1 << 20, 100))) {
      fill(writer, batch);
    }
    assertThat(store.list("", "", 10)).isEmpty();
  }

  @Test
  void a_writer_says_when_it_is_full() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 3);
    try (SegmentWriter writer =
        new SegmentWriter(store, FOLDER, 1, batch.layout(), CONTEXT, new Limits(64, 1 << 20, 2))) {
      byte[] hash = new byte[32];
      writer.append(batch, 0, hash, hash);
      assertThat(writer.full()).isFalse();
      writer.append(batch, 1, hash, hash);
      assertThat(writer.full()).isTrue();
      assertThat(writer.rows()).isEqualTo(2);
    }
  }

  @Test
  void two_attempts_at_one_segment_do_not_meet() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 3);
    Segment first = write(batch, Limits.USUAL);
    Segment second = write(batch, Limits.USUAL);
    assertThat(first.key()).startsWith(FOLDER + "00000000000005-").isNotEqualTo(second.key());
    assertThat(store.list(FOLDER, "", 10)).hasSize(4);
  }

  @Test
  void a_segment_of_another_place_is_refused() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 3);
    Segment real = write(batch, Limits.USUAL);
    List<Segment> others =
        List.of(
            as(real, 6, CONTEXT),
            as(real, 5, new SegmentContext("docs", "20261101t000000z_full_b")),
            as(real, 5, new SegmentContext("dogs", CONTEXT.backupId())));
    for (Segment other : others) {
      assertCorrupt(
          () -> SegmentReader.read(store, other, batch.layout(), (read, row) -> {}), "another's");
      assertCorrupt(
          () ->
              SegmentReader.fetch(
                  store, other, batch.layout(), new int[] {1}, (read, record, row) -> {}),
          "another's");
    }
  }

  @Test
  void a_missing_segment_is_not_found() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 3);
    Segment segment = write(batch, Limits.USUAL);
    store.delete(segment.key());
    assertThatThrownBy(() -> SegmentReader.read(store, segment, batch.layout(), (read, row) -> {}))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.NOT_FOUND));
  }

  @Test
  void records_of_another_layout_are_refused() throws Exception {
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 1, 30);
    Segment segment = write(batch, Limits.USUAL);
    List<RecordLayout> layouts =
        List.of(
            new RecordLayout(List.of(), List.of()),
            new RecordLayout(
                TestingRecords.EVERYTHING.vectors().reversed(),
                List.of(new SparseField("splade", ElementType.F32, 0))));
    for (RecordLayout layout : layouts) {
      assertCorrupt(() -> SegmentReader.read(store, segment, layout, (read, row) -> {}), "frame 0");
    }
  }

  private Segment write(RecordBatch batch, Limits limits) throws Exception {
    try (SegmentWriter writer =
        new SegmentWriter(store, FOLDER, 5, batch.layout(), CONTEXT, limits)) {
      fill(writer, batch);
      return writer.commit();
    }
  }

  private static void fill(SegmentWriter writer, RecordBatch batch) throws Exception {
    RecordHasher hasher = new RecordHasher(batch.layout());
    byte[] idHash = new byte[32];
    byte[] contentHash = new byte[32];
    for (int i = 0; i < batch.size(); i++) {
      hasher.hash(batch, i, idHash, contentHash);
      writer.append(batch, i, idHash, contentHash);
    }
  }

  private static void add(RecordBatch batch, int id, float[] vector) {
    batch.ids().add(RecordId.of(id));
    batch.vectors().getFirst().add(vector, 0, vector.length);
    batch.endRecord();
  }

  private static float[] unit(Random random, int dimension) {
    float[] vector = new float[dimension];
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * (double) vector[i];
    }
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return vector;
  }

  private static Segment as(Segment real, long number, SegmentContext context) {
    return new Segment(
        number,
        real.key(),
        real.bytes(),
        real.sha256(),
        real.rows(),
        real.logicalBytes(),
        real.runKey(),
        real.runBytes(),
        real.runSha256(),
        context);
  }

  private static void assertCorrupt(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT))
        .hasMessageContaining(words);
  }
}
