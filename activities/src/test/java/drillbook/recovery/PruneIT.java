package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.EngineRun;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.engine.CollectionSchema;
import drillbook.localserver.LocalS3;
import drillbook.localserver.RealServers;
import drillbook.prune.PruneLine;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneResult;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreRequest;
import drillbook.runbook.Retention;
import drillbook.store.ArtifactStore;
import drillbook.store.LocalStore;
import drillbook.store.StoreAddress;
import drillbook.store.Stores;
import drillbook.store.TestingBucket;
import drillbook.store.VersionedStore.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prune of chains of real engines, in folders and in buckets that keep versions and lock. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PruneIT {
  private static final Retention NOTHING = new Retention(Duration.ZERO, 0, 0, 0, 0, 0);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void every_backup_that_stays_comes_back(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder, new LocalStore(folder.resolve("store")))) {
      List<BackupReport> chain = chain(run);
      PruneResult result = TestingPrune.all(run, folder, 4).prunedAll();
      assertThat(result.deleted()).isEqualTo(3);
      assertThat(run.archive().ids()).containsExactlyElementsOf(ids(chain.subList(3, 7)));
      for (String id : run.archive().ids()) {
        assertThat(TestingPrune.verify(run, id).verdict()).as(id).isEqualTo(Verdict.PASSED);
        assertThat(TestingPrune.drill(run, id)).as(id).isEqualTo(Verdict.PASSED);
      }
    }
  }

  @Test
  void what_a_running_restore_reads_stays() throws Exception {
    try (EngineRun run = EngineRun.of("chroma", folder, new LocalStore(folder.resolve("store")))) {
      BackupReport old = chain(run).getFirst();
      TestingRestore restore =
          TestingRestore.planned(
              run,
              run,
              new RestoreRequest(
                  run.target().name(),
                  old.backupId(),
                  RestoreMode.SCRATCH,
                  run.target().name(),
                  null,
                  null,
                  null,
                  false,
                  false));
      restore.create();

      TestingPrune.of(run, folder, NOTHING).prunedAll();

      assertThat(run.archive().ids()).contains(old.backupId());
      restore.load();
      restore.index();
      assertThat(restore.verdict()).isEqualTo(Verdict.PASSED);
      restore.drop();
      restore.forget();
    }
  }

  @Test
  void in_a_bucket_that_keeps_versions_the_versions_go() throws Exception {
    try (TestingBucket bucket = TestingBucket.versioned(RealServers.s3());
        EngineRun run = EngineRun.of("chroma", folder, bucket.store())) {
      List<BackupReport> chain = chain(run);
      // Versions of what stays are nobody's to delete, and markers are no versions.
      String kept = run.manifest(chain.get(5)).catalog().key();
      bucket.overwrite(kept);
      long before = bucket.bytes();

      PrunePlan plan = TestingPrune.all(run, folder, 4).plan();
      PruneResult result = TestingPrune.all(run, folder, 4).delete();

      assertThat(result.bytes()).isEqualTo(plan.bytes());
      assertThat(before - bucket.bytes() + bucket.bytes(plan.key())).isEqualTo(result.bytes());
      assertThat(bucket.versions(Keys.backups(run.target().name())))
          .noneMatch(Version::marker)
          .filteredOn(version -> version.key().equals(kept))
          .hasSize(2);
      assertThat(bucket.versions(Keys.intents(run.target().name()))).isEmpty();
      assertThat(run.archive().ids()).containsExactlyElementsOf(ids(chain.subList(3, 7)));
      String newest = chain.getLast().backupId();
      assertThat(TestingPrune.verify(run, newest).verdict()).isEqualTo(Verdict.PASSED);
      assertThat(TestingPrune.drill(run, newest)).isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void what_is_locked_stays_and_is_told() throws Exception {
    try (TestingBucket bucket = TestingBucket.locking(RealServers.s3());
        EngineRun run = EngineRun.of("chroma", folder, bucket.store())) {
      List<BackupReport> chain = chain(run);
      Instant until = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
      bucket.lock(run.manifest(chain.get(1)).catalog().key(), until);
      bucket.lock(Keys.manifest(run.target().name(), chain.get(2).backupId()), until);

      PrunePlan plan = TestingPrune.all(run, folder, 4).plan();
      PruneResult result = TestingPrune.all(run, folder, 4).delete();

      // The third is locked and rests on the second and the first, so that nothing goes.
      assertThat(plan.doomed()).isZero();
      assertThat(plan.lines())
          .extracting(PruneLine::why)
          .anyMatch(why -> why.startsWith("its manifest is locked until " + until));
      assertThat(result.deleted()).isZero();
      assertThat(run.archive().ids()).hasSize(7);
      assertThat(TestingPrune.verify(run, chain.get(2).backupId()).verdict())
          .isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void an_artifact_under_legal_hold_stays_when_its_backup_goes() throws Exception {
    try (TestingBucket bucket = TestingBucket.locking(RealServers.s3());
        EngineRun run = EngineRun.of("chroma", folder, bucket.store())) {
      List<BackupReport> chain = chain(run);
      String held = run.manifest(chain.get(1)).catalog().key();
      bucket.hold(held, true);

      PruneResult result = TestingPrune.all(run, folder, 4).prunedAll();

      assertThat(result.deleted()).isEqualTo(3);
      assertThat(result.notes()).containsExactly(held + " is under legal hold");
      assertThat(run.archive().ids()).containsExactlyElementsOf(ids(chain.subList(3, 7)));
      assertThat(run.store().list(Keys.backup(run.target().name(), chain.get(1).backupId()), "", 9))
          .extracting(ArtifactStore.Listed::key)
          .contains(held)
          .noneMatch(key -> key.contains("/index-") || key.contains("/segments-"));
      bucket.hold(held, false);
      assertThat(TestingPrune.of(run, folder, NOTHING, run.now().plusSeconds(1)).prunedAll())
          .satisfies(next -> assertThat(next.notes()).isEmpty());
      assertThat(bucket.bytes(held)).isZero();
    }
  }

  @Test
  void what_somebody_deleted_past_us_can_be_got_back_while_the_retention_lasts() throws Exception {
    try (TestingBucket bucket = TestingBucket.versioned(RealServers.s3());
        EngineRun run = EngineRun.of("chroma", folder, bucket.store())) {
      List<BackupReport> chain = chain(run);
      for (ArtifactStore.Listed listed :
          run.store().list(Keys.backups(run.target().name()), "", 10_000)) {
        run.store().delete(listed.key());
      }
      assertThat(run.archive().ids()).isEmpty();

      List<Version> before = bucket.versions(Keys.backups(run.target().name()));

      PruneResult result = TestingPrune.all(run, folder, 24).prunedAll();

      assertThat(bucket.versions(Keys.backups(run.target().name()))).isEqualTo(before);
      assertThat(result.findings())
          .hasSize(7)
          .extracting(Finding::code)
          .containsOnly(FindingCode.ARTIFACT_MISSING);
      bucket.removeMarkers();
      assertThat(run.archive().ids()).containsExactlyElementsOf(ids(chain));
      for (String id : run.archive().ids()) {
        assertThat(TestingPrune.verify(run, id).verdict()).as(id).isEqualTo(Verdict.PASSED);
      }
    }
  }

  @Test
  void what_somebody_deleted_past_us_goes_when_the_retention_is_over() throws Exception {
    try (TestingBucket bucket = TestingBucket.versioned(RealServers.s3());
        EngineRun run = EngineRun.of("chroma", folder, bucket.store())) {
      List<BackupReport> chain = chain(run);
      String gone = chain.get(1).backupId();
      run.store().delete(Keys.manifest(run.target().name(), gone));

      TestingPrune.all(run, folder, 4).prunedAll();

      assertThat(bucket.bytes(Keys.manifest(run.target().name(), gone))).isZero();
      assertThat(TestingPrune.verify(run, chain.getLast().backupId()).verdict())
          .isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void in_a_bucket_without_versions_plain_deletion_does() throws Exception {
    LocalS3 s3 = RealServers.s3();
    s3.createBucket("plain-prune");
    try (ArtifactStore store =
            Stores.open(
                new StoreAddress(
                    "s3://plain-prune/" + folder.getFileName().toString().toLowerCase(Locale.ROOT),
                    Map.of("endpoint", s3.url()),
                    s3.accessKey(),
                    s3.secretKey()));
        EngineRun run = EngineRun.of("chroma", folder, store)) {
      List<BackupReport> chain = chain(run);
      assertThat(TestingPrune.all(run, folder, 4).prunedAll().deleted()).isEqualTo(3);
      assertThat(run.archive().ids()).containsExactlyElementsOf(ids(chain.subList(3, 7)));
      assertThat(TestingPrune.verify(run, chain.getLast().backupId()).verdict())
          .isEqualTo(Verdict.PASSED);
    }
  }

  /** Full, two increments, a full that references, and three increments, an hour apart. */
  private static List<BackupReport> chain(EngineRun run) throws Exception {
    CollectionSchema docs = run.create("docs", 16);
    List<BackupReport> chain = new ArrayList<>();
    run.write(docs, "", 0, 200, 1);
    for (int i = 0; i < 7; i++) {
      chain.add(run.backup(i == 0 || i == 3 ? BackupKind.FULL : BackupKind.INCREMENTAL));
      run.write(docs, "", 20 * i, 15, 2 + i);
    }
    return chain;
  }

  private static List<String> ids(List<BackupReport> reports) {
    return reports.stream().map(BackupReport::backupId).toList();
  }
}
