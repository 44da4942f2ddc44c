package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.Capture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.MemoryNotes;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.http.RecordedExchange;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pinecone's limits, which the fake enforces, and its refusals. */
class PineconeLimitsTest extends PineconeFixture {
  private static final String NO_MONTH_LEFT =
      "{\"code\":8,\"message\":\"Request failed. You've reached your read unit limit for the"
          + " current month. To continue reading data, upgrade your plan.\",\"details\":[]}";

  @Test
  void requests_have_at_most_a_thousand_records() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = SampleRecords.records(DENSE, 100, 2_001, i -> RecordId.of("r" + i));
    write(schema, batch);
    assertThat(sent(schema, "/vectors/upsert")).hasSizeGreaterThanOrEqualTo(3);
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void requests_have_at_most_two_megabytes() throws Exception {
    RecordLayout layout = RecordLayout.dense(new VectorField("", ElementType.F32, 3_072, false));
    CollectionSchema schema = created(schema(layout, Metric.COSINE));
    RecordBatch batch = SampleRecords.records(layout, 100, 150, i -> RecordId.of("r" + i));
    write(schema, batch);
    List<RecordedExchange> sent = sent(schema, "/vectors/upsert");
    assertThat(sent).hasSizeGreaterThan(2);
    assertThat(sent)
        .allSatisfy(each -> assertThat(each.request().length()).isLessThanOrEqualTo(2_000_000));
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void ids_are_listed_by_hundreds_in_every_namespace() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 730));
    write(schema, "other", records(0, 250));
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(730);
    assertThat(engine.control().count(schema.name(), "other")).isEqualTo(250);
    assertThat(sent(schema, "/vectors/list")).hasSizeGreaterThanOrEqualTo(11);
  }

  @Test
  void a_hundred_namespaces_and_more_are_all_read() throws Exception {
    CollectionSchema schema = dense();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 130; i++) {
      names.add("n" + i);
      pinecone.index(schema.name()).namespace("n" + i);
    }
    assertThat(engine.control().schema(schema.name()).tenants())
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void long_ids_are_fetched_in_short_enough_requests() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch =
        SampleRecords.records(
            DENSE, 100, 120, i -> RecordId.of("%/ ".repeat(160) + String.format("%032d", i)));
    write(schema, batch);
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void text_beyond_forty_kilobytes_is_deflated_and_comes_back() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = new RecordBatch(DENSE);
    batch.ids().add(RecordId.of("long"));
    batch.vectors().getFirst().add(vector(1), 0, DIMENSION);
    batch
        .payloads()
        .add(Payload.encode(Map.of("year", 2019L, "text", "Es war einmal. ".repeat(4_000))));
    batch.documents().add("page ".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    batch.endRecord();
    write(schema, batch);
    assertThat(pinecone.index(schema.name()).shown("").firstEntry().getValue().metadata())
        .as("what is small can be filtered by all the same")
        .containsEntry("year", 2019.0)
        .containsKey("_drillbook_deflated");
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void what_cannot_be_made_to_fit_forty_kilobytes_is_refused_with_the_record() throws Exception {
    CollectionSchema schema = dense();
    byte[] noise = new byte[60_000];
    new Random(1).nextBytes(noise);
    RecordBatch batch = new RecordBatch(DENSE);
    batch.ids().add(RecordId.of("huge"));
    batch.vectors().getFirst().add(vector(1), 0, DIMENSION);
    batch.documents().add(Base64.getEncoder().encode(noise));
    batch.endRecord();
    assertThat(requireFailure(FailureKind.INCOMPATIBLE_TARGET, () -> write(schema, batch)))
        .hasMessageContaining("huge")
        .hasMessageContaining("40 KB");
    assertThat(sent(schema, "/vectors/upsert")).as("nothing was sent").isEmpty();
  }

  @Test
  void a_capture_of_many_pages_stays_below_the_rates() throws Exception {
    CollectionSchema schema = dense();
    write(schema, records(0, 3_000));
    for (int i = 0; i < 12; i++) {
      assertThat(engine.control().count(schema.name(), "")).isEqualTo(3_000);
    }
    assertThat(pinecone.index(schema.name()).exchanges())
        .as("the fake takes 200 a second")
        .noneMatch(each -> each.status() == 429);
  }

  @Test
  void too_many_a_second_come_again_and_a_used_up_month_does_not() throws Exception {
    CollectionSchema schema = dense();
    TestingIndex index = pinecone.index(schema.name());
    index.next(
        "vectors/list",
        429,
        "{\"code\":8,\"message\":\"Request failed. You've reached the list QPS limit for the index"
            + " (200 QPS).\",\"details\":[]}",
        "Retry-After",
        "7");
    DrillbookException slower =
        requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().count(schema.name(), ""));
    assertThat(slower.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(slower).hasMessageContaining("QPS");
    index.next("vectors/list", 429, "{\"code\":8,\"message\":\"Too many requests\"}");
    assertThat(
            requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().count(schema.name(), ""))
                .retryAfter())
        .isGreaterThan(Duration.ZERO);
    index.next("vectors/list", 429, NO_MONTH_LEFT);
    DrillbookException used =
        requireFailure(FailureKind.EXHAUSTED, () -> engine.control().count(schema.name(), ""));
    assertThat(used.hint()).contains("plan");
  }

  @Test
  void refusals_say_who_has_to_act() throws Exception {
    CollectionSchema schema = dense();
    Map<String, FailureKind> refusals =
        Map.of(
            "500 UNKNOWN Internal server error", FailureKind.UNAVAILABLE,
            "503 UNAVAILABLE try again", FailureKind.UNAVAILABLE,
            "412 FAILED_PRECONDITION pending collections", FailureKind.UNAVAILABLE,
            "401 UNAUTHENTICATED Invalid API key", FailureKind.DENIED,
            "402 PAYMENT_REQUIRED pay all past due invoices", FailureKind.EXHAUSTED,
            "403 FORBIDDEN Increase your quota or upgrade", FailureKind.EXHAUSTED,
            "403 PERMISSION_DENIED no role", FailureKind.DENIED,
            "404 NOT_FOUND Resource gone", FailureKind.NOT_FOUND,
            "302 FOUND elsewhere", FailureKind.CONFIGURATION);
    refusals.forEach((words, kind) -> {
      String[] parts = words.split(" ", 3);
      pinecone.next(
          "GET /indexes/",
          Integer.parseInt(parts[0]),
          "{\"status\":"
              + parts[0]
              + ",\"error\":{\"code\":\""
              + parts[1]
              + "\",\"message\":\""
              + parts[2]
              + "\"}}",
          "Location",
          "http://example.com/");
      assertThat(requireFailure(kind, () -> engine.control().schema(schema.name())))
          .hasMessageContaining(parts[2])
          .hasMessageContaining("/indexes/");
    });
  }

  @Test
  void a_refused_request_is_sent_once() throws Exception {
    CollectionSchema schema = dense();
    int before = sent(schema, "/vectors/upsert").size();
    pinecone.index(schema.name()).next("vectors/upsert", 503, "");
    requireFailure(FailureKind.UNAVAILABLE, () -> write(schema, one("a", vector(1))));
    assertThat(sent(schema, "/vectors/upsert")).hasSize(before + 1);
  }

  @Test
  void a_wrong_key_is_denied_and_not_shown() {
    pinecone.next(
        "GET /indexes",
        401,
        "{\"status\":401,\"error\":{\"code\":\"UNAUTHENTICATED\","
            + "\"message\":\"Invalid API key.\"}}");
    assertThat(requireFailure(FailureKind.DENIED, () -> engine.control().probe()))
        .hasMessageNotContaining(TestingPinecone.KEY);
  }

  @Test
  void an_index_on_pods_is_listed_and_refused_with_the_reason() throws Exception {
    CollectionName pods =
        made(
            Map.of(
                "dimension",
                DIMENSION,
                "spec",
                Map.of("pod", Map.of("environment", "us-east-1-aws", "pod_type", "p1.x1"))));
    assertThat(engine.control().collections()).contains(pods);
    DrillbookException refused =
        requireFailure(FailureKind.UNSUPPORTED, () -> engine.control().schema(pods));
    assertThat(refused).hasMessageContaining("pods");
    assertThat(refused.hint()).contains("serverless");
    requireFailure(FailureKind.UNSUPPORTED, () -> engine.control().count(pods, ""));
    assertThat(engine.control().requirements())
        .filteredOn(each -> each.standing() == Standing.MISSING)
        .singleElement()
        .satisfies(each -> assertThat(each.subject()).contains(pods.name()));
  }

  @Test
  void requirements_say_what_is_there_and_what_nobody_tells() throws Exception {
    CollectionSchema schema = dense();
    List<Requirement> all = engine.control().requirements();
    assertThat(all)
        .anyMatch(each ->
            each.subject().equals("index " + schema.name() + " can be read")
                && each.standing() == Standing.MET)
        .anyMatch(each -> each.subject().contains("units") && each.standing() == Standing.UNKNOWN);
    pinecone
        .index(schema.name())
        .next("namespaces", 403, "{\"code\":7,\"message\":\"the key has no role for this\"}");
    assertThat(engine.control().requirements())
        .anyMatch(each -> each.standing() == Standing.MISSING && each.found().contains("no role"));
  }

  @Test
  void an_index_in_an_unknown_region_is_not_made() throws Exception {
    try (var elsewhere =
        pinecone.open(Map.of("cloud", "aws", "region", "mars-1"), Duration.ofSeconds(1))) {
      CollectionSchema schema = schema(DENSE, Metric.COSINE);
      assertThat(requireFailure(FailureKind.NOT_FOUND, () -> elsewhere.control().create(schema)))
          .hasMessageContaining("mars-1");
      assertThat(engine.control().collections()).doesNotContain(schema.name());
    }
  }

  @Test
  void records_that_go_meanwhile_are_left_out_and_none_beside_them() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = records(0, 400);
    write(schema, batch);
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      List<byte[]> gone = seen(batch).ids().subList(100, 160);
      pinecone.delete(schema, "", gone);
      write(schema, one("late", vector(1)));
      Set<String> ids = new HashSet<>();
      for (var range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (read, cursor) -> {
                  for (int row = 0; row < read.size(); row++) {
                    assertThat(ids.add(RecordId.print(read.ids().get(row)))).isTrue();
                  }
                });
      }
      assertThat(ids).hasSize(340).doesNotContain("r100", "r159", "late").contains("r99", "r160");
    }
  }

  private List<RecordedExchange> sent(CollectionSchema schema, String path) {
    return pinecone.index(schema.name()).exchanges().stream()
        .filter(each -> each.path().equals(path))
        .toList();
  }
}
