package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.archive.Keys;
import drillbook.archive.PartId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.EngineRun;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Segment;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.LocalS3;
import drillbook.localserver.RealServers;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.restore.RestoreMode;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.store.Stores;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import drillbook.verify.VerifyReport;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Losses that no engine and no store tells of, each made to happen; named by their number. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SilentLossIT {
  private static final int DIMENSION = 16;
  private static final int RECORDS = 400;

  @TempDir Path folder;

  @Test
  void sl_27_chroma_a_lost_record_is_named() throws Exception {
    aLostRecordIsNamed("chroma");
  }

  @Test
  void sl_27_pgvector_a_lost_record_is_named() throws Exception {
    aLostRecordIsNamed("pgvector");
  }

  private void aLostRecordIsNamed(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      TestingRestore restore = scratchOf(run);
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);

      run.delete(restore.destination(0), 17, 1);

      List<Check> checks = restore.checks();
      assertThat(Verdict.of(checks)).isEqualTo(Verdict.FAILED);
      assertFound(checks, FindingCode.COUNT_MISMATCH, "399", "400");
      assertFound(
          checks,
          FindingCode.RECORD_DIGEST_MISMATCH,
          "1 lost, 0 added, 0 changed",
          "lost 'record-17'");
    }
  }

  @Test
  void sl_27_chroma_a_changed_last_bit_is_named() throws Exception {
    aChangedLastBitIsNamed("chroma");
  }

  @Test
  void sl_27_pgvector_a_changed_last_bit_is_named() throws Exception {
    aChangedLastBitIsNamed("pgvector");
  }

  private void aChangedLastBitIsNamed(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      TestingRestore restore = scratchOf(run);
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);

      changeLastBit(run, restore.destination(0), "record-23");

      List<Check> checks = restore.checks();
      assertThat(Verdict.of(checks)).isEqualTo(Verdict.FAILED);
      assertThat(TestingRestore.check(checks, "count").result()).isEqualTo(Check.Result.PASSED);
      assertFound(
          checks,
          FindingCode.RECORD_DIGEST_MISMATCH,
          "0 lost, 0 added, 1 changed",
          "changed 'record-23'");
    }
  }

  @Test
  void sl_27_chroma_a_swapped_record_is_named_though_counts_agree() throws Exception {
    aSwappedRecordIsNamed("chroma");
  }

  @Test
  void sl_27_pgvector_a_swapped_record_is_named_though_counts_agree() throws Exception {
    aSwappedRecordIsNamed("pgvector");
  }

  private void aSwappedRecordIsNamed(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      TestingRestore restore = scratchOf(run);
      CollectionName name = restore.destination(0);
      run.write(run.engine().control().schema(name), "", 5000, 1, 1);
      List<Check> added = restore.checks();
      assertFound(added, FindingCode.COUNT_MISMATCH, "401", "400");
      assertFound(
          added,
          FindingCode.RECORD_DIGEST_MISMATCH,
          "0 lost, 1 added, 0 changed",
          "added 'record-5000'");

      run.delete(name, 31, 1);

      List<Check> checks = restore.checks();
      assertThat(Verdict.of(checks)).isEqualTo(Verdict.FAILED);
      assertThat(TestingRestore.check(checks, "count").result()).isEqualTo(Check.Result.PASSED);
      assertFound(
          checks,
          FindingCode.RECORD_DIGEST_MISMATCH,
          "1 lost, 1 added, 0 changed",
          "lost 'record-31'",
          "added 'record-5000'");
    }
  }

  private TestingRestore scratchOf(EngineRun run) throws Exception {
    run.write(run.create("docs", DIMENSION), "", 0, RECORDS, 1);
    run.backup(BackupKind.FULL);
    return TestingRestore.scratch(run);
  }

  private static void changeLastBit(EngineRun run, CollectionName name, String id)
      throws Exception {
    CollectionSchema schema = run.engine().control().schema(name);
    RecordBatch changed = new RecordBatch(schema.layout());
    run.engine()
        .records()
        .fetch(
            schema,
            "",
            List.of(RecordId.of(id)),
            (batch, cursor) -> {
              float[] vector = new float[DIMENSION];
              batch.vectors().getFirst().get(0, vector);
              vector[3] = Math.nextUp(vector[3]);
              changed.ids().add(batch.ids().get(0));
              changed.vectors().getFirst().add(vector, 0, DIMENSION);
              changed.payloads().add(batch.payloads().get(0));
              changed.endRecord();
            });
    assertThat(changed.size()).isEqualTo(1);
    try (RecordWriter writer = run.engine().records().writer(schema, "")) {
      writer.write(changed);
    }
  }

  @Test
  void sl_28_pgvector_a_dropped_index_is_found() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      TestingRestore restore = scratchOf(run);
      String table = EngineRun.quoted(restore.destination(0));
      EngineRun.sql("DROP INDEX " + vectorIndex(table));

      List<Check> checks = restore.checks();

      assertThat(Verdict.of(checks)).isEqualTo(Verdict.FAILED);
      assertThat(TestingRestore.check(checks, "count").result()).isEqualTo(Check.Result.PASSED);
      assertThat(TestingRestore.check(checks, "record-digest").result())
          .isEqualTo(Check.Result.PASSED);
      assertFound(checks, FindingCode.INDEX_NOT_READY, "index is missing", "hnsw");
      assertFound(checks, FindingCode.INDEX_MISMATCH, "found []");
    }
  }

  @Test
  void sl_28_pgvector_an_index_under_way_is_not_ready_and_the_step_waits_for_it() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      TestingRestore restore = scratchOf(run);
      String table = EngineRun.quoted(restore.destination(0));
      String definition =
          EngineRun.query("SELECT pg_get_indexdef('" + vectorIndex(table) + "'::regclass)")
              .getFirst();
      EngineRun.sql("DROP INDEX " + vectorIndex(table));
      FutureTask<Boolean> build =
          new FutureTask<>(() -> {
            EngineRun.sql(definition.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY"));
            return true;
          });
      FutureTask<Boolean> step =
          new FutureTask<>(() -> {
            restore.index();
            return true;
          });
      // A build beside writers does not end before the writers that it met.
      try (Connection writer = RealServers.postgres(LocalPostgres.Version.PG18).connect();
          Statement statement = writer.createStatement()) {
        writer.setAutoCommit(false);
        statement.execute("DELETE FROM " + table + " WHERE false");
        Thread.ofPlatform().start(build);
        awaitBuild(table);

        List<Check> checks = restore.checks();

        assertThat(Verdict.of(checks)).isEqualTo(Verdict.FAILED);
        assertThat(TestingRestore.check(checks, "count").result()).isEqualTo(Check.Result.PASSED);
        assertFound(checks, FindingCode.INDEX_NOT_READY, "still being built");
        Thread.ofPlatform().start(step);
        Thread.sleep(1000);
        assertThat(step.isDone()).as("the step waits").isFalse();
        writer.rollback();
      }
      assertThat(build.get()).isTrue();
      assertThat(step.get()).isTrue();
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
    }
  }

  private static String vectorIndex(String table) throws Exception {
    return EngineRun.query(
            "SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                + " JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = '"
                + table
                + "'::regclass AND a.amname = 'hnsw'")
        .getFirst();
  }

  private static void awaitBuild(String table) throws Exception {
    while (EngineRun.query(
            "SELECT pid FROM pg_stat_progress_create_index WHERE relid = '"
                + table
                + "'::regclass AND phase LIKE 'waiting%'")
        .isEmpty()) {
      Thread.sleep(20);
    }
  }

  @Test
  void sl_29_chroma_a_size_that_the_data_does_not_explain_is_found() throws Exception {
    aSizeThatTheDataDoesNotExplainIsFound("chroma");
  }

  @Test
  void sl_29_pgvector_a_size_that_the_data_does_not_explain_is_found() throws Exception {
    aSizeThatTheDataDoesNotExplainIsFound("pgvector");
  }

  private void aSizeThatTheDataDoesNotExplainIsFound(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      run.padding(1000);
      CollectionSchema docs = run.create("docs", DIMENSION);
      CollectionSchema small = run.create("small", DIMENSION);
      run.write(docs, "", 0, 3000, 1);
      run.write(small, "", 0, 200, 1);
      Check first = size(run, run.backup(BackupKind.FULL));
      assertThat(first.result()).isEqualTo(Check.Result.NOT_APPLICABLE);
      run.delete(small.name(), 20, 180);
      run.write(docs, "", 0, 3000, 2);
      Check rewritten = size(run, run.backup(BackupKind.FULL));
      assertThat(rewritten.result()).as("below the floor, or of the same size").isEqualTo(PASSED);

      run.padding(2200);
      run.write(docs, "", 0, 3000, 1);
      Check otherKind = size(run, run.backup(BackupKind.INCREMENTAL));
      assertThat(otherKind.result()).isEqualTo(Check.Result.NOT_APPLICABLE);
      Check doubled = size(run, run.backup(BackupKind.FULL));
      assertThat(doubled.findings())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(FindingCode.SIZE_DELTA);
            assertThat(finding.message())
                .contains("logical bytes", "+")
                .doesNotContain("collection 1");
          });

      run.delete(docs.name(), 300, 2700);
      Check shrunk = size(run, run.backup(BackupKind.FULL));
      assertThat(shrunk.findings())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(FindingCode.SIZE_DELTA);
            assertThat(finding.message()).contains("(-90 %)").doesNotContain("collection 1");
          });
    }
  }

  @Test
  void sl_29_pgvector_a_bloated_table_is_no_finding() throws Exception {
    try (EngineRun run = EngineRun.of("pgvector", folder)) {
      run.padding(1000);
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, 2000, 1);
      run.backup(BackupKind.FULL);
      String table = EngineRun.quoted(docs.name());
      long before = tableBytes(table);
      for (int i = 0; i < 3; i++) {
        EngineRun.sql("UPDATE " + table + " SET id = id");
      }
      assertThat(tableBytes(table)).isGreaterThan(before * 3 / 2);

      assertThat(size(run, run.backup(BackupKind.FULL)).result()).isEqualTo(PASSED);
    }
  }

  private static final Check.Result PASSED = Check.Result.PASSED;

  private static long tableBytes(String table) throws Exception {
    return Long.parseLong(
        EngineRun.query("SELECT pg_total_relation_size('" + table + "')").getFirst());
  }

  private static Check size(EngineRun run, BackupReport report) throws Exception {
    return TestingRestore.check(verify(run, report).checks(), "size-delta");
  }

  @Test
  void sl_30_chroma_what_happened_to_a_segment_is_found() throws Exception {
    whatHappenedToASegmentIsFound("chroma");
  }

  @Test
  void sl_30_pgvector_what_happened_to_a_segment_is_found() throws Exception {
    whatHappenedToASegmentIsFound("pgvector");
  }

  private void whatHappenedToASegmentIsFound(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      run.write(run.create("docs", DIMENSION), "", 0, RECORDS, 1);
      BackupReport other = run.backup(BackupKind.FULL);
      BackupReport report = run.backupAnew();
      assertThat(verify(run, report).verdict()).isEqualTo(Verdict.PASSED);
      Path segment = file(segment(run, report).key());
      byte[] whole = Files.readAllBytes(segment);
      // The same records, sealed by another backup: only its header tells.
      byte[] others = Files.readAllBytes(file(segment(run, other).key()));
      byte[] flipped = whole.clone();
      flipped[whole.length / 2] ^= 1;

      for (byte[] damaged :
          List.of(Arrays.copyOf(whole, whole.length - 10), new byte[0], others, flipped)) {
        Files.write(segment, damaged);
        assertUnusable(run, report, segment(run, report).key());
      }
      Files.delete(segment);
      assertThat(findings(verify(run, report)))
          .anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo(FindingCode.ARTIFACT_MISSING);
            assertThat(finding.message()).contains(segment(run, report).key());
          });
      Files.write(segment, whole);
      assertThat(verify(run, report).verdict()).isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void sl_30_chroma_a_manifest_that_is_gone_or_another_backups_is_found() throws Exception {
    aManifestThatIsGoneOrAnothersIsFound("chroma");
  }

  @Test
  void sl_30_pgvector_a_manifest_that_is_gone_or_another_backups_is_found() throws Exception {
    aManifestThatIsGoneOrAnothersIsFound("pgvector");
  }

  private void aManifestThatIsGoneOrAnothersIsFound(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", DIMENSION);
      run.write(docs, "", 0, RECORDS, 1);
      BackupReport first = run.backup(BackupKind.FULL);
      run.write(docs, "", 0, 10, 2);
      BackupReport second = run.backup(BackupKind.FULL);
      Path manifest = file(second.manifestKey());

      Files.copy(file(first.manifestKey()), manifest, StandardCopyOption.REPLACE_EXISTING);
      assertThat(findings(verify(run, second)))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(FindingCode.MANIFEST_NOT_AUTHENTIC);
            assertThat(finding.message()).contains(first.backupId(), second.backupId());
          });
      assertThat(latest(run)).isEqualTo(first.backupId());

      Files.delete(manifest);
      assertThat(run.archive().ids()).containsExactly(first.backupId());
      assertThat(latest(run)).isEqualTo(first.backupId());
      assertThatThrownBy(() -> verify(run, second))
          .isInstanceOfSatisfying(
              DrillbookException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.NOT_FOUND);
                assertThat(e.getMessage()).contains(second.backupId());
              });
    }
  }

  @Test
  void sl_30_s3_what_happened_to_a_segment_is_found() throws Exception {
    LocalS3 s3 = RealServers.s3();
    s3.createBucket("losses");
    ArtifactStore store =
        Stores.open(
            new StoreAddress(
                "s3://losses/" + folder.getFileName().toString().toLowerCase(java.util.Locale.ROOT),
                Map.of("endpoint", s3.url()),
                s3.accessKey(),
                s3.secretKey()));
    try (EngineRun run = EngineRun.of("pgvector", folder, store)) {
      run.write(run.create("docs", DIMENSION), "", 0, RECORDS, 1);
      BackupReport other = run.backup(BackupKind.FULL);
      BackupReport report = run.backupAnew();
      assertThat(verify(run, report).verdict()).isEqualTo(Verdict.PASSED);
      String key = segment(run, report).key();
      byte[] whole = bytes(store, key);
      byte[] others = bytes(store, segment(run, other).key());

      for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length - 10), others)) {
        store.delete(key);
        store.putNew(key, damaged);
        assertUnusable(run, report, key);
      }
      store.delete(report.manifestKey());
      assertThat(run.archive().ids()).containsExactly(other.backupId());
    }
  }

  private static byte[] bytes(ArtifactStore store, String key) throws Exception {
    try (InputStream in = store.read(key, 0, -1)) {
      return in.readAllBytes();
    }
  }

  /** Fails unless verification names a segment, and a restore of it leaves nothing behind. */
  private static void assertUnusable(EngineRun run, BackupReport report, String key)
      throws Exception {
    VerifyReport verified = verify(run, report);
    assertThat(verified.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(findings(verified))
        .anySatisfy(finding -> {
          assertThat(finding.code()).isEqualTo(FindingCode.ARTIFACT_CORRUPT);
          assertThat(finding.message()).contains(key);
        });
    List<CollectionName> before = run.own();
    TestingRestore restore =
        TestingRestore.planned(run, run, TestingRestore.request(run, run, RestoreMode.SCRATCH));
    DrillbookException thrown = catchThrowableOfType(DrillbookException.class, restore::load);
    assertThat(thrown).as("the restore of a damaged segment").isNotNull();
    assertThat(thrown.kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(thrown).hasMessageContaining(key);
    restore.drop();
    assertThat(run.own()).isEqualTo(before);
  }

  private static String latest(EngineRun run) throws Exception {
    return TestingRestore.planned(run, run, TestingRestore.request(run, run, RestoreMode.SCRATCH))
        .plan()
        .backupId();
  }

  private static Segment segment(EngineRun run, BackupReport report) throws Exception {
    return run.archive().open(report.backupId()).segments(new PartId(0, 0)).values().stream()
        .filter(segment -> segment.key().startsWith(Keys.backups(run.target().name())))
        .findFirst()
        .orElseThrow();
  }

  private Path file(String key) {
    return folder.resolve("store").resolve(key);
  }

  private static VerifyReport verify(EngineRun run, BackupReport report) throws Exception {
    return new BackupVerification(run.archive(), run.scratch(), sentence -> {})
        .verify(report.backupId(), SizeRule.DEFAULT);
  }

  private static List<Finding> findings(VerifyReport report) {
    return TestingRestore.findings(report.checks());
  }

  private static void assertFound(List<Check> checks, FindingCode code, String... words) {
    assertThat(TestingRestore.findings(checks))
        .anySatisfy(finding -> {
          assertThat(finding.code()).isEqualTo(code);
          assertThat(finding.message()).contains(words);
        });
  }
}
