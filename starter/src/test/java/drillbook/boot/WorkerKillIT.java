package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupReport;
import drillbook.backup.RangeReport;
import drillbook.check.Verdict;
import drillbook.engine.EngineAddress;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreReport;
import drillbook.verify.VerifyReport;
import io.temporal.client.WorkflowStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker is killed in the middle of its work, where nothing of it can clean up, and another one
 * goes on. What the first one finished is in the store and must not be made twice.
 */
final class WorkerKillIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHECKPOINTS = "docs/intents/[^/]+/g0/r[^/]+/[0-9]+\\.json";
  private static final String LOADED = "docs/intents/[^/]+/loaded-0-[0-9]+";
  private static final String SEGMENTS =
      "docs/backups/[^/]+/c[0-9]+/t[0-9]+/[0-9]{14}-[0-9a-f]{16}";

  @TempDir Path folder;

  @Test
  void the_next_worker_reads_no_finished_segment_again() throws Exception {
    EngineAddress chroma =
        TestingCollections.chroma(RealServers.chroma(), "killed-backup", 14_000, 10_000);
    try (TestingSite site = new TestingSite(folder, RealServers.temporal().address())) {
      site.connect(chroma, "killed-backup");
      WorkflowStub backup = site.start("BackupWorkflow", Map.of("target", "docs"));
      JsonNode checkpoint = killAfterFirstCheckpoint(site);
      Map<Path, FileTime> finished = segments(site, checkpoint);
      assertThat(finished).isNotEmpty();

      try (TestingProgram second = site.worker()) {
        BackupReport report = TestingSite.result(backup, BackupReport.class);

        assertThat(report.records()).isEqualTo(14_000);
        assertThat(report.generations()).isEqualTo(1);
        assertThat(site.attempts(backup)).isGreaterThanOrEqualTo(2);
        RangeReport range =
            site.results(backup, "BackupCaptureRange", RangeReport.class).getFirst();
        assertThat(range.resumedSegments()).isEqualTo(finished.size());
        assertThat(range.segments()).isGreaterThan(range.resumedSegments());
        assertThat(range.stored()).isEqualTo(14_000);
        for (Map.Entry<Path, FileTime> segment : finished.entrySet()) {
          assertThat(Files.getLastModifiedTime(segment.getKey())).isEqualTo(segment.getValue());
        }
        assertThat(segmentFiles(site)).hasSize(range.segments()).containsAll(finished.keySet());
        assertVerified(site, 14_000);
        assertThat(second.err()).doesNotContain("ERROR");
      }
    }
  }

  @Test
  void a_snapshot_that_died_with_its_worker_is_taken_anew_and_only_the_rest_is_stored()
      throws Exception {
    EngineAddress postgres =
        TestingCollections.pgvector(
            RealServers.postgres(LocalPostgres.Version.PG18), "killed_backup", 60_000, 3200);
    try (TestingSite site = new TestingSite(folder, RealServers.temporal().address())) {
      site.connect(postgres, "public/killed_backup");
      WorkflowStub backup = site.start("BackupWorkflow", Map.of("target", "docs"));
      JsonNode checkpoint = killAfterFirstCheckpoint(site);
      long storedBefore = checkpoint.get("stored").asLong();
      Map<Path, FileTime> finished = segments(site, checkpoint);
      assertThat(storedBefore).isBetween(1L, 59_999L);

      try (TestingProgram second = site.worker()) {
        BackupReport report = TestingSite.result(backup, BackupReport.class);

        assertThat(report.records()).isEqualTo(60_000);
        assertThat(report.generations()).isGreaterThanOrEqualTo(2);
        List<RangeReport> ranges = site.results(backup, "BackupCaptureRange", RangeReport.class);
        assertThat(ranges.stream().mapToLong(RangeReport::records).sum()).isEqualTo(60_000);
        assertThat(ranges.stream().mapToLong(RangeReport::stored).sum())
            .as("what the first snapshot's segments hold is not stored again")
            .isEqualTo(60_000 - storedBefore);
        for (Map.Entry<Path, FileTime> segment : finished.entrySet()) {
          assertThat(Files.getLastModifiedTime(segment.getKey())).isEqualTo(segment.getValue());
        }
        assertThat(segmentFiles(site))
            .hasSize(finished.size() + ranges.stream().mapToInt(RangeReport::segments).sum());
        assertVerified(site, 60_000);
        assertThat(second.err()).doesNotContain("ERROR");
      }
    }
  }

  @Test
  void a_load_into_pgvector_goes_on_where_the_killed_worker_was() throws Exception {
    EngineAddress postgres =
        TestingCollections.pgvector(
            RealServers.postgres(LocalPostgres.Version.PG18), "killed_restore", 60_000, 3200);
    restoreOverAKill(postgres, "public/killed_restore", 60_000);
  }

  @Test
  void a_load_into_chroma_goes_on_where_the_killed_worker_was() throws Exception {
    EngineAddress chroma =
        TestingCollections.chroma(RealServers.chroma(), "killed-restore", 10_000, 10_000);
    restoreOverAKill(chroma, "killed-restore", 10_000);
  }

  private void restoreOverAKill(EngineAddress engine, String collection, long records)
      throws Exception {
    try (TestingSite site = new TestingSite(folder, RealServers.temporal().address())) {
      site.connect(engine, collection);
      WorkflowStub restore;
      try (TestingProgram first = site.worker()) {
        TestingSite.result(
            site.start("BackupWorkflow", Map.of("target", "docs")), BackupReport.class);
        assertVerified(site, records);
        restore = site.start("RestoreWorkflow", Map.of("target", "docs"));
        first.awaitOrEnd(() -> !site.stored(LOADED).isEmpty());
        first.kill();
      }
      int loaded = site.stored(LOADED).size();
      assertThat(loaded)
          .as("segments loaded before the kill")
          .isLessThan(segmentFiles(site).size());

      try (TestingProgram second = site.worker()) {
        RestoreReport report = TestingSite.result(restore, RestoreReport.class);

        assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
        assertThat(report.records()).isEqualTo(records);
        assertThat(site.results(restore, "RestoreLoad", LoadReport.class))
            .singleElement()
            .satisfies(load -> assertThat(load.resumedSegments()).isEqualTo(loaded));
        assertThat(site.stored("docs/intents/.*\\.json")).as("nothing is left over").isEmpty();
        assertThat(second.err()).doesNotContain("ERROR");
      }
    }
  }

  /** Starts a worker, kills it once a range has a checkpoint, and returns the newest one. */
  private static JsonNode killAfterFirstCheckpoint(TestingSite site) throws Exception {
    String pattern = CHECKPOINTS;
    try (TestingProgram first = site.worker()) {
      first.awaitOrEnd(() -> !site.stored(pattern).isEmpty());
      first.kill();
    }
    JsonNode newest = JSON.readTree(Files.readAllBytes(site.stored(pattern).getLast()));
    assertThat(newest.get("complete").asBoolean()).as("killed in the middle").isFalse();
    assertThat(site.stored("docs/backups/[^/]+/manifest\\.json")).isEmpty();
    return newest;
  }

  private static Map<Path, FileTime> segments(TestingSite site, JsonNode checkpoint)
      throws Exception {
    Map<Path, FileTime> times = new HashMap<>();
    for (JsonNode segment : checkpoint.get("segments")) {
      Path file = site.store.resolve(segment.get("key").asText());
      times.put(file, Files.getLastModifiedTime(file));
    }
    return times;
  }

  private static List<Path> segmentFiles(TestingSite site) {
    return site.stored(SEGMENTS);
  }

  private static void assertVerified(TestingSite site, long records) throws Exception {
    VerifyReport verified =
        TestingSite.result(
            site.start("VerifyBackupWorkflow", Map.of("target", "docs")), VerifyReport.class);
    assertThat(verified.verdict()).as("%s", verified.checks()).isEqualTo(Verdict.PASSED);
    assertThat(verified.records()).isEqualTo(records);
  }
}
