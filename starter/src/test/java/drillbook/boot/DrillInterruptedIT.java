package drillbook.boot;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupReport;
import drillbook.check.Verdict;
import drillbook.engine.CollectionName;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.LocalTemporal;
import drillbook.localserver.RealServers;
import drillbook.runbook.Cadence;
import drillbook.runbook.Occasion;
import drillbook.runbook.Runbook;
import drillbook.runbook.RunbookReport;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weekly runs that a schedule began are in the middle of their drills, one on each engine, when a
 * worker is killed, or the Temporal server. Both times the drills go on where they were, pass, and
 * leave nothing behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DrillInterruptedIT {
  private static final int RECORDS = 300;
  private static final int TEXT_BYTES = 10_000;

  /** A third of what a drill writes: collections are there, records are on their way. */
  private static final long LET_THROUGH = 1 << 20;

  @TempDir static Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private LocalTemporal temporal;
  private TestingSite site;
  private Place chroma;
  private Place pgvector;

  @BeforeAll
  void two_targets_have_backups_and_weekly_schedules() throws Exception {
    RealServers.installed("temporal", LocalTemporal.PACKAGE);
    temporal =
        opened(
            LocalTemporal.start(
                RealServers.cache(),
                folder.resolve("temporal"),
                new LocalTemporal.Options(false, true, Map.of(), List.of())));
    site = opened(new TestingSite(folder, temporal.address()));
    LocalChroma chromaServer = RealServers.chroma();
    TestingCollections.chroma(chromaServer, "interrupted", RECORDS, TEXT_BYTES);
    TestingRelay chromaRelay = opened(TestingRelay.to(chromaServer.url()));
    chroma =
        place("chroma", EngineAddress.of("chroma", chromaRelay.url()), "interrupted", chromaRelay);
    LocalPostgres postgres = RealServers.postgres(LocalPostgres.Version.PG18);
    TestingCollections.pgvector(postgres, "interrupted", RECORDS, TEXT_BYTES);
    TestingRelay relay = opened(TestingRelay.to(postgres.url()));
    pgvector =
        place(
            "pgvector",
            TestingCollections.pgvector(postgres, relay.url()),
            "public/interrupted",
            relay);
    try (TestingProgram worker = site.worker()) {
      for (Place place : List.of(chroma, pgvector)) {
        BackupReport backup =
            TestingSite.result(
                site.start("BackupWorkflow", Map.of("target", place.target())), BackupReport.class);
        assertThat(backup.records()).isEqualTo(RECORDS);
        site.apply(place.runbook());
      }
      worker.kill();
    }
  }

  @AfterAll
  void close_all() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  @Test
  void drills_go_on_when_their_worker_is_killed() throws Exception {
    List<WorkflowStub> runs;
    try (TestingProgram first = site.worker()) {
      runs = drillsInTheMiddle(first);
      first.kill();
    }
    chroma.relay().release();
    pgvector.relay().release();
    try (TestingProgram second = site.worker()) {
      assertPassed(runs);
      assertThat(second.err()).doesNotContain("ERROR");
    }
  }

  @Test
  void drills_go_on_when_the_temporal_server_is_killed_and_comes_back() throws Exception {
    try (TestingProgram worker = site.worker()) {
      List<WorkflowStub> runs = drillsInTheMiddle(worker);
      temporal.kill();
      chroma.relay().release();
      pgvector.relay().release();
      temporal.restart();
      assertPassed(runs);
    }
  }

  /** Triggers both schedules, and returns once records of both drills are held back. */
  private List<WorkflowStub> drillsInTheMiddle(TestingProgram worker) throws Exception {
    List<WorkflowStub> runs = new ArrayList<>();
    for (Place place : List.of(chroma, pgvector)) {
      place.relay().holdAfterWriting(LET_THROUGH);
      runs.add(site.trigger(place.runbook(), Cadence.WEEKLY));
    }
    for (Place place : List.of(chroma, pgvector)) {
      worker.awaitOrEnd(place.relay()::holds);
      assertThat(site.stored(place.target() + "/intents/.*")).as("in the middle").isNotEmpty();
    }
    return runs;
  }

  private void assertPassed(List<WorkflowStub> runs) throws Exception {
    for (WorkflowStub run : runs) {
      RunbookReport report = TestingSite.result(run, RunbookReport.class);
      assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
      assertThat(report.outcomes()).isEqualTo("drill PASSED");
    }
    for (Place place : List.of(chroma, pgvector)) {
      assertThat(place.collections()).isEqualTo(place.before());
      assertThat(site.stored(place.target() + "/intents/.*")).as("left over").isEmpty();
      assertThat(site.stored(place.target() + "/drills/[^/]+/report\\.json")).isNotEmpty();
    }
  }

  private Place place(String target, EngineAddress engine, String collection, TestingRelay relay)
      throws Exception {
    site.connect(target, engine, collection);
    List<CollectionName> before = Place.collections(engine);
    assertThat(before).as("what is drilled, and no scratch").hasSize(1);
    return new Place(target, engine, relay, before);
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  /** A target, the way to its engine, and what was there before any drill. */
  private record Place(
      String target, EngineAddress engine, TestingRelay relay, List<CollectionName> before) {
    Runbook runbook() {
      return new Runbook(
          "weekly-" + target,
          target,
          null,
          null,
          List.of(Occasion.usual(Cadence.WEEKLY)),
          null,
          null,
          null,
          null);
    }

    List<CollectionName> collections() throws Exception {
      return collections(engine);
    }

    static List<CollectionName> collections(EngineAddress address) throws Exception {
      try (Engine engine = Engines.open(address, Clock.systemUTC())) {
        return engine.control().collections().stream()
            .filter(name -> name.toString().contains("interrupted"))
            .toList();
      }
    }
  }
}
