package drillbook.recovery;

import static drillbook.recovery.RecoveryIT.refusal;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.capture.EngineRun;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.restore.RestoreMode;
import drillbook.store.ArtifactStore.Listed;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where scratch and live collections share an instance, no plan makes a run write to live ones. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GuardedRecoveryIT {
  private static final int DIMENSION = 8;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_plan_that_names_a_live_collection_is_refused_at_every_step(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 100, 1);
      run.backup(BackupKind.FULL);
      run.write(docs, "", 50, 100, 2);
      SeenRecords live = run.contents(docs.name());
      for (RestoreMode mode : List.of(RestoreMode.SCRATCH, RestoreMode.NEW)) {
        TestingRestore restore =
            TestingRestore.planned(run, run, TestingRestore.request(run, run, mode));
        RecoveryPlan.Destination made = plan(run).destinations().getFirst();

        change(run, destination(made, made.schema().named(docs.name()), List.of()));
        refusedAtEveryStep(run, restore);
        change(run, destination(made, made.schema(), List.of(docs.name())));
        refusedAtEveryStep(run, restore);

        run.contents(docs.name()).requireSame(live);
        assertThat(run.own()).containsExactly(docs.name());
        change(run, made);
        restore.drop();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void records_go_to_collections_that_the_run_created_not_only_planned(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 100, 1);
      run.backup(BackupKind.FULL);
      TestingRestore restore =
          TestingRestore.planned(run, run, TestingRestore.request(run, run, RestoreMode.SCRATCH));
      CollectionSchema planned = plan(run).destinations().getFirst().schema();
      // Somebody else's, of the very name that the plan has.
      run.engine().control().create(planned);

      DrillbookException refused = refusal(() -> restore.loadOnly(0));

      assertThat(refused.kind()).isEqualTo(FailureKind.INTERNAL);
      assertThat(refused).hasMessageContainingAll("refused to write", planned.name().path());
      assertThat(run.engine().control().count(planned.name(), "")).isZero();
      restore.drop();
      assertThat(run.own()).contains(planned.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_drill_goes_through_the_guard_and_cleans_up(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 100, 1);
      run.backup(BackupKind.FULL);

      TestingRestore drill = TestingRestore.scratch(run);
      assertThat(drill.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(run.own()).hasSize(2);
      drill.drop();

      assertThat(run.own()).containsExactly(docs.name());
    }
  }

  private static void refusedAtEveryStep(EngineRun run, TestingRestore restore) throws Exception {
    // Whoever changes the plan also says that its collections were made.
    String folder = Keys.work(run.target().name(), restore.run());
    List<String> marks = List.of("asked-0", "made-0");
    for (String mark : marks) {
      run.store().putNew(folder + mark, mark.getBytes(US_ASCII));
    }
    List<ThrowingCallable> steps =
        List.of(
            restore::create,
            () -> restore.loadOnly(0),
            restore::index,
            restore::cutOver,
            restore::drop);
    for (ThrowingCallable step : steps) {
      DrillbookException refused = refusal(step);
      assertThat(refused.kind()).isEqualTo(FailureKind.CORRUPT);
      assertThat(refused).hasMessageContaining("plan of run " + restore.run());
      assertThat(refused.hint()).contains("Somebody changed it");
    }
    for (String mark : marks) {
      run.store().delete(folder + mark);
    }
  }

  private static RecoveryPlan.Destination destination(
      RecoveryPlan.Destination made, CollectionSchema schema, List<CollectionName> replaces) {
    return new RecoveryPlan.Destination(
        made.collection(), schema, made.translated(), replaces, made.aliases());
  }

  private static Listed planFile(EngineRun run) throws Exception {
    return run.store().list(Keys.intents(run.target().name()), "", 100).stream()
        .filter(listed -> listed.key().endsWith(".json"))
        .findFirst()
        .orElseThrow();
  }

  private static RecoveryPlan plan(EngineRun run) throws Exception {
    Listed file = planFile(run);
    return RecoveryPlan.decode(Artifacts.read(run.store(), file.key(), file.bytes()), file.key());
  }

  /** Replaces the plan's only destination, as whoever can write to the store could. */
  private static void change(EngineRun run, RecoveryPlan.Destination destination) throws Exception {
    Listed file = planFile(run);
    RecoveryPlan plan = plan(run);
    run.store().delete(file.key());
    run.store()
        .putNew(
            file.key(),
            new RecoveryPlan(
                    plan.run(), plan.backupId(), List.of(destination), plan.loads(), plan.summary())
                .encode());
  }
}
