package drillbook.capture;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureRun;
import drillbook.check.Verdict;
import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.EngineProfile;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.manifest.Manifest;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which tenants of a table a capture takes, on the real engine that has tenants within. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TenantsIT {
  @TempDir Path folder;

  @Test
  void a_target_may_mean_some_tenants_of_a_table() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = run.create("docs", 16, "acme", "beta");
      run.write(docs, "acme", 0, 40, 1);
      run.write(docs, "beta", 0, 50, 2);
      run.tenants("beta");

      BackupReport report = run.backup(BackupKind.FULL);

      assertThat(report.records()).isEqualTo(50);
      assertThat(run.manifest(report).parts()).hasSize(1);
      assertThat(
              new BackupVerification(run.archive(), run.scratch(), sentence -> {})
                  .verify(report.backupId(), SizeRule.DEFAULT)
                  .verdict())
          .isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void a_tenant_that_comes_before_the_snapshot_is_captured() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      CollectionSchema docs = run.create("docs", 16, "acme", "beta");
      run.write(docs, "acme", 0, 40, 1);
      CaptureRun backup = run.begin(BackupKind.FULL);
      TargetCapture capture =
          run.capture(new Meanwhile(run.engine(), () -> run.write(docs, "late", 0, 30, 3)));

      BackupReport report;
      try (TargetCapture.Held held = capture.hold(backup, 0)) {
        run.ranges(capture, backup, held.opened());
        report = run.seal(backup, held.opened(), 70);
      }

      assertThat(run.manifest(report).parts())
          .extracting(Manifest.Part::count)
          .containsExactlyInAnyOrder(40L, 0L, 30L);
    }
  }

  /** What others do. */
  private interface Others {
    void act() throws Exception;
  }

  /** Lets others act after the schemas were read and before the capture begins. */
  private record Meanwhile(Engine engine, Others others) implements Engine, Records {
    @Override
    public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
        throws DrillbookException, InterruptedException {
      try {
        others.act();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return engine.records().begin(collections, notes);
    }

    @Override
    public void read(
        CaptureToken token,
        CaptureToken.Range range,
        String cursor,
        CaptureNotes notes,
        BatchConsumer consumer)
        throws DrillbookException, InterruptedException {
      engine.records().read(token, range, cursor, notes, consumer);
    }

    @Override
    public void fetch(
        CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
        throws DrillbookException, InterruptedException {
      engine.records().fetch(schema, tenant, ids, consumer);
    }

    @Override
    public RecordWriter writer(CollectionSchema schema, String tenant)
        throws DrillbookException, InterruptedException {
      return engine.records().writer(schema, tenant);
    }

    @Override
    public EngineProfile profile() {
      return engine.profile();
    }

    @Override
    public Control control() {
      return engine.control();
    }

    @Override
    public Records records() {
      return this;
    }

    @Override
    public void close() {
      // The engine belongs to the run.
    }
  }
}
