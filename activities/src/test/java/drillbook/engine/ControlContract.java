package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The promises of {@link Control}: what is there, and how it comes and goes. */
public abstract class ControlContract extends EngineFixture {

  @Test
  void a_live_engine_tells_its_version_and_the_same_details_each_time() throws Exception {
    Engine engine = engine();
    Probe probe = engine.control().probe();
    assertThat(probe.version()).isNotBlank();
    assertThat(engine.control().probe()).isEqualTo(probe);
  }

  @Test
  void names_fit_the_declared_grammar() {
    EngineProfile profile = engineProfile();
    CollectionName name = newName("grammar");
    assertThat(name.scope()).hasSameSizeAs(profile.scopeLevels());
    assertThat(name.name()).matches(profile.names().grammar());
    assertThat(profile.names().scratchPrefix() + profile.names().joined("20261122t030000_1a2b3c_a"))
        .hasSizeLessThanOrEqualTo(profile.names().longest())
        .matches(profile.names().grammar());
  }

  @Test
  void collections_are_listed_by_path_while_they_exist() throws Exception {
    Engine engine = engine();
    CollectionSchema second = create(engine, "listb");
    CollectionSchema first = create(engine, "lista");
    assertThat(existing(engine))
        .contains(first.name(), second.name())
        .isSortedAccordingTo((a, b) -> a.path().compareTo(b.path()));
    engine.control().drop(first.name());
    assertThat(existing(engine)).contains(second.name()).doesNotContain(first.name());
  }

  @Test
  void dropping_tells_whether_there_was_something() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "drop");
    write(engine, schema, tenant(schema), SampleRecords.records(schema.layout(), 0, 10));
    assertThat(engine.control().drop(schema.name())).isTrue();
    assertThat(engine.control().drop(schema.name())).isFalse();
    requireFailure(FailureKind.NOT_FOUND, () -> engine.control().schema(schema.name()));
  }

  @Test
  void create_refuses_a_name_that_exists_and_leaves_it_untouched() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "exists");
    SeenRecords written =
        wrote(engine, schema, tenant(schema), SampleRecords.records(schema.layout(), 0, 20));
    CollectionSchema before = engine.control().schema(schema.name());
    requireFailure(
        FailureKind.CONFLICT, () -> engine.control().create(sampleSchema(schema.name())));
    assertThat(engine.control().schema(schema.name())).isEqualTo(before);
    capture(engine, schema.name(), tenant(schema)).requireSame(written);
  }

  @Test
  void a_created_collection_has_the_schema_that_was_asked_for() throws Exception {
    Engine engine = engine();
    for (VectorIndex.Metric metric : metrics()) {
      CollectionSchema sample = sampleSchema(name("schema"));
      CollectionSchema asked =
          schema(sample.name(), sample.layout(), sample.idType()).withIndex(metric);
      CollectionSchema schema = filled(engine, asked);
      assertThat(schema.name()).isEqualTo(asked.name());
      assertThat(schema.layout()).isEqualTo(asked.layout());
      assertThat(schema.tenants()).isEqualTo(asked.tenants());
      assertThat(schema.idType()).isEqualTo(asked.idType());
      assertThat(schema.indexes()).hasSameSizeAs(asked.indexes());
      VectorIndex wanted = asked.indexes().getFirst();
      VectorIndex index = schema.indexes().getFirst();
      assertThat(index.vector()).isEqualTo(wanted.vector());
      assertThat(index.kind()).isEqualTo(wanted.kind());
      assertThat(index.metric()).isEqualTo(wanted.metric());
      assertThat(index.parameters()).containsAllEntriesOf(wanted.parameters());
    }
  }

  @Test
  void a_schema_that_was_read_creates_the_same_again() throws Exception {
    Engine engine = engine();
    CollectionSchema first = filled(engine, sampleSchema(name("original")));
    CollectionSchema second = filled(engine, first.named(name("again")));
    assertThat(second.named(first.name())).isEqualTo(first.named(first.name()));
  }

  @Test
  void create_refuses_what_it_cannot_hold_before_anything_is_written() throws Exception {
    Engine engine = engine();
    EngineProfile profile = engine.profile();
    List<CollectionSchema> impossible = new ArrayList<>();
    if (profile.vectors().maxDimension() < 1 << 20) {
      VectorField huge = vector(ElementType.F32);
      VectorField tooLong =
          new VectorField(
              huge.name(), huge.elementType(), profile.vectors().maxDimension() + 1, false);
      impossible.add(draft("dimension", RecordLayout.dense(tooLong)));
    }
    for (ElementType type : ElementType.values()) {
      if (!profile.vectors().elementTypes().contains(type)) {
        impossible.add(draft("element", RecordLayout.dense(vector(type))));
      }
    }
    if (!profile.vectors().many()) {
      impossible.add(draft("many", many()));
    }
    if (!profile.vectors().multi()) {
      VectorField one = vector(ElementType.F32);
      impossible.add(
          draft(
              "multi",
              RecordLayout.dense(new VectorField(one.name(), ElementType.F32, DIMENSION, true))));
    }
    if (profile.vectors().sparse().most() == 0) {
      impossible.add(draft("sparse", sparse()));
    }
    if (!profile.has(Capability.TENANTS)) {
      CollectionSchema one = sampleSchema(name("tenants"));
      impossible.add(
          new CollectionSchema(
              one.name(),
              one.layout(),
              one.idType(),
              one.indexes(),
              List.of("alpha", "beta"),
              List.of(),
              Map.of()));
    }
    for (CollectionSchema schema : impossible) {
      requireFailure(FailureKind.INCOMPATIBLE_TARGET, () -> engine.control().create(schema));
      assertThat(existing(engine)).doesNotContain(schema.name());
    }
  }

  @Test
  void counts_are_exact_and_by_tenant() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "count");
    int records = 137;
    for (String tenant : schema.tenants()) {
      write(engine, schema, tenant, SampleRecords.bare(schema.layout(), 0, records));
      records -= 50;
    }
    delete(schema, tenant(schema), List.of(RecordId.of("bare-0"), RecordId.of("bare-77")));
    records = 135;
    for (String tenant : schema.tenants()) {
      assertThat(engine.control().count(schema.name(), tenant)).isEqualTo(records);
      records = 87;
    }
  }

  @Test
  void the_nearest_record_to_a_stored_vector_is_itself() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "nearest");
    String tenant = tenant(schema);
    write(engine, schema, tenant, SampleRecords.bare(schema.layout(), 0, 300));
    engine.control().buildIndexes(sampleSchema(schema.name()));
    awaitIndexes(engine, sampleSchema(schema.name()));
    for (int i : List.of(0, 7, 299)) {
      byte[] query = SampleRecords.vector(ElementType.F32, DIMENSION, (1000 + i) * 31L);
      for (boolean exact : List.of(true, false)) {
        List<Neighbour> hits = nearest(engine, schema, tenant, query, exact);
        assertThat(hits).hasSize(10);
        assertThat(RecordId.print(hits.getFirst().id())).isEqualTo("bare-" + i);
        assertThat(hits).isSortedAccordingTo((a, b) -> Double.compare(a.distance(), b.distance()));
        assertThat(hits.stream().map(hit -> RecordId.print(hit.id()))).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void building_indexes_again_changes_nothing() throws Exception {
    Engine engine = engine();
    CollectionSchema asked = sampleSchema(name("index"));
    CollectionSchema once = filled(engine, asked);
    engine.control().buildIndexes(asked);
    awaitIndexes(engine, asked);
    assertThat(engine.control().schema(asked.name())).isEqualTo(once);
  }

  @Test
  void an_index_that_was_not_built_is_not_ready() throws Exception {
    Engine engine = engine();
    CollectionSchema asked = sampleSchema(name("unbuilt"));
    CollectionSchema schema = create(engine, asked);
    write(engine, schema, tenant(schema), SampleRecords.bare(schema.layout(), 0, 10));
    if (engine.profile().has(Capability.BUILT_INDEXES)) {
      assertThat(engine.control().indexState(asked)).isInstanceOf(IndexState.Broken.class);
      assertThat(schema.indexes()).isEmpty();
    } else {
      awaitIndexes(engine, asked);
    }
  }

  @Test
  void replace_swaps_once_or_is_refused() throws Exception {
    Engine engine = engine();
    CollectionSchema live = create(engine, "live");
    CollectionSchema restored = create(engine, "restored");
    CollectionName aside = name("aside");
    SeenRecords old =
        wrote(engine, live, tenant(live), SampleRecords.records(live.layout(), 0, 30));
    SeenRecords fresh =
        wrote(engine, restored, tenant(restored), SampleRecords.records(restored.layout(), 20, 30));
    if (!engine.profile().has(Capability.REPLACE)) {
      requireFailure(
          FailureKind.UNSUPPORTED,
          () -> engine.control().replace(live.name(), restored.name(), aside));
      capture(engine, live.name(), tenant(live)).requireSame(old);
      capture(engine, restored.name(), tenant(live)).requireSame(fresh);
      return;
    }
    for (int time = 0; time < 2; time++) {
      engine.control().replace(live.name(), restored.name(), aside);
      capture(engine, live.name(), tenant(live)).requireSame(fresh);
      capture(engine, aside, tenant(live)).requireSame(old);
      assertThat(existing(engine)).doesNotContain(restored.name());
    }
  }

  @Test
  void an_unknown_collection_is_not_found() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "unknown");
    String tenant = tenant(schema);
    engine.control().drop(schema.name());
    byte[] query = SampleRecords.vector(ElementType.F32, DIMENSION, 1);
    requireFailure(FailureKind.NOT_FOUND, () -> engine.control().schema(schema.name()));
    requireFailure(FailureKind.NOT_FOUND, () -> engine.control().count(schema.name(), tenant));
    requireFailure(FailureKind.NOT_FOUND, () -> nearest(engine, schema, tenant, query, true));
    requireFailure(
        FailureKind.NOT_FOUND, () -> engine.records().begin(List.of(schema), new MemoryNotes()));
    requireFailure(
        FailureKind.NOT_FOUND,
        () -> engine.records().fetch(schema, tenant, List.of(RecordId.of("a")), (b, c) -> {}));
    requireFailure(
        FailureKind.NOT_FOUND,
        () -> write(engine, schema, tenant, SampleRecords.bare(schema.layout(), 0, 1)));
    assertThat(existing(engine)).doesNotContain(schema.name());
  }

  private static List<CollectionName> existing(Engine engine) throws Exception {
    return engine.control().collections();
  }

  /** Creates a collection with records and indexes and returns its schema as it is then. */
  private static CollectionSchema filled(Engine engine, CollectionSchema asked) throws Exception {
    CollectionSchema schema = create(engine, asked);
    write(engine, schema, tenant(schema), SampleRecords.bare(asked.layout(), 0, 20));
    engine.control().buildIndexes(asked);
    awaitIndexes(engine, asked);
    return engine.control().schema(asked.name());
  }

  private static void awaitIndexes(Engine engine, CollectionSchema schema) throws Exception {
    IndexState state = engine.control().indexState(schema);
    for (int i = 0; i < 120 && state instanceof IndexState.Building; i++) {
      Thread.sleep(250);
      state = engine.control().indexState(schema);
    }
    assertThat(state).isEqualTo(new IndexState.Ready());
  }
}
