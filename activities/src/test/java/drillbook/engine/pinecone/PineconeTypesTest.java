package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.SampleRecords;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What Pinecone stores of ids, numbers and metadata, and what comes back of it. */
class PineconeTypesTest extends PineconeFixture {
  @Test
  void every_f32_that_json_can_say_comes_back_with_its_bits() throws Exception {
    int dimension = 2_000;
    RecordLayout layout =
        RecordLayout.dense(new VectorField("", ElementType.F32, dimension, false));
    CollectionSchema schema = created(schema(layout, Metric.EUCLIDEAN));
    RecordBatch batch = new RecordBatch(layout);
    Random random = new Random(7);
    for (int i = 0; i < 10; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        do {
          vector[d] = Float.intBitsToFloat(random.nextInt());
        } while (!Float.isFinite(vector[d]));
      }
      vector[0] = -0.0f;
      vector[1] = Float.MIN_VALUE;
      vector[2] = Float.MAX_VALUE;
      vector[3] = 16_777_217;
      vector[4] = -1;
      batch.ids().add(RecordId.of("v" + i));
      batch.vectors().getFirst().add(vector, 0, dimension);
      batch.endRecord();
    }
    write(schema, batch);
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void vectors_that_pinecone_cannot_hold_are_refused_with_the_record() throws Exception {
    CollectionSchema schema = dense();
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThat(
              requireFailure(
                  FailureKind.INCOMPATIBLE_TARGET, () -> write(schema, one("bad", vector(bad)))))
          .hasMessageContaining("bad")
          .hasMessageContaining(String.valueOf(bad));
    }
    assertThat(
            requireFailure(
                FailureKind.INCOMPATIBLE_TARGET,
                () -> write(schema, one("nothing", new float[DIMENSION]))))
        .hasMessageContaining("nothing")
        .hasMessageContaining("zero");
    RecordBatch without = new RecordBatch(DENSE);
    without.ids().add(RecordId.of("bare"));
    without.endRecord();
    assertThat(requireFailure(FailureKind.INCOMPATIBLE_TARGET, () -> write(schema, without)))
        .hasMessageContaining("bare");
    assertThat(engine.control().count(schema.name(), "")).isZero();
  }

  @Test
  void numbers_texts_and_lists_of_texts_are_stored_so_that_they_can_be_filtered_by()
      throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = new RecordBatch(DENSE);
    batch.ids().add(RecordId.of("a"));
    batch.vectors().getFirst().add(vector(1), 0, DIMENSION);
    batch
        .payloads()
        .add(
            Payload.encode(
                Map.of(
                    "year",
                    2019L,
                    "share",
                    0.1,
                    "whole",
                    3.0,
                    "genre",
                    "drama",
                    "good",
                    true,
                    "tags",
                    List.of("a", "b"),
                    "beyond",
                    (1L << 53) + 1,
                    "inner",
                    Map.of("x", 1L),
                    "numbers",
                    List.of(1L),
                    "none",
                    List.of())));
    batch.documents().add("the text".getBytes(StandardCharsets.UTF_8));
    batch.uris().add("s3://b/1".getBytes(StandardCharsets.UTF_8));
    batch.endRecord();
    write(schema, batch);
    Map<String, Object> stored = stored(schema, "a");
    assertThat(stored)
        .containsEntry("year", 2019.0)
        .containsEntry("share", 0.1)
        .containsEntry("whole", 3.0)
        .containsEntry("genre", "drama")
        .containsEntry("good", true)
        .containsEntry("tags", List.of("a", "b"))
        .containsEntry("_drillbook_integers", List.of("year"))
        .containsEntry("_drillbook_document", "the text")
        .containsEntry("_drillbook_uri", "s3://b/1")
        .doesNotContainKeys("beyond", "inner", "numbers", "none")
        .containsKey("_drillbook");
    capture(schema.name()).requireSame(seen(batch));
  }

  @Test
  void a_number_that_somebody_wrote_is_a_float_whole_or_not() throws Exception {
    CollectionSchema schema = dense();
    write(schema, one("n", vector(1)));
    answerWithMetadata(
        schema, "{\"year\":2019,\"share\":0.5,\"zero\":-0,\"big\":1e300,\"tags\":[]}");
    RecordBatch expected = one("n", vector(1));
    RecordBatch wanted = new RecordBatch(DENSE);
    wanted.ids().add(RecordId.of("n"));
    wanted.vectors().getFirst().add(expected.vectors().getFirst().bits().get(0), 0, DIMENSION, 1);
    wanted
        .payloads()
        .add(
            Payload.encode(
                Map.of(
                    "year", 2019.0, "share", 0.5, "zero", -0.0, "big", 1e300, "tags", List.of())));
    wanted.endRecord();
    capture(schema.name()).requireSame(seen(wanted));
  }

  @Test
  void an_integer_that_somebody_changed_since_is_what_it_became() throws Exception {
    CollectionSchema schema = dense();
    write(schema, one("n", vector(1)));
    answerWithMetadata(
        schema, "{\"a\":1.5,\"b\":2,\"_drillbook_integers\":[\"a\",\"b\",\"gone\"]}");
    RecordBatch wanted = new RecordBatch(DENSE);
    wanted.ids().add(RecordId.of("n"));
    wanted.vectors().getFirst().add(vector(1), 0, DIMENSION);
    wanted.payloads().add(Payload.encode(Map.of("a", 1.5, "b", 2L)));
    wanted.endRecord();
    capture(schema.name()).requireSame(seen(wanted));
  }

  private void answerWithMetadata(CollectionSchema schema, String metadata) {
    pinecone
        .index(schema.name())
        .next(
            "vectors/fetch",
            200,
            "{\"vectors\":{\"n\":{\"id\":\"n\",\"values\":[1,1,0,0,0,0,0,0],\"metadata\":"
                + metadata
                + "}}}");
  }

  @Test
  void composite_ids_that_are_printed_alike_stay_two_records() throws Exception {
    CollectionSchema schema = dense();
    List<byte[]> ids =
        List.of(
            RecordId.ofParts(List.of("a/b", "c")),
            RecordId.ofParts(List.of("a", "b/c")),
            RecordId.ofParts(List.of("a", "c")));
    RecordBatch all = SampleRecords.records(DENSE, 100, 3, i -> ids.get(i - 100));
    // Apart, so that no request has both.
    for (int i = 0; i < 3; i++) {
      int record = 100 + i;
      write(schema, SampleRecords.records(DENSE, record, 1, _ -> ids.get(record - 100)));
    }
    capture(schema.name()).requireSame(seen(all));
    assertThat(pinecone.index(schema.name()).shown("")).hasSize(3).containsKey("a/c");
  }

  @Test
  void ids_that_pinecone_refuses_get_others_and_come_back() throws Exception {
    CollectionSchema schema = dense();
    List<String> ids =
        List.of(
            "plain",
            "with space",
            "a+b&c=d%20#?/\\",
            "tab\tand\nline",
            "x".repeat(512),
            "y".repeat(513),
            "naïve",
            "日本語",
            "nul\0inside",
            "drillbook:0123");
    RecordBatch batch =
        SampleRecords.records(DENSE, 100, ids.size(), i -> RecordId.of(ids.get(i - 100)));
    write(schema, batch);
    capture(schema.name()).requireSame(seen(batch));
    TestingIndex index = pinecone.index(schema.name());
    assertThat(index.shown("")).hasSize(ids.size());
    assertThat(index.shown("").keySet())
        .contains("plain", "with space", "tab\tand\nline", "x".repeat(512))
        .doesNotContain("drillbook:0123")
        .filteredOn(id -> id.startsWith("drillbook:"))
        .hasSize(5);
  }

  @Test
  void two_ids_that_would_be_one_are_refused() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch =
        SampleRecords.records(DENSE, 0, 2, i -> i == 0 ? RecordId.of(7L) : RecordId.of("7"));
    assertThat(requireFailure(FailureKind.INCOMPATIBLE_TARGET, () -> write(schema, batch)))
        .hasMessageContaining("'7'");
  }

  @Test
  void a_record_that_comes_twice_in_a_batch_is_what_it_was_last() throws Exception {
    CollectionSchema schema = dense();
    RecordBatch batch = new RecordBatch(DENSE);
    for (int i = 0; i < 3; i++) {
      batch.ids().add(RecordId.of("same"));
      batch.vectors().getFirst().add(vector(i), 0, DIMENSION);
      batch.endRecord();
    }
    try (RecordWriter writer = engine.records().writer(schema, "")) {
      writer.write(batch);
    }
    capture(schema.name()).requireSame(seen(one("same", vector(2))));
  }

  @Test
  void types_of_ids_and_settings_of_the_index_are_kept() throws Exception {
    CollectionSchema asked =
        new CollectionSchema(
            TestingPinecone.newName("settings"),
            DENSE,
            "integer|uuid",
            schema(DENSE, Metric.COSINE).indexes(),
            List.of("", "one", "two words"),
            List.of(),
            Map.of(
                "spec",
                "{\"serverless\":{\"cloud\":\"gcp\",\"read_capacity\":{\"mode\":\"OnDemand\"},"
                    + "\"region\":\"europe-west4\",\"schema\":{\"fields\":{\"genre\":"
                    + "{\"filterable\":true}}}}}",
                "tags",
                "{\"team\":\"search\"}",
                "deletion_protection",
                "enabled",
                "namespaces",
                "{\"one\":{\"fields\":{\"year\":{\"filterable\":true}}}}"));
    engine.control().create(asked);
    write(asked, one("a", vector(1)));
    engine.control().buildIndexes(asked);
    CollectionSchema schema = engine.control().schema(asked.name());
    assertThat(schema).isEqualTo(asked);
    assertThat(requireFailure(FailureKind.DENIED, () -> engine.control().drop(asked.name())).hint())
        .contains("deletion protection");
    assertThat(engine.control().collections()).contains(asked.name());
  }

  @Test
  void a_copy_for_a_drill_is_protected_and_goes_all_the_same() throws Exception {
    CollectionSchema live = schema(DENSE, Metric.COSINE);
    CollectionSchema scratch =
        new CollectionSchema(
            live.name().named("drill-" + live.name().name()),
            live.layout(),
            live.idType(),
            live.indexes(),
            live.tenants(),
            live.aliases(),
            Map.of("deletion_protection", "enabled"));
    engine.control().create(scratch);
    engine.control().buildIndexes(scratch);
    assertThat(engine.control().schema(scratch.name()).attributes())
        .containsEntry("deletion_protection", "enabled");
    assertThat(engine.control().drop(scratch.name())).isTrue();
  }

  @Test
  void an_index_with_its_own_model_is_made_with_that_model() throws Exception {
    CollectionSchema asked =
        new CollectionSchema(
            TestingPinecone.newName("embed"),
            RecordLayout.dense(new VectorField("", ElementType.F32, 384, false)),
            "text",
            schema(DENSE, Metric.COSINE).indexes(),
            List.of(""),
            List.of(),
            Map.of(
                "embed",
                "{\"dimension\":384,\"field_map\":{\"text\":\"chunk\"},\"metric\":\"cosine\","
                    + "\"model\":\"llama-text-embed-v2\",\"vector_type\":\"dense\"}"));
    CollectionSchema schema = created(asked);
    assertThat(schema.attributes()).containsAllEntriesOf(asked.attributes());
    assertThat(schema.layout()).isEqualTo(asked.layout());
  }

  @Test
  void the_unnamed_namespace_is_a_tenant_where_it_has_records() throws Exception {
    CollectionSchema schema = dense();
    write(schema, "named", one("n", vector(1)));
    assertThat(engine.control().schema(schema.name()).tenants()).containsExactly("named");
    write(schema, one("u", vector(1)));
    assertThat(engine.control().schema(schema.name()).tenants()).containsExactly("", "named");
    assertThat(engine.control().count(schema.name(), "")).isEqualTo(1);
    assertThat(Arrays.asList("", "named"))
        .allSatisfy(
            tenant -> assertThat(engine.control().count(schema.name(), tenant)).isEqualTo(1));
    assertThat(engine.control().count(schema.name(), "never written")).isZero();
  }

  private Map<String, Object> stored(CollectionSchema schema, String id) {
    TestingIndex index = pinecone.index(schema.name());
    return java.util.Objects.requireNonNull(index.shown("").get(id)).metadata();
  }
}
