package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.backup.BackupReport;
import drillbook.backup.RangeReport;
import drillbook.check.Verdict;
import drillbook.engine.EngineAddress;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.restore.LoadReport;
import drillbook.restore.RestoreReport;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker is killed in the middle of two backups and two restores, where nothing of it can clean
 * up, and another one goes on. What the first one finished is in the store and must not be made
 * twice. One kill for all four: what takes longest is Temporal's learning of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkerKillIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(60);

  /** 85 MiB, of which the first worker is let have 75: one segment of 64 and some of the next. */
  private static final int RECORDS = 890;

  private static final int TEXT_BYTES = 100_000;
  private static final long LET_THROUGH = 75L << 20;

  @TempDir static Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, Integer> listed = new TreeMap<>();
  private TestingSite site;
  private Job chromaBackup;
  private Job pgvectorBackup;
  private Job chromaRestore;
  private Job pgvectorRestore;
  private TestingProgram second;

  @BeforeAll
  void a_worker_is_killed_in_the_middle() throws Exception {
    site = opened(new TestingSite(folder, RealServers.temporal().address()));
    LocalChroma chroma = RealServers.chroma();
    TestingCollections.chroma(chroma, "killed", RECORDS, TEXT_BYTES);
    LocalPostgres postgres = RealServers.postgres(LocalPostgres.Version.PG18);
    TestingCollections.pgvector(postgres, "killed", RECORDS, TEXT_BYTES);
    Place chromaRead = chroma("chroma-read", chroma);
    Place chromaWritten = chroma("chroma-written", chroma);
    Place pgvectorRead = pgvector("pgvector-read", postgres);
    Place pgvectorWritten = pgvector("pgvector-written", postgres);

    try (TestingProgram first = site.worker()) {
      Job chromaSource = new Job(chromaWritten, "BackupWorkflow");
      Job pgvectorSource = new Job(pgvectorWritten, "BackupWorkflow");
      chromaSource.result(BackupReport.class);
      pgvectorSource.result(BackupReport.class);
      site.assertVerified(chromaWritten.target(), RECORDS);
      site.assertVerified(pgvectorWritten.target(), RECORDS);

      chromaRead.relay().holdAfterReading(LET_THROUGH);
      pgvectorRead.relay().holdAfterReading(LET_THROUGH);
      chromaWritten.relay().holdAfterWriting(LET_THROUGH);
      pgvectorWritten.relay().holdAfterWriting(LET_THROUGH);
      chromaBackup = new Job(chromaRead, "BackupWorkflow");
      pgvectorBackup = new Job(pgvectorRead, "BackupWorkflow");
      chromaRestore = new Job(chromaWritten, "RestoreWorkflow");
      pgvectorRestore = new Job(pgvectorWritten, "RestoreWorkflow");
      for (Job job : List.of(chromaBackup, pgvectorBackup)) {
        first.awaitOrEnd(() -> job.relay().holds() && !job.checkpoints().isEmpty());
      }
      for (Job job : List.of(chromaRestore, pgvectorRestore)) {
        first.awaitOrEnd(() -> job.relay().holds() && !job.loaded().isEmpty());
      }
      first.kill();
    }
    for (Place place : List.of(chromaRead, chromaWritten)) {
      listed.put(place.target(), backups(place.target()));
    }
    for (Job job : List.of(chromaBackup, pgvectorBackup, chromaRestore, pgvectorRestore)) {
      job.look();
      job.relay().release();
    }
    second = opened(site.worker());
  }

  @AfterAll
  void close_all() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  @Test
  void nothing_half_written_is_listed_as_a_backup() {
    assertThat(chromaBackup.segmentsAtKill).as("something is half-written").isNotEmpty();
    assertThat(listed).containsEntry("chroma-read", 0).containsEntry("chroma-written", 1);
  }

  @Test
  void a_backup_reads_no_finished_segment_again() throws Exception {
    JsonNode checkpoint = chromaBackup.checkpointAtKill;

    BackupReport report = chromaBackup.result(BackupReport.class);

    assertThat(report.records()).isEqualTo(RECORDS);
    assertThat(report.generations()).isEqualTo(1);
    assertThat(chromaBackup.results("BackupCaptureRange", RangeReport.class))
        .singleElement()
        .satisfies(range -> {
          assertThat(range.resumedSegments()).isEqualTo(checkpoint.get("segments").size());
          assertThat(range.segments()).isGreaterThan(range.resumedSegments());
          assertThat(range.stored()).isEqualTo(RECORDS);
        });
    assertThat(chromaBackup.relay().bytesRead())
        .as("bytes that the engine was asked for after the kill")
        .isLessThan(LET_THROUGH);
    assertKeptAndVerified(chromaBackup, checkpoint);
  }

  @Test
  void a_snapshot_that_died_is_taken_anew_and_only_what_differs_is_stored() throws Exception {
    JsonNode checkpoint = pgvectorBackup.checkpointAtKill;
    long storedBefore = checkpoint.get("stored").asLong();

    BackupReport report = pgvectorBackup.result(BackupReport.class);

    assertThat(report.records()).isEqualTo(RECORDS);
    assertThat(report.generations()).isGreaterThanOrEqualTo(2);
    assertThat(pgvectorBackup.results("BackupCaptureRange", RangeReport.class))
        .singleElement()
        .satisfies(range -> {
          assertThat(range.records()).as("read from the new snapshot").isEqualTo(RECORDS);
          assertThat(range.stored())
              .as("what the first snapshot's segments do not hold")
              .isEqualTo(RECORDS - storedBefore);
        });
    assertKeptAndVerified(pgvectorBackup, checkpoint);
  }

  @Test
  void a_restore_into_chroma_loads_no_finished_segment_again() throws Exception {
    assertLoadWentOn(chromaRestore);
  }

  @Test
  void a_restore_into_pgvector_loads_no_finished_segment_again() throws Exception {
    assertLoadWentOn(pgvectorRestore);
  }

  private void assertLoadWentOn(Job job) throws Exception {
    RestoreReport report = job.result(RestoreReport.class);

    assertThat(report.verdict()).as("%s", report.checks()).isEqualTo(Verdict.PASSED);
    assertThat(report.records()).isEqualTo(RECORDS);
    assertThat(job.results("RestoreLoad", LoadReport.class))
        .singleElement()
        .satisfies(load -> assertThat(load.resumedSegments()).isEqualTo(job.loadedAtKill));
    assertThat(job.loadedAtKill).isBetween(1, job.segments().size() - 1);
    assertThat(job.relay().bytesWritten())
        .as("bytes that were sent to the engine after the kill")
        .isLessThan(LET_THROUGH);
    assertThat(job.unfinished()).as("nothing is left over").isEmpty();
    assertThat(second.err()).doesNotContain("ERROR");
  }

  /** Asserts that what was stored before the kill is what the backup is made of, and that it is. */
  private void assertKeptAndVerified(Job job, JsonNode checkpoint) throws Exception {
    List<Path> finished = new ArrayList<>();
    for (JsonNode segment : checkpoint.get("segments")) {
      finished.add(site.store.resolve(segment.get("key").asText()));
    }
    assertThat(finished).isNotEmpty();
    assertThat(checkpoint.get("complete").asBoolean()).as("killed in the middle").isFalse();
    assertThat(job.segmentsAtKill).containsKeys(finished.toArray(Path[]::new));
    assertThat(job.segmentsAtKill.size())
        .as("one more where the kill fell between a segment and its checkpoint")
        .isBetween(finished.size(), finished.size() + 1);
    Map<Path, FileTime> now = job.segments();
    assertThat(now).containsAllEntriesOf(job.segmentsAtKill);
    int added =
        job.results("BackupCaptureRange", RangeReport.class).stream()
            .mapToInt(range -> range.segments() - range.resumedSegments())
            .sum();
    assertThat(now).hasSize(job.segmentsAtKill.size() + added);
    site.assertVerified(job.place.target(), RECORDS);
    assertThat(job.unfinished()).as("nothing is left over").isEmpty();
    assertThat(second.err()).doesNotContain("ERROR");
  }

  /** Returns how many backups people are told of. */
  private int backups(String target) throws Exception {
    try (TestingProgram program = TestingProgram.start(site.home, "backups", target, "--json")) {
      assertThat(program.exitCode(SOON)).as("%s", program.err()).isZero();
      return JSON.readTree(program.out()).get("backups").size();
    }
  }

  private Place chroma(String target, LocalChroma server) throws Exception {
    TestingRelay relay = opened(TestingRelay.to(server.url()));
    site.connect(target, EngineAddress.of("chroma", relay.url()), "killed");
    return new Place(site, target, relay);
  }

  private Place pgvector(String target, LocalPostgres server) throws Exception {
    TestingRelay relay = opened(TestingRelay.to(server.url()));
    site.connect(target, TestingCollections.pgvector(server, relay.url()), "public/killed");
    return new Place(site, target, relay);
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  /** A target, and the way to its engine that nobody else uses. */
  private record Place(TestingSite site, String target, TestingRelay relay) {}

  /** A workflow, and what of it was in the store when its worker was killed. */
  private static final class Job {
    private final Place place;
    private final WorkflowStub workflow;
    private JsonNode checkpointAtKill = JSON.createObjectNode();
    private Map<Path, FileTime> segmentsAtKill = Map.of();
    private int loadedAtKill;

    Job(Place place, String type) {
      this.place = place;
      this.workflow = place.site().start(type, Map.of("target", place.target()));
    }

    TestingRelay relay() {
      return place.relay();
    }

    <T> T result(Class<T> type) throws Exception {
      return TestingSite.result(workflow, type);
    }

    <T> List<T> results(String activity, Class<T> type) {
      return place.site().results(workflow, activity, type);
    }

    /** Looks at what is there while nobody works. */
    void look() throws IOException {
      for (Path newest : checkpoints()) {
        checkpointAtKill = JSON.readTree(Files.readAllBytes(newest));
      }
      segmentsAtKill = segments();
      loadedAtKill = loaded().size();
    }

    List<Path> checkpoints() {
      return stored("intents/[^/]+/g0/r[^/]+/[0-9]+\\.json");
    }

    List<Path> loaded() {
      return stored("intents/[^/]+/loaded-0-[0-9]+");
    }

    Map<Path, FileTime> segments() throws IOException {
      Map<Path, FileTime> times = new TreeMap<>();
      for (Path file : stored("backups/[^/]+/c[0-9]+/t[0-9]+/[0-9]{14}-[0-9a-f]{16}")) {
        times.put(file, Files.getLastModifiedTime(file));
      }
      return times;
    }

    /** Returns what runs keep in the store until they end. */
    List<Path> unfinished() {
      return stored("intents/.*");
    }

    private List<Path> stored(String pattern) {
      return place.site().stored(place.target() + "/" + pattern);
    }
  }
}
