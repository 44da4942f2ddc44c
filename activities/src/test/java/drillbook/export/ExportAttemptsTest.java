package drillbook.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.export.ExportReport.Status;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.MemoryArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Attempts that fail, stall and wake up: what they leave for others to find in a folder. */
class ExportAttemptsTest {
  private static final Instant TIME = Instant.parse("2026-11-21T02:00:00Z");
  private static final ExportRun RUN =
      new ExportRun(ExportRequest.of("docs"), "export-docs-20261121t020000z", TIME);
  private static final ExportPlan.Item ITEM = new ExportPlan.Item("docs", "docs-1/");

  private final HookedStore store = new HookedStore();
  private final ExportJob job =
      new ExportJob(
          store,
          ExportPlace.of(
              new Target(
                  "docs",
                  EngineAddress.of("memory", "http://here"),
                  List.of(),
                  List.of(),
                  StoreAddress.folder(Path.of("/backups"))),
              ""),
          RUN);

  ExportAttemptsTest() throws DrillbookException {}

  @Test
  void a_folder_is_marked_until_its_export_stands() throws Exception {
    store.failing = "put docs-1/export.json";
    assertKind(FailureKind.DENIED, () -> write(1));
    assertThat(names())
        .containsExactly("part-00000.jsonl.gz", "record.schema.json", "unfinished.json");
    assertThat(store.calls)
        .containsSubsequence("put docs-1/unfinished.json", "write docs-1/part-00000.jsonl.gz");

    store.failing = "delete docs-1/unfinished.json";
    assertKind(FailureKind.DENIED, () -> write(2));
    assertThat(names()).contains("unfinished.json", "export.json", "part-00000-a2.jsonl.gz");

    store.failing = "";
    write(3);
    assertThat(names())
        .containsExactly("export.json", "part-00000-a2.jsonl.gz", "record.schema.json");
  }

  @Test
  void what_is_being_deleted_is_marked_until_nothing_else_is_there() throws Exception {
    write(1);
    ExportEnd end = new ExportEnd(RUN, List.of(ITEM), report(Status.FAILED, List.of()));
    for (String name : names()) {
      store.failing = "delete docs-1/" + name;
      assertKind(FailureKind.DENIED, () -> job.abandon(end));
      assertThat(names()).contains("unfinished.json");
    }
    store.failing = "delete docs-1/unfinished.json";
    assertKind(FailureKind.DENIED, () -> job.abandon(end));
    assertThat(names()).containsExactly("unfinished.json");
    store.failing = "";
    job.abandon(end);
    assertThat(names()).isEmpty();
  }

  @Test
  void an_attempt_that_wakes_up_late_takes_nothing_from_its_successor() throws Exception {
    List<Exported> second = new ArrayList<>();
    store.hooked = "put docs-1/record.schema.json";
    store.hook = () -> second.add(write(2));
    assertKind(FailureKind.CORRUPT, () -> write(1));
    assertThat(names()).contains("export.json", "part-00000-a2.jsonl.gz");
    LinesImport.read(store, ITEM.folder(), (_, _) -> {});
    job.complete(report(Status.COMPLETED, second));
  }

  @Test
  void a_late_export_json_gives_way_to_its_successors() throws Exception {
    List<Exported> second = new ArrayList<>();
    store.hooked = "put docs-1/export.json";
    store.hook = () -> second.add(write(2));
    assertKind(FailureKind.CONFLICT, () -> write(1));
    job.complete(report(Status.COMPLETED, second));

    byte[] late = store.bytes("docs-1/export.json");
    store.delete("docs-1/export.json");
    store.hooked = "put docs-1/export.json";
    store.hook = () -> store.tamper("docs-1/export.json", late);
    Exported third = write(3);
    LinesImport.read(store, ITEM.folder(), (_, _) -> {});
    assertThat(names())
        .containsExactly("export.json", "part-00000-a3.jsonl.gz", "record.schema.json");
    job.complete(report(Status.COMPLETED, List.of(third)));
  }

  @Test
  void an_export_with_a_file_missing_is_not_said_to_be_whole() throws Exception {
    ExportReport report = report(Status.COMPLETED, List.of(write(1)));
    byte[] part = store.bytes("docs-1/part-00000.jsonl.gz");
    store.tamper("docs-1/part-00000.jsonl.gz", new byte[part.length - 1]);
    assertKind(FailureKind.CORRUPT, () -> job.complete(report));
    store.delete("docs-1/part-00000.jsonl.gz");
    assertKind(FailureKind.CORRUPT, () -> job.complete(report));
    assertThat(store.list("docs/exports/", "", 9)).isEmpty();

    assertThat(write(2).records()).isEqualTo(report.records());
    LinesImport.read(store, ITEM.folder(), (_, _) -> {});
  }

  @Test
  void an_export_that_was_said_to_be_whole_and_failed_all_the_same_has_failed() throws Exception {
    ExportReport completed = report(Status.COMPLETED, List.of(write(1)));
    job.complete(completed);
    ExportStatus status = new ExportStatus(store, "docs/exports/", RUN.id());
    assertThat(status.read().status()).isEqualTo(Status.COMPLETED);
    job.abandon(new ExportEnd(RUN, List.of(ITEM), report(Status.FAILED, List.of())));
    assertThat(status.read().status()).isEqualTo(Status.FAILED);
    assertThat(store.list("docs/exports/", "", 9))
        .extracting(listed -> listed.key())
        .noneMatch(key -> key.endsWith("completed.json"));
    assertThat(store.calls)
        .containsSubsequence(
            "delete docs/exports/status/" + RUN.id() + "/completed.json",
            "delete docs-1/export.json");

    status.end(completed);
    assertThat(status.read().status()).isEqualTo(Status.FAILED);
  }

  private Exported write(int attempt) throws DrillbookException, InterruptedException {
    return job.write(new ThreeRecords(), ITEM, attempt, _ -> {});
  }

  private List<String> names() throws DrillbookException, InterruptedException {
    return store.list(ITEM.folder(), "", 100).stream()
        .map(listed -> listed.key().substring(ITEM.folder().length()))
        .toList();
  }

  private static ExportReport report(Status status, List<Exported> exported) {
    long records = exported.stream().mapToLong(Exported::records).sum();
    return new ExportReport(
        RUN.id(), status, "docs", "", "jsonl.gz", "drillbook", "", 1, exported, records, 0, "", 1);
  }

  private static void assertKind(FailureKind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  /** A collection of three records. */
  private static final class ThreeRecords implements ExportRecords {
    private static final CollectionSchema SCHEMA =
        new CollectionSchema(
            new CollectionName(List.of(), "docs"),
            RecordLayout.dense(new VectorField("", ElementType.F32, 2, false)),
            "integer",
            List.of(),
            List.of(CollectionSchema.NO_TENANT),
            List.of(),
            Map.of());

    @Override
    public List<CollectionSchema> collections(List<String> names) {
      return List.of(SCHEMA);
    }

    @Override
    public ExportFolder write(CollectionSchema schema, Sink sink)
        throws DrillbookException, InterruptedException {
      RecordBatch batch = new RecordBatch(schema.layout());
      for (int i = 0; i < 3; i++) {
        batch.ids().add(RecordId.of(i));
        batch.vectors().getFirst().add(new float[] {i, 0.5f}, 0, 2);
        batch.endRecord();
      }
      try (CollectionExport export = sink.open(new ExportSource("memory", "", TIME, schema))) {
        export.write(batch);
        return export.finish();
      }
    }
  }

  /** A store that notes what it is told, fails at one call, or lets something happen before one. */
  private static final class HookedStore extends MemoryArtifactStore {
    private final List<String> calls = new ArrayList<>();
    private String failing = "";
    private String hooked = "";
    private Hook hook = () -> {};

    /** What happens. */
    @FunctionalInterface
    interface Hook {
      void run() throws DrillbookException, InterruptedException;
    }

    private void call(String call) throws DrillbookException, InterruptedException {
      calls.add(call);
      if (call.equals(failing)) {
        throw new DrillbookException(FailureKind.DENIED, call + ": refused");
      }
      if (call.equals(hooked)) {
        hooked = "";
        hook.run();
      }
    }

    @Override
    public ArtifactWriter write(String key) throws DrillbookException, InterruptedException {
      call("write " + key);
      return super.write(key);
    }

    @Override
    public Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException {
      call("put " + key);
      return super.putNew(key, bytes);
    }

    @Override
    public boolean delete(String key) throws DrillbookException, InterruptedException {
      call("delete " + key);
      return super.delete(key);
    }
  }
}
