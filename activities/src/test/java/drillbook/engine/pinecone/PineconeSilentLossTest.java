package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Capture;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.IndexState;
import drillbook.engine.MemoryNotes;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Losses that Pinecone does not report, made on the fake: it says what the service would say. */
class PineconeSilentLossTest extends PineconeFixture {
  @Test
  void sl_25_a_capture_has_a_record_that_was_written_just_before() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 50));
    write(schema, one("young", vector(3)));
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      assertThat(capture.token().asOf())
          .as("the recovery point: no gap of 15 minutes before it")
          .isEqualTo(TestingPinecone.NOW);
    }
    assertThat(capture(schema.name()).size()).isEqualTo(51);
  }

  @Test
  void sl_26_a_count_waits_until_reads_show_what_was_written() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    write(schema, records(0, 100));
    index.hold("", true);
    RecordWriter writer = engine.records().writer(schema, "");
    writer.write(records(100, 37));
    assertThat(statistics(index)).as("what the service's statistics say").isLessThan(137);
    assertThat(engine.control().indexState(schema)).isInstanceOf(IndexState.Building.class);

    FutureTask<Long> count = new FutureTask<>(() -> engine.control().count(schema.name(), ""));
    Thread.ofVirtual().start(count);
    long asked = queries(index);
    while (queries(index) < asked + 3) {
      Thread.sleep(5);
    }
    assertThat(count).as("it goes on asking").isNotDone();
    assertThat(statistics(index)).isEqualTo(100);
    index.hold("", false);
    assertThat(count.get(30, TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(engine.control().indexState(schema)).isEqualTo(new IndexState.Ready());
    writer.close();
  }

  @Test
  void sl_26_a_count_waits_until_listings_show_what_queries_do() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    write(schema, records(0, 100));
    index.holdListings("", true);
    RecordWriter writer = engine.records().writer(schema, "");
    writer.write(records(100, 37));
    FutureTask<Long> count = new FutureTask<>(() -> engine.control().count(schema.name(), ""));
    Thread.ofVirtual().start(count);
    long asked = queries(index);
    while (queries(index) < asked + 5) {
      Thread.sleep(5);
    }
    assertThat(index.shown("")).as("what queries and fetches show").hasSize(137);
    assertThat(count).as("it goes on asking").isNotDone();
    assertThat(engine.control().indexState(schema)).isInstanceOf(IndexState.Building.class);
    index.holdListings("", false);
    assertThat(count.get(30, TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(capture(schema.name()).size()).isEqualTo(137);
    writer.close();
  }

  @Test
  void records_with_spaces_in_their_ids_that_go_during_a_capture_are_asked_for_once_more()
      throws Exception {
    CollectionSchema schema = dense();
    List<String> ids = List.of("a", "a b", "a b c", " d", "e f g", "e!");
    RecordBatch batch = SampleRecords.records(DENSE, 0, 6, i -> RecordId.of(ids.get(i)));
    write(schema, batch);
    MemoryNotes notes = new MemoryNotes();
    List<String> read = new ArrayList<>();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      pinecone.delete(schema, "", List.of(RecordId.of("a b"), RecordId.of(" d")));
      for (var range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (found, cursor) -> {
                  for (int i = 0; i < found.size(); i++) {
                    read.add(RecordId.print(found.ids().get(i)));
                  }
                });
      }
    }
    assertThat(read).containsExactlyInAnyOrder("a", "a b c", "e f g", "e!");
  }

  @Test
  void an_id_with_spaces_is_found_among_those_that_are_listed() throws Exception {
    CollectionSchema schema = dense();
    List<String> ids = List.of("a", "a b", "a b c", " d", "e f g", "e!");
    write(schema, SampleRecords.records(DENSE, 0, 6, i -> RecordId.of(ids.get(i))));
    try (PineconeHttp http =
        new PineconeHttp(
            URI.create(pinecone.url()),
            pinecone.credential(),
            PineconeVersion.NEWEST,
            InstantSource.fixed(TestingPinecone.NOW))) {
      PineconeListing listing =
          new PineconeListing(
              http, http.indexHost(schema.name().name(), pinecone.index(schema.name()).host()));
      for (String id : ids) {
        assertThat(listing.has("an id could not be looked for", "", id)).as(id).isTrue();
      }
      for (String id : List.of(" ", "a ", "a b d", "e f", "zz z")) {
        assertThat(listing.has("an id could not be looked for", "", id)).as(id).isFalse();
      }
    }
  }

  @Test
  void sl_26_statistics_that_are_too_high_after_deletes_are_not_believed() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    write(schema, records(0, 60));
    statistics(index);
    assertThat(statistics(index)).isEqualTo(60);
    pinecone.delete(schema, "", capture(schema.name()).ids().subList(0, 25));
    assertThat(statistics(index)).as("what the service's statistics say").isEqualTo(60);
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(35);
  }

  @Test
  void sl_26_who_waits_too_long_is_told_and_gets_no_wrong_count() throws Exception {
    CollectionSchema schema = dense();
    try (Engine hasty = pinecone.open(Map.of(), Duration.ofMillis(150))) {
      pinecone.index(schema.name()).hold("", true);
      try (RecordWriter writer = hasty.records().writer(schema, "")) {
        writer.write(records(0, 10));
      }
      DrillbookException failure =
          requireFailure(FailureKind.UNAVAILABLE, () -> hasty.control().count(schema.name(), ""));
      assertThat(failure).hasMessageContaining("log sequence number");
      assertThat(failure.hint()).contains("eventually consistent");
      requireFailure(FailureKind.UNAVAILABLE, () -> capture(hasty, schema));
    }
  }

  @Test
  void sl_26_a_closed_writer_leaves_nothing_that_others_have_to_wait_for() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    pinecone.lag(3, Duration.ofMillis(200));
    write(schema, records(0, 42));
    // Another process does not know what this one wrote.
    Freshness.forget(index.host());
    try (Engine other = pinecone.open()) {
      assertThat(other.control().count(schema.name(), "")).isEqualTo(42);
    }
  }

  @Test
  void sl_26_an_index_that_tells_no_numbers_is_waited_for_by_its_last_record() throws Exception {
    CollectionSchema schema = created(PineconeSparseTest.sparseOnly());
    pinecone.lag(3, Duration.ofMillis(100));
    write(schema, PineconeSparseTest.sparseRecords(0, 30));
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(30);
    assertThat(pinecone.index(schema.name()).exchanges())
        .as("it was asked by fetching, as queries do not tell")
        .anyMatch(exchange -> exchange.query().contains("ids=s29"));
  }

  private static long queries(TestingIndex index) {
    return index.exchanges().stream().filter(each -> each.path().equals("/query")).count();
  }

  private static long statistics(TestingIndex index) throws Exception {
    Request request =
        new Request.Builder()
            .url(HttpUrl.get("http://" + index.host() + "/describe_index_stats"))
            .header("Api-Key", TestingPinecone.KEY)
            .header("X-Pinecone-Api-Version", TestingPlane.VERSION)
            .post(RequestBody.create("{}", MediaType.get("application/json")))
            .build();
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      Map<?, ?> answer = TestingPlane.MAPPER.readValue(response.body().string(), Map.class);
      return ((Number) java.util.Objects.requireNonNull(answer.get("totalVectorCount")))
          .longValue();
    }
  }
}
