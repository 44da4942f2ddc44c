package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardedEngineTest {
  private static final CollectionSchema LIVE = schema("docs");
  private static final CollectionSchema SCRATCH = schema("drill-1-docs");

  private final Engine engine = MemoryEngine.rich(new MemoryServer());
  private final Engine guarded =
      new GuardedEngine(engine, "run 20261101t000000_abcdef", Set.of(SCRATCH.name()));

  @BeforeEach
  void live() throws Exception {
    engine.control().create(LIVE);
  }

  @Test
  void every_way_to_write_to_another_name_is_refused_before_the_engine_hears_of_it()
      throws Exception {
    CollectionName live = LIVE.name();
    CollectionName scratch = SCRATCH.name();
    Map<String, ThrowingCallable> writes = new LinkedHashMap<>();
    writes.put("create", () -> guarded.control().create(schema("other")));
    writes.put("drop", () -> guarded.control().drop(live));
    writes.put("build", () -> guarded.control().buildIndexes(LIVE));
    writes.put("replace live", () -> guarded.control().replace(live, scratch, scratch));
    writes.put("replacement", () -> guarded.control().replace(scratch, live, scratch));
    writes.put("aside", () -> guarded.control().replace(scratch, scratch, live));
    writes.put("write", () -> guarded.records().writer(LIVE, ""));
    List<CollectionName> before = engine.control().collections();

    writes.forEach((what, write) -> {
      DrillbookException refused = catchThrowableOfType(DrillbookException.class, write);
      assertThat(refused).as(what).isNotNull();
      assertThat(refused.kind()).as(what).isEqualTo(FailureKind.INTERNAL);
      assertThat(refused)
          .as(what)
          .hasMessageContainingAll("run 20261101t000000_abcdef", scratch.path());
    });

    assertThat(engine.control().collections()).isEqualTo(before);
  }

  @Test
  void a_guard_covers_each_method_that_an_engine_can_be_written_through() {
    // Whoever adds a method to the faces decides here whether it writes.
    assertThat(methods(Control.class))
        .containsExactlyInAnyOrder(
            "probe",
            "collections",
            "schema",
            "count",
            "create",
            "buildIndexes",
            "indexState",
            "drop",
            "replace",
            "nearest",
            "aliases",
            "pointAlias",
            "dropAlias",
            "requirements");
    assertThat(methods(Records.class))
        .containsExactlyInAnyOrder("begin", "read", "fetch", "writer");
    assertThat(methods(Engine.class))
        .containsExactlyInAnyOrder("profile", "control", "records", "changes", "close");
    assertThat(methods(Changes.class)).containsExactlyInAnyOrder("begin", "read");
  }

  @Test
  void a_name_of_its_own_goes_through_and_everything_can_be_read() throws Exception {
    guarded.control().create(SCRATCH);
    guarded.control().buildIndexes(SCRATCH);
    guarded.records().writer(SCRATCH, "").close();

    assertThat(guarded.control().collections()).contains(LIVE.name(), SCRATCH.name());
    assertThat(guarded.control().count(LIVE.name(), "")).isZero();
    assertThat(guarded.control().drop(SCRATCH.name())).isTrue();
    assertThat(engine.control().collections()).containsExactly(LIVE.name());
  }

  private static List<String> methods(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (var method : type.getDeclaredMethods()) {
      if (!method.isSynthetic()) {
        names.add(method.getName());
      }
    }
    return names;
  }

  private static CollectionSchema schema(String name) {
    return new CollectionSchema(
        new CollectionName(List.of("main"), name),
        RecordLayout.dense(new VectorField("", ElementType.F32, 4, false)),
        "text",
        List.of(new VectorIndex("", "hnsw", VectorIndex.Metric.COSINE, Map.of())),
        List.of(""),
        List.of(),
        Map.of());
  }
}
