package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryNotes;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Namespaces are listed together, fetches of a range made together: nobody who reads can tell. */
class PineconeReadingTest extends PineconeFixture {
  private static final String FETCH = "GET /vectors/fetch";
  private static final int RECORDS = 6_000;

  private final MemoryNotes notes = new MemoryNotes();

  @Test
  void some_fetches_are_on_their_way_at_a_time_and_no_more() throws Exception {
    CollectionSchema schema = filled();
    TestingIndex index = pinecone.index(schema.name());
    List<String> ids = new ArrayList<>();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      index.roundTrip(Duration.ofMillis(100));
      read(capture, "", (batch, cursor) -> add(ids, batch));
    }
    assertThat(index.mostAtOnce(FETCH)).isBetween(2, FetchWindow.WIDTH);
    // Between batches the order is that of the list; inside one, that of the answer.
    assertThat(ids).hasSize(RECORDS).doesNotHaveDuplicates();
  }

  @Test
  void batches_come_in_the_order_of_the_list_whichever_fetch_ends_first() throws Exception {
    CollectionSchema schema = filled();
    List<String> lasts = new ArrayList<>();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      List<String> before = new ArrayList<>();
      read(
          capture,
          "",
          (batch, cursor) -> {
            List<String> ids = new ArrayList<>();
            add(ids, batch);
            Collections.sort(ids);
            if (!before.isEmpty()) {
              assertThat(ids.getFirst()).isGreaterThan(before.getLast());
            }
            before.addAll(ids);
            lasts.add(cursor);
          });
      assertThat(before).hasSize(RECORDS).isSorted();
    }
    assertThat(lasts).hasSizeGreaterThan(FetchWindow.WIDTH).doesNotHaveDuplicates();
  }

  @Test
  void a_refusal_for_being_fast_ends_the_reading_and_it_goes_on_from_the_last_cursor()
      throws Exception {
    CollectionSchema schema = filled();
    TestingIndex index = pinecone.index(schema.name());
    SeenRecords seen = new SeenRecords();
    List<String> cursors = new ArrayList<>(List.of(""));
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      DrillbookException refusal =
          requireFailure(
              FailureKind.UNAVAILABLE,
              () ->
                  read(
                      capture,
                      "",
                      (batch, cursor) -> {
                        seen.add(batch);
                        cursors.add(cursor);
                        if (cursors.size() == 3) {
                          index.next(
                              "vectors/fetch",
                              429,
                              "{\"code\":8,\"message\":\"fetch QPS limit\"}",
                              "Retry-After",
                              "3");
                        }
                      }));
      assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(3));
      assertThat(seen.size()).isPositive().isLessThan(RECORDS);
      read(capture, cursors.getLast(), (batch, cursor) -> seen.add(batch));
    }
    seen.requireSame(seen(records(0, RECORDS)));
  }

  @Test
  void what_is_on_its_way_ends_with_whoever_reads() throws Exception {
    CollectionSchema schema = filled();
    TestingIndex index = pinecone.index(schema.name());
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      index.roundTrip(Duration.ofSeconds(30));
      Thread reader = Thread.currentThread();
      Thread waker =
          Thread.ofVirtual()
              .start(() -> {
                while (index.mostAtOnce(FETCH) < FetchWindow.WIDTH) {
                  LockSupport.parkNanos(1_000_000);
                }
                reader.interrupt();
              });
      Throwable thrown = catchThrowable(() -> read(capture, "", (batch, cursor) -> {}));
      waker.join();
      assertThat(thrown).isInstanceOf(InterruptedException.class);
      assertThat(index.unanswered(FETCH))
          .as("nobody waits for these any more")
          .isEqualTo(FetchWindow.WIDTH);
    }
  }

  @Test
  void some_namespaces_are_listed_at_a_time_and_a_failed_one_fails_the_capture() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    SeenRecords written = new SeenRecords();
    for (int i = 0; i < 12; i++) {
      RecordBatch batch = records(1_000 * i, 120);
      write(schema, "n" + i, batch);
      written.add(batch);
    }
    index.roundTrip(Duration.ofMillis(100));
    capture(schema.name()).requireSame(written);
    assertThat(index.mostAtOnce("GET /vectors/list")).isBetween(2, IdLists.WIDTH);

    index.next("vectors/list", 429, "{\"code\":8,\"message\":\"list QPS\"}", "Retry-After", "3");
    DrillbookException refusal =
        requireFailure(FailureKind.UNAVAILABLE, () -> capture(schema.name()));
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }

  private CollectionSchema filled() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, RECORDS));
    return schema;
  }

  private static void add(List<String> ids, RecordBatch batch) {
    for (int row = 0; row < batch.size(); row++) {
      ids.add(RecordId.print(batch.ids().get(row)));
    }
  }

  private void read(Capture capture, String cursor, BatchConsumer consumer) throws Exception {
    Range range = capture.token().ranges().getFirst();
    engine.records().read(capture.token(), range, cursor, notes, consumer);
  }
}
