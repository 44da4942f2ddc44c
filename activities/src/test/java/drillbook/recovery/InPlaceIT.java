package drillbook.recovery;

import static drillbook.recovery.RecoveryIT.putInTheWay;
import static drillbook.recovery.RecoveryIT.refusal;
import static drillbook.recovery.RecoveryIT.restored;
import static org.assertj.core.api.Assertions.assertThat;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.capture.EngineRun;
import drillbook.check.Check;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.IndexState;
import drillbook.engine.SeenRecords;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.inmemory.CancelGuard;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreActivities;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreReport;
import drillbook.restore.RestoreRequest;
import drillbook.restore.RestoreRun;
import drillbook.restore.RestoreWorkflow;
import drillbook.restore.RestoreWorkflowImpl;
import drillbook.restore.Step;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.target.Targets;
import drillbook.worker.JournalWorker;
import drillbook.worker.RestoreWorker;
import drillbook.worker.Surroundings;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores in the place of live collections, and what keeps these from being replaced. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InPlaceIT {
  private static final String QUEUE = "in-place";
  private static final int DIMENSION = 16;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_failed_check_leaves_the_live_collection_alone(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 200, 1);
      SeenRecords sealed = run.contents(docs.name());
      run.backup(BackupKind.FULL);
      run.write(docs, "", 0, 50, 2);
      SeenRecords live = run.contents(docs.name());

      RestoreReport failed = restore(run, true);

      assertThat(failed.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(TestingRestore.findings(failed.checks()))
          .anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo(FindingCode.RECORD_DIGEST_MISMATCH);
            assertThat(finding.message()).contains("lost 'record-7'");
          });
      run.contents(docs.name()).requireSame(live);
      assertThat(run.own()).as("what failed is kept, to be looked at").hasSize(2);

      RestoreReport passed = restore(run, false);

      assertThat(passed.verdict()).isEqualTo(Verdict.PASSED);
      run.contents(docs.name()).requireSame(sealed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void in_place_replaces_what_was_confirmed_and_nothing_else(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 300, 1);
      SeenRecords sealed = run.contents(docs.name());
      run.backup(BackupKind.FULL);
      run.write(docs, "", 100, 300, 2);
      run.delete(docs.name(), 0, 30);
      SeenRecords damaged = run.contents(docs.name());
      List<CollectionName> own = run.own();
      for (String confirm : List.of("", "on-another")) {
        DrillbookException refused =
            refusal(() -> TestingRestore.planned(run, run, inPlace(run, confirm)));
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused).hasMessageContaining("was not confirmed");
        assertThat(refused.hint()).contains("--confirm on-" + engine);
      }
      assertThat(run.own()).isEqualTo(own);
      assertThat(intents(run)).isEmpty();

      TestingRestore restore = restored(run, RestoreMode.IN_PLACE);
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      run.contents(docs.name()).requireSame(damaged);
      restore.cutOver();

      run.contents(docs.name()).requireSame(sealed);
      assertThat(run.own()).isEqualTo(own);
      CollectionSchema live = run.engine().control().schema(docs.name());
      assertThat(live.indexes()).isEqualTo(docs.indexes());
      assertThat(run.engine().control().indexState(docs)).isInstanceOf(IndexState.Ready.class);
      // A worker that was lost after the change is asked again, and a failed run is cleaned up.
      restore.cutOver();
      restore.drop();
      run.contents(docs.name()).requireSame(sealed);
      assertThat(run.own()).isEqualTo(own);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void in_place_replaces_all_collections_or_none(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      List<CollectionSchema> schemas = new ArrayList<>();
      List<SeenRecords> live = new ArrayList<>();
      for (String name : List.of("first", "second")) {
        CollectionSchema schema = run.create(name, DIMENSION);
        run.write(schema, "", 0, 50, 1);
        schemas.add(schema);
      }
      run.backup(BackupKind.FULL);
      for (CollectionSchema schema : schemas) {
        run.write(schema, "", 20, 100, 2);
        live.add(run.contents(schema.name()));
      }
      TestingRestore restore = restored(run, RestoreMode.IN_PLACE);
      CollectionName taken =
          restore.destination(1).named(restore.destination(1).name() + Recovery.ASIDE);
      run.engine().control().create(schemas.getFirst().named(taken));

      assertThat(refusal(restore::cutOver).kind()).isEqualTo(FailureKind.CONFLICT);
      restore.drop();

      for (int i = 0; i < 2; i++) {
        run.contents(schemas.get(i).name()).requireSame(live.get(i));
      }
      assertThat(run.own())
          .containsExactlyInAnyOrder(schemas.get(0).name(), schemas.get(1).name(), taken);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void in_place_takes_over_from_a_collection_of_another_dimension(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 100, 1);
      SeenRecords sealed = run.contents(docs.name());
      run.backup(BackupKind.FULL);
      putInTheWay(run, docs.name());

      TestingRestore restore = restored(run, RestoreMode.IN_PLACE);
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      restore.cutOver();

      run.contents(docs.name()).requireSame(sealed);
    }
  }

  private static RestoreRequest inPlace(EngineRun run, String confirm) {
    return new RestoreRequest(
        run.target().name(), null, RestoreMode.IN_PLACE, null, null, null, confirm, false, false);
  }

  private static List<ArtifactStore.Listed> intents(EngineRun run) throws Exception {
    return run.store().list(Keys.intents(run.target().name()), "", 10);
  }

  private RestoreReport restore(EngineRun run, boolean losing) throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    Surroundings surroundings =
        new Surroundings(
            new OneTarget(run.target(), StoreAddress.folder(folder.resolve("store"))),
            key,
            TrustedKeys.ofKeys(List.of(key.publicKey())),
            run.scratch(),
            InstantSource.system());
    RestoreWorker worker = new RestoreWorker(surroundings);
    try (TestWorkflowEnvironment temporal =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setWorkflowServiceStubsOptions(new CancelGuard().stubs())
                .build())) {
      var queue = temporal.newWorker(QUEUE);
      queue.registerWorkflowImplementationTypes(RestoreWorkflowImpl.class);
      queue.registerActivitiesImplementations(
          losing ? new LosingRestore(worker, run) : worker, new JournalWorker(surroundings));
      temporal.start();
      return temporal
          .getWorkflowClient()
          .newWorkflowStub(
              RestoreWorkflow.class, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build())
          .restore(TestingRestore.request(run, run, RestoreMode.IN_PLACE));
    }
  }

  private record OneTarget(Target target, StoreAddress store) implements Targets {
    @Override
    public Target named(String name) throws DrillbookException {
      if (!name.equals(target.name())) {
        throw new DrillbookException(FailureKind.CONFIGURATION, "no target '" + name + "'");
      }
      return new Target(name, target.address(), target.collections(), target.tenants(), store);
    }

    @Override
    public List<String> names() {
      return List.of(target.name());
    }
  }

  /** Loses one record behind the back of the load. */
  private record LosingRestore(RestoreActivities restore, EngineRun engine)
      implements RestoreActivities {
    @Override
    public RestorePlan plan(RestoreRun run) {
      return restore.plan(run);
    }

    @Override
    public void create(RestoreRun run) {
      restore.create(run);
    }

    @Override
    public LoadReport load(Step step) {
      LoadReport report = restore.load(step);
      try {
        for (CollectionName name : engine.own()) {
          if (name.name().contains("_restored_")) {
            engine.delete(name, 7, 1);
          }
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return report;
    }

    @Override
    public void index(Step step) {
      restore.index(step);
    }

    @Override
    public List<Check> check(Step step) {
      return restore.check(step);
    }

    @Override
    public void cutOver(RestoreRun run) {
      restore.cutOver(run);
    }

    @Override
    public void drop(RestoreRun run) {
      restore.drop(run);
    }

    @Override
    public void forget(RestoreRun run) {
      restore.forget(run);
    }
  }
}
