package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.failure.DrillbookException;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link RecordWriter} and of fetching: what is written comes back, bit for bit.
 */
public abstract class WritingContract extends AliasContract {

  @Test
  void every_record_is_captured_exactly_once() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "once");
    for (String tenant : schema.tenants()) {
      RecordBatch batch = SampleRecords.bulky(schema.layout(), 0, BULK);
      SeenRecords written = wrote(engine, schema, tenant, batch);
      capture(engine, schema.name(), tenant).requireSameIds(written);
    }
  }

  @Test
  void every_record_comes_back_bit_equal() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "bits");
    SeenRecords written =
        wrote(engine, schema, tenant(schema), SampleRecords.records(schema.layout(), 0, 200));
    SeenRecords seen = capture(engine, schema.name(), tenant(schema));
    assertThat(seen.size()).as("records read").isPositive();
    seen.requireSameContent(written);
  }

  @Test
  void ids_of_every_type_come_back() throws Exception {
    Engine engine = engine();
    for (String idType : List.of("text", "integer", "uuid", "bytes", "text,integer")) {
      CollectionSchema asked =
          schema(name("ids"), RecordLayout.dense(vector(ElementType.F32)), idType)
              .withIndex(VectorIndex.Metric.COSINE);
      CollectionSchema schema = create(engine, asked);
      RecordBatch batch =
          SampleRecords.records(schema.layout(), 0, 30, i -> SampleRecords.id(idType, i));
      SeenRecords written = wrote(engine, schema, tenant(schema), batch);
      write(engine, schema, tenant(schema), batch);
      assertThat(engine.control().schema(schema.name()).idType())
          .as("the type that a copy elsewhere gets")
          .isEqualTo(idType);
      capture(engine, schema.name(), tenant(schema)).requireSame(written);
      SeenRecords fetched = new SeenRecords();
      engine
          .records()
          .fetch(
              engine.control().schema(schema.name()),
              tenant(schema),
              written.ids().subList(0, 5),
              (found, cursor) -> fetched.add(found));
      fetched.requireSame(written.without(written.ids().subList(5, written.size())));
    }
  }

  @Test
  void every_declared_kind_of_vector_comes_back_bit_equal() throws Exception {
    Engine engine = engine();
    EngineProfile profile = engine.profile();
    List<RecordLayout> layouts = new ArrayList<>();
    profile.vectors().elementTypes().forEach(type -> layouts.add(RecordLayout.dense(vector(type))));
    if (profile.vectors().many()) {
      layouts.add(many());
    }
    if (profile.vectors().multi()) {
      VectorField one = vector(ElementType.F32);
      layouts.add(
          RecordLayout.dense(new VectorField(one.name(), ElementType.F32, DIMENSION, true)));
    }
    if (profile.vectors().sparse().most() > 0) {
      layouts.add(sparse());
    }
    for (RecordLayout layout : layouts) {
      CollectionSchema schema = create(engine, draft("vectors", layout));
      SeenRecords written =
          wrote(engine, schema, tenant(schema), SampleRecords.bare(layout, -1000, 40));
      if (profile.vectors().many()) {
        RecordBatch without = new RecordBatch(layout);
        without.ids().add(RecordId.of("no vector"));
        without.endRecord();
        written.add(wrote(engine, schema, tenant(schema), without));
      }
      capture(engine, schema.name(), tenant(schema)).requireSame(written);
    }
  }

  @Test
  void writing_the_same_again_changes_nothing() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "twice");
    RecordBatch batch = SampleRecords.records(schema.layout(), 0, 100);
    SeenRecords written = wrote(engine, schema, tenant(schema), batch);
    write(engine(), schema, tenant(schema), batch);
    capture(engine, schema.name(), tenant(schema)).requireSame(written);
  }

  @Test
  void writing_an_id_again_replaces_the_whole_record() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "replace");
    List<byte[]> ids = List.of(RecordId.of("fewer"), RecordId.of("nothing"));
    RecordBatch before = new RecordBatch(schema.layout());
    RecordBatch after = new RecordBatch(schema.layout());
    for (int i = 0; i < ids.size(); i++) {
      before.ids().add(ids.get(i));
      addVector(before, i);
      before
          .payloads()
          .add(Payload.encode(Map.of("kept", "old", "dropped", 1L, "list", List.of())));
      before.documents().add("old".getBytes(StandardCharsets.UTF_8));
      before.uris().add("file:///old".getBytes(StandardCharsets.UTF_8));
      before.endRecord();
      after.ids().add(ids.get(i));
      addVector(after, i + 100);
      if (i == 0) {
        after.payloads().add(Payload.encode(Map.of("kept", "new")));
      }
      after.endRecord();
    }
    write(engine, schema, tenant(schema), before);
    SeenRecords written = wrote(engine, schema, tenant(schema), after);
    capture(engine, schema.name(), tenant(schema)).requireSame(written);
  }

  @Test
  void a_batch_beyond_one_request_is_written_whole() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "large");
    SeenRecords written =
        wrote(
            engine,
            schema,
            tenant(schema),
            SampleRecords.bare(schema.layout(), 0, beyondOneRequest()));
    capture(engine, schema.name(), tenant(schema)).requireSame(written);
  }

  @Test
  void a_vector_of_the_wrong_dimension_is_refused_and_nothing_of_it_is_there() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "dimension");
    SeenRecords written =
        wrote(engine, schema, tenant(schema), SampleRecords.bare(schema.layout(), 0, 10));
    VectorField right = sampleSchema(schema.name()).layout().vectors().getFirst();
    RecordLayout wrong =
        RecordLayout.dense(
            new VectorField(right.name(), right.elementType(), DIMENSION + 1, false));
    RecordBatch batch = SampleRecords.bare(wrong, 50, 10);
    assertThatThrownBy(() -> write(engine, schema, tenant(schema), batch))
        .isInstanceOf(DrillbookException.class)
        .hasMessageMatching("(?s)\\S.*: \\S.*")
        .hasMessageContaining(String.valueOf(DIMENSION));
    capture(engine, schema.name(), tenant(schema)).requireSame(written);
  }

  @Test
  void tenants_keep_their_records_apart() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "apart");
    SeenRecords written = new SeenRecords();
    for (String tenant : schema.tenants()) {
      int from = 100 * schema.tenants().indexOf(tenant);
      written = wrote(engine, schema, tenant, SampleRecords.records(schema.layout(), from, 90));
    }
    String last = schema.tenants().getLast();
    capture(engine, schema.name(), last).requireSame(written);
    byte[] ofFirst = SampleRecords.vector(ElementType.F32, DIMENSION, 5 * 31L);
    for (Neighbour hit : nearest(engine, schema, last, ofFirst, true)) {
      assertThat(written.ids()).contains(hit.id());
    }
  }

  @Test
  void fetch_returns_the_records_that_exist() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "fetch");
    String tenant = tenant(schema);
    SeenRecords written =
        wrote(engine, schema, tenant, SampleRecords.records(schema.layout(), 0, 60));
    List<byte[]> wanted = new ArrayList<>(written.ids().subList(0, 40));
    List<byte[]> others = written.ids().subList(40, 60);
    for (int i = 0; i < 40; i++) {
      wanted.add(i, RecordId.of("nobody-" + i));
    }
    SeenRecords seen = new SeenRecords();
    engine.records().fetch(schema, tenant, wanted, (batch, cursor) -> seen.add(batch));
    seen.requireSame(written.without(others));
    SeenRecords none = new SeenRecords();
    engine.records().fetch(schema, tenant, List.of(), (batch, cursor) -> none.add(batch));
    assertThat(none.size()).isZero();
  }

  private static void addVector(RecordBatch batch, int seed) {
    batch
        .vectors()
        .getFirst()
        .add(SampleRecords.vector(ElementType.F32, DIMENSION, seed), 0, DIMENSION, 1);
  }
}
