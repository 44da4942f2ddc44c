package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link Changes}: what changed since a mark comes whole, all others by their ids,
 * and whatever may have changed counts as changed.
 */
public abstract class ChangesContract extends ReadingContract {
  private static final int RECORDS = 300;

  /** Beyond what changed, how many records may come whole where nobody else writes. */
  private static final int SPARE = 20;

  @Test
  void changes_are_told_since_a_mark_or_refused() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "changes");
    String tenant = tenant(schema);
    write(engine, schema, tenant, SampleRecords.records(schema.layout(), 0, RECORDS));
    List<Mark> marks = marks(engine, schema);
    if (!engine.profile().has(Capability.CHANGES_BY_WATERMARK)) {
      assertThat(marks).as("marks").isEmpty();
      requireFailure(FailureKind.UNSUPPORTED, engine::changes);
      return;
    }
    assertThat(marks).extracting(Mark::collection).containsExactly(schema.name());
    RecordBatch rewritten =
        SampleRecords.records(schema.layout(), 1000, 10, i -> SampleRecords.textId(i - 900));
    RecordBatch added = SampleRecords.records(schema.layout(), RECORDS, 5);
    write(engine, schema, tenant, rewritten);
    write(engine, schema, tenant, added);
    List<byte[]> gone = new ArrayList<>();
    for (int i = 200; i < 207; i++) {
      gone.add(SampleRecords.textId(i));
    }
    delete(schema, tenant, gone);

    Told told = told(engine, schema, tenant, marks);

    SeenRecords live = capture(engine, schema.name(), tenant);
    SeenRecords changed = SeenRecords.of(rewritten);
    changed.add(SeenRecords.of(added));
    assertThat(told.plainRanges()).as("ranges that tell nothing").isZero();
    assertThat(told.ids()).as("ids, each once").hasSize(live.size());
    assertThat(new TreeSet<>(told.ids())).isEqualTo(hex(live));
    assertThat(hex(told.changed())).as("changed").containsAll(hex(changed));
    assertThat(told.changed().size()).isLessThanOrEqualTo(changed.size() + SPARE);
    told.changed().requireSameContent(live);
  }

  @Test
  void the_mark_of_an_increment_is_what_the_next_begins_from() throws Exception {
    Engine engine = engine();
    if (!engine.profile().has(Capability.CHANGES_BY_WATERMARK)) {
      requireFailure(FailureKind.UNSUPPORTED, engine::changes);
      return;
    }
    CollectionSchema schema = create(engine, "chain");
    String tenant = tenant(schema);
    write(engine, schema, tenant, SampleRecords.records(schema.layout(), 0, RECORDS));
    List<Mark> marks = marks(engine, schema);
    for (int round = 0; round < 4; round++) {
      int first = 40 * round;
      RecordBatch rewritten =
          SampleRecords.records(
              schema.layout(), 1000 + first, 30, i -> SampleRecords.textId(i - 1000));
      write(engine, schema, tenant, rewritten);

      Told told = told(engine, schema, tenant, marks);

      assertThat(told.plainRanges()).as("ranges that tell nothing").isZero();
      assertThat(hex(told.changed())).containsAll(hex(SeenRecords.of(rewritten)));
      assertThat(told.changed().size()).isLessThanOrEqualTo(30 + SPARE);
      marks = told.marks();
    }
  }

  @Test
  void what_was_open_at_the_mark_is_changed_once_it_is_committed() throws Exception {
    Engine engine = engine();
    if (!engine.profile().has(Capability.CHANGES_BY_WATERMARK)) {
      requireFailure(FailureKind.UNSUPPORTED, engine::changes);
      return;
    }
    CollectionSchema schema = create(engine, "open");
    String tenant = tenant(schema);
    write(engine, schema, tenant, SampleRecords.records(schema.layout(), 0, RECORDS));
    byte[] late = SampleRecords.textId(100);
    byte[] later = SampleRecords.textId(101);
    Optional<Pending> pending = changeLater(schema, tenant, late);
    if (pending.isEmpty()) {
      return;
    }
    List<Mark> marks = marks(engine, schema);
    RecordBatch other =
        SampleRecords.records(schema.layout(), 1000, 1, i -> SampleRecords.textId(102));
    write(engine, schema, tenant, other);
    Pending second = changeLater(schema, tenant, later).orElseThrow();
    Told before = told(engine, schema, tenant, marks);
    assertThat(hex(before.changed()))
        .contains(hex(other.ids().get(0)))
        .hasSizeLessThanOrEqualTo(1 + SPARE);
    pending.get().commit();
    second.commit();

    Told after = told(engine, schema, tenant, before.marks());

    assertThat(hex(after.changed())).contains(hex(late), hex(later));
    after.changed().requireSameContent(capture(engine, schema.name(), tenant));
  }

  @Test
  void marks_that_are_not_the_collections_own_tell_nothing() throws Exception {
    Engine engine = engine();
    if (!engine.profile().has(Capability.CHANGES_BY_WATERMARK)) {
      requireFailure(FailureKind.UNSUPPORTED, engine::changes);
      return;
    }
    CollectionSchema schema = create(engine, "own");
    CollectionSchema other = create(engine, "another");
    String tenant = tenant(schema);
    RecordBatch records = SampleRecords.bare(schema.layout(), 0, 50);
    write(engine, schema, tenant, records);
    Mark own = marks(engine, schema).getFirst();
    Mark another = new Mark(schema.name(), marks(engine, other).getFirst().text());
    Mark words = new Mark(schema.name(), "no words of this engine");
    assertThat(told(engine, schema, tenant, List.of(own)).plainRanges()).isZero();
    for (List<Mark> marks : List.of(List.<Mark>of(), List.of(another), List.of(words))) {
      Told told = told(engine, schema, tenant, marks);
      assertThat(told.plainRanges()).as("plain ranges by " + marks).isPositive();
      assertThat(told.unchanged()).isEmpty();
    }
    engine.control().drop(schema.name());
    CollectionSchema again = create(engine, schema);
    write(engine, again, tenant, records);

    Told told = told(engine, again, tenant, List.of(own));

    assertThat(told.plainRanges()).as("plain ranges of what was made anew").isPositive();
    told.changed().requireSame(SeenRecords.of(records));
  }

  @Test
  void reading_changes_resumes_from_any_cursor() throws Exception {
    Engine engine = engine();
    if (!engine.profile().has(Capability.CHANGES_BY_WATERMARK)) {
      requireFailure(FailureKind.UNSUPPORTED, engine::changes);
      return;
    }
    CollectionSchema schema = create(engine, "changed");
    String tenant = tenant(schema);
    write(engine, schema, tenant, SampleRecords.bulky(schema.layout(), 0, BULK));
    List<Mark> marks = marks(engine, schema);
    write(engine, schema, tenant, SampleRecords.bulky(schema.layout(), 0, BULK / 2));
    SeenRecords live = capture(engine, schema.name(), tenant);
    MemoryNotes notes = new MemoryNotes();
    DrillbookException enough = new DrillbookException(FailureKind.INTERNAL, "test: enough");
    int stops = 0;
    try (Capture capture = engine.changes().begin(List.of(schema), marks, notes)) {
      for (int stop = 1; stop <= 64; stop++) {
        List<String> ids = new ArrayList<>();
        boolean stopped = false;
        for (CaptureToken.Range range : ranges(capture.token(), tenant)) {
          int[] batches = {stop};
          String[] after = {""};
          ChangeConsumer some =
              (changed, unchanged, cursor) -> {
                ids.addAll(ids(changed, unchanged));
                after[0] = cursor;
                if (--batches[0] == 0) {
                  throw enough;
                }
              };
          Changes changes = engine.changes();
          try {
            changes.read(capture.token(), range, "", notes, some);
          } catch (DrillbookException e) {
            assertThat(e).isSameAs(enough);
          }
          if (batches[0] == 0) {
            stopped = true;
            changes.read(
                capture.token(),
                range,
                after[0],
                notes,
                (changed, unchanged, cursor) -> ids.addAll(ids(changed, unchanged)));
          }
        }
        assertThat(ids).as("ids, each once").hasSize(live.size());
        assertThat(new TreeSet<>(ids)).isEqualTo(hex(live));
        if (!stopped) {
          break;
        }
        stops++;
      }
    }
    assertThat(stops).as("batches to stop after").isPositive();
  }

  /** What a capture told of one tenant. */
  private record Told(
      List<Mark> marks, SeenRecords changed, List<String> unchanged, int plainRanges) {
    List<String> ids() {
      List<String> ids = new ArrayList<>(unchanged);
      ids.addAll(hex(changed));
      return ids;
    }
  }

  private static Told told(Engine engine, CollectionSchema schema, String tenant, List<Mark> since)
      throws Exception {
    MemoryNotes notes = new MemoryNotes();
    SeenRecords changed = new SeenRecords();
    List<String> unchanged = new ArrayList<>();
    int plain = 0;
    try (Capture capture = engine.changes().begin(List.of(schema), since, notes)) {
      CaptureToken token = capture.token();
      SeenRecords whole = new SeenRecords();
      for (CaptureToken.Range range : ranges(token, tenant)) {
        engine.records().read(token, range, "", notes, (batch, cursor) -> whole.add(batch));
        if (!range.changes()) {
          plain++;
          engine.records().read(token, range, "", notes, (batch, cursor) -> changed.add(batch));
          continue;
        }
        engine
            .changes()
            .read(
                token,
                range,
                "",
                notes,
                (batch, same, cursor) -> {
                  assertThat(batch.size() + same.size()).as("records of a batch").isPositive();
                  assertThat(cursor).as("cursor").isNotEmpty();
                  changed.add(batch);
                  for (int i = 0; i < same.size(); i++) {
                    unchanged.add(hex(same.get(i)));
                  }
                });
      }
      changed.requireSameContent(whole);
      assertThat(whole.size())
          .as("the same ranges read whole")
          .isEqualTo(changed.size() + unchanged.size());
      return new Told(token.marks(), changed, unchanged, plain);
    }
  }

  private static List<Mark> marks(Engine engine, CollectionSchema schema) throws Exception {
    try (Capture capture = engine.records().begin(List.of(schema), new MemoryNotes())) {
      return capture.token().marks();
    }
  }

  private static List<String> ids(RecordBatch changed, BytesColumn unchanged) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < changed.size(); i++) {
      ids.add(hex(changed.ids().get(i)));
    }
    for (int i = 0; i < unchanged.size(); i++) {
      ids.add(hex(unchanged.get(i)));
    }
    return ids;
  }

  private static Set<String> hex(SeenRecords records) {
    Set<String> ids = new TreeSet<>();
    records.ids().forEach(id -> ids.add(hex(id)));
    return ids;
  }

  private static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }
}
