package drillbook.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.bisect.BisectReport;
import drillbook.bisect.BisectRequest;
import drillbook.bisect.BisectWorkflow;
import drillbook.bisect.BisectWorkflowImpl;
import drillbook.capture.EngineRun;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.difference.BackupDifference.Example;
import drillbook.drill.DrillReport;
import drillbook.drill.DrillRequest;
import drillbook.drill.DrillWorkflow;
import drillbook.drill.DrillWorkflowImpl;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.inmemory.CancelGuard;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.target.Targets;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Since when backups do not come back, asked of a real engine and a damaged store. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BisectIT {
  private static final String QUEUE = "bisect";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void the_backup_whose_segment_was_damaged_is_found(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", 8);
      run.write(docs, "", 0, 200, 1);
      List<BackupReport> backups = new ArrayList<>();
      backups.add(run.backup(BackupKind.FULL));
      for (int i = 1; i < 7; i++) {
        run.write(docs, "", 1000 * i, 3, 1);
        backups.add(run.backup(BackupKind.INCREMENTAL));
      }
      damage(run, backups.get(4));
      Surroundings surroundings = surroundings(run);
      try (TestWorkflowEnvironment temporal =
          TestWorkflowEnvironment.newInstance(
              TestEnvironmentOptions.newBuilder()
                  .setWorkflowServiceStubsOptions(new CancelGuard().stubs())
                  .build())) {
        Worker queue = temporal.newWorker(QUEUE);
        queue.registerWorkflowImplementationTypes(
            DrillWorkflowImpl.class, BisectWorkflowImpl.class);
        queue.registerActivitiesImplementations(Activities.of(surroundings).toArray());
        temporal.start();
        WorkflowOptions options = WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build();
        var client = temporal.getWorkflowClient();
        DrillWorkflow drill = client.newWorkflowStub(DrillWorkflow.class, options);
        Throwable failure = catchThrowable(() -> drill.drill(DrillRequest.of(run.target().name())));
        assertThat(WorkflowFailures.kind(failure)).isEqualTo(FailureKind.CORRUPT);

        BisectReport report =
            client
                .newWorkflowStub(BisectWorkflow.class, options)
                .bisect(new BisectRequest(run.target().name(), null, null, 0));

        assertThat(report.good()).isEqualTo(backups.get(3).backupId());
        assertThat(report.bad()).isEqualTo(backups.get(4).backupId());
        assertThat(report.untried()).isZero();
        assertThat(report.probes()).hasSizeLessThanOrEqualTo(3);
        assertThat(report.finding().code()).isEqualTo(FindingCode.BAD_SINCE);
        assertThat(report.finding().message()).contains("3 records were added, 0 changed");
        assertThat(run.own()).as("no scratch is left").containsExactly(docs.name());

        // The good one is proven now, which a restore's "latest" goes by.
        DrillWorkflow again = client.newWorkflowStub(DrillWorkflow.class, options);
        DrillReport proven =
            again.drill(
                new DrillRequest(run.target().name(), report.good(), null, null, null, 0, 0));
        assertThat(proven.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(proven.baseline().drills()).as("probes make no baseline").isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma"})
  void the_search_ends_at_what_a_drill_has_proven_and_names_what_differs(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", 8);
      run.write(docs, "", 0, 100, 1);
      List<BackupReport> backups = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        run.write(docs, "", 50, 1, 2 + i);
        backups.add(run.backup(i == 0 ? BackupKind.FULL : BackupKind.INCREMENTAL));
      }
      Surroundings surroundings = surroundings(run);
      try (TestWorkflowEnvironment temporal =
          TestWorkflowEnvironment.newInstance(
              TestEnvironmentOptions.newBuilder()
                  .setWorkflowServiceStubsOptions(new CancelGuard().stubs())
                  .build())) {
        Worker queue = temporal.newWorker(QUEUE);
        queue.registerWorkflowImplementationTypes(
            DrillWorkflowImpl.class, BisectWorkflowImpl.class);
        queue.registerActivitiesImplementations(Activities.of(surroundings).toArray());
        temporal.start();
        WorkflowOptions options = WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build();
        var client = temporal.getWorkflowClient();
        String proven = backups.get(2).backupId();
        client
            .newWorkflowStub(DrillWorkflow.class, options)
            .drill(new DrillRequest(run.target().name(), proven, null, null, null, 0, 0));

        BisectReport report =
            client
                .newWorkflowStub(BisectWorkflow.class, options)
                .bisect(new BisectRequest(run.target().name(), backups.get(3).backupId(), null, 0));

        assertThat(report.probes()).hasSize(1);
        assertThat(report.good()).isEqualTo(proven);
        assertThat(report.difference()).hasSize(1);
        assertThat(report.difference().getFirst().examples())
            .extracting(Example::id)
            .containsExactly("record-50");
        assertThat(report.finding().message()).contains("1 changed", "'record-50'");
      }
    }
  }

  /** Flips a bit in the middle of the first segment that a backup wrote. */
  private void damage(EngineRun run, BackupReport backup) throws Exception {
    String prefix = Keys.backup(run.target().name(), backup.backupId()) + "c0/";
    Listed segment =
        run.store().list(prefix, "", 100).stream()
            .filter(listed -> listed.key().matches(".*/[0-9]{14}-[0-9a-f]{16}"))
            .findFirst()
            .orElseThrow();
    Path file = folder.resolve("store").resolve(segment.key());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    file.toFile().setWritable(true);
    Files.write(file, bytes);
  }

  private Surroundings surroundings(EngineRun run) throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    return new Surroundings(
        new OneTarget(run.target(), StoreAddress.folder(folder.resolve("store"))),
        key,
        TrustedKeys.ofKeys(List.of(key.publicKey())),
        run.scratch(),
        InstantSource.system());
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
}
