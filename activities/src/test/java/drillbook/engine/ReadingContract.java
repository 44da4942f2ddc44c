package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link Records} and {@link Capture}: each record once, from any cursor, in any
 * process.
 */
public abstract class ReadingContract extends WritingContract {

  @Test
  void reading_resumes_from_any_cursor_in_another_process() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "resume");
    String tenant = tenant(schema);
    SeenRecords written =
        wrote(engine, schema, tenant, SampleRecords.bulky(schema.layout(), 0, BULK));
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      CaptureToken token = sentElsewhere(capture.token());
      int stops = 0;
      for (int stop = 1; stop <= 64; stop++) {
        SeenRecords seen = new SeenRecords();
        boolean stopped = false;
        for (CaptureToken.Range range : ranges(token, tenant)) {
          stopped |= readInTwoParts(token, range, notes, stop, seen);
        }
        seen.requireSame(written);
        if (!stopped) {
          break;
        }
        stops++;
      }
      assertThat(stops).as("batches to stop after").isGreaterThan(1);
    }
  }

  @Test
  void a_failure_of_the_consumer_passes_through() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "consumer");
    write(engine, schema, tenant(schema), SampleRecords.bare(schema.layout(), 0, 10));
    MemoryNotes notes = new MemoryNotes();
    DrillbookException full = new DrillbookException(FailureKind.EXHAUSTED, "disk: full");
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      CaptureToken token = capture.token();
      assertThatThrownBy(
              () -> {
                for (CaptureToken.Range range : token.ranges()) {
                  engine
                      .records()
                      .read(
                          token,
                          range,
                          "",
                          notes,
                          (batch, cursor) -> {
                            throw full;
                          });
                }
              })
          .isSameAs(full);
    }
  }

  @Test
  void every_record_is_in_one_range_and_batches_are_bounded() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "ranges");
    CollectionSchema other = create(engine, "other");
    SeenRecords written = new SeenRecords();
    for (String tenant : schema.tenants()) {
      RecordBatch batch =
          SampleRecords.records(schema.layout(), 0, 300, i -> RecordId.of(tenant + "-" + i));
      written.add(wrote(engine, schema, tenant, batch));
    }
    RecordBatch more = SampleRecords.records(other.layout(), 0, 50, i -> RecordId.of("other-" + i));
    written.add(wrote(engine, other, tenant(other), more));
    MemoryNotes notes = new MemoryNotes();
    SeenRecords seen = new SeenRecords();
    try (Capture capture = engine.records().begin(List.of(schema, other), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  assertThat(batch.size()).as("records in a batch").isPositive();
                  assertThat(batch.bytes()).as("bytes of a batch").isLessThan(4 << 20);
                  assertThat(cursor).as("cursor").isNotEmpty();
                  seen.add(batch);
                });
      }
      capture.touch();
    }
    seen.requireSameIds(written);
  }

  @Test
  void what_stays_is_read_once_while_others_come_and_go() throws Exception {
    Engine engine = engine();
    Engine busy = engine();
    CollectionSchema schema = create(engine, "moving");
    String tenant = tenant(schema);
    SeenRecords before =
        wrote(engine, schema, tenant, SampleRecords.bulky(schema.layout(), 0, BULK));
    List<byte[]> deleted = new ArrayList<>(before.ids().subList(BULK - 10, BULK));
    RecordBatch arriving = SampleRecords.bulky(schema.layout(), BULK, 200);
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    boolean snapshot = engine.profile().has(Capability.SNAPSHOT_READ);
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      assertThat(capture.token().consistency())
          .isEqualTo(snapshot ? CaptureToken.Consistency.SNAPSHOT : CaptureToken.Consistency.FUZZY);
      for (CaptureToken.Range range : ranges(capture.token(), tenant)) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  boolean first = seen.size() == 0;
                  seen.add(batch);
                  if (first) {
                    deleted.addAll(seen.ids());
                    change(busy, schema, tenant, deleted, arriving);
                  }
                });
      }
    }
    if (snapshot) {
      seen.requireSame(before);
    } else {
      seen.requireAll(before.without(deleted));
      seen.requireSameContent(before);
    }
    capture(engine, schema.name(), tenant).requireAll(SeenRecords.of(arriving));
  }

  @Test
  void a_held_snapshot_ends_with_its_capture() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "held");
    SeenRecords written =
        wrote(engine, schema, tenant(schema), SampleRecords.bare(schema.layout(), 0, 10));
    MemoryNotes notes = new MemoryNotes();
    Capture capture = engine.records().begin(List.of(schema), notes);
    capture.touch();
    CaptureToken token = capture.token();
    capture.close();
    capture.close();
    SeenRecords seen = new SeenRecords();
    if (engine.profile().has(Capability.HELD_SNAPSHOT)) {
      requireFailure(FailureKind.SNAPSHOT_LOST, () -> readAll(engine, token, notes, seen));
      requireFailure(FailureKind.SNAPSHOT_LOST, capture::touch);
    } else {
      readAll(engine, token, notes, seen);
      seen.requireSame(written);
    }
  }

  @Test
  void an_empty_collection_has_no_records() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "empty");
    for (String tenant : schema.tenants()) {
      assertThat(capture(engine, schema.name(), tenant).size()).isZero();
      assertThat(engine.control().count(schema.name(), tenant)).isZero();
    }
  }

  /** Reads a range, stops after some batches, and reads on with another adapter. */
  private boolean readInTwoParts(
      CaptureToken token, CaptureToken.Range range, MemoryNotes notes, int stop, SeenRecords seen)
      throws Exception {
    DrillbookException enough = new DrillbookException(FailureKind.INTERNAL, "test: enough");
    AtomicInteger batches = new AtomicInteger();
    AtomicReference<String> after = new AtomicReference<>("");
    try (Engine first = open()) {
      first
          .records()
          .read(
              token,
              range,
              "",
              notes,
              (batch, cursor) -> {
                seen.add(batch);
                after.set(cursor);
                if (batches.incrementAndGet() == stop) {
                  throw enough;
                }
              });
    } catch (DrillbookException e) {
      if (e != enough) {
        throw e;
      }
    }
    if (batches.get() < stop) {
      return false;
    }
    try (Engine second = open()) {
      second.records().read(token, range, after.get(), notes, (batch, cursor) -> seen.add(batch));
    }
    return true;
  }

  private static CaptureToken sentElsewhere(CaptureToken token) throws Exception {
    ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
    CaptureToken arrived = json.readValue(json.writeValueAsBytes(token), CaptureToken.class);
    assertThat(arrived).isEqualTo(token);
    return arrived;
  }

  private void change(
      Engine engine,
      CollectionSchema schema,
      String tenant,
      List<byte[]> deleted,
      RecordBatch arriving) {
    try {
      delete(schema, tenant, deleted);
      write(engine, schema, tenant, arriving);
    } catch (Exception e) {
      throw new AssertionError("the collection could not be changed", e);
    }
  }

  private static void readAll(
      Engine engine, CaptureToken token, MemoryNotes notes, SeenRecords seen) throws Exception {
    for (CaptureToken.Range range : token.ranges()) {
      engine.records().read(token, range, "", notes, (batch, cursor) -> seen.add(batch));
    }
  }
}
