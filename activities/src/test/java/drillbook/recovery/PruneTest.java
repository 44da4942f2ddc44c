package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureOpened;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeReport;
import drillbook.capture.MemoryRun;
import drillbook.capture.TargetCapture;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.hold.MarkRequest;
import drillbook.manifest.Manifest;
import drillbook.prune.PruneLine;
import drillbook.prune.PrunePlan;
import drillbook.prune.PruneResult;
import drillbook.runbook.Retention;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.FaultyDeletions;
import drillbook.store.LocalStore;
import drillbook.store.MemoryArtifactStore;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prune on a real folder, with backups of a memory engine: a year of an hour each. */
class PruneTest {
  private static final Retention NOTHING = new Retention(Duration.ZERO, 0, 0, 0, 0, 0);

  @TempDir Path folder;

  @Test
  void what_stays_verifies_byte_for_byte() throws Exception {
    MemoryRun run = run();
    List<BackupReport> chain = chain(run);
    long before = bytes(run);

    PrunePlan plan = TestingPrune.all(run, folder, 4).plan();
    PruneResult result = TestingPrune.all(run, folder, 4).delete();

    // Of seven, the last three are younger than four hours; they rest on the second full alone.
    assertThat(ids(run)).containsExactlyElementsOf(ids(chain.subList(3, 7)));
    assertThat(result.deleted()).isEqualTo(3);
    assertThat(plan.doomed()).isEqualTo(3);
    assertThat(result.bytes()).isEqualTo(plan.bytes()).isEqualTo(before - bytes(run));
    assertThat(result.bytes()).isPositive();
    for (String id : ids(run)) {
      assertThat(TestingPrune.verify(run, id).verdict()).as(id).isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void a_full_keeps_its_artifacts_in_the_folder_of_a_backup_that_went() throws Exception {
    MemoryRun run = run();
    BackupReport first = chain(run).getFirst();
    TestingPrune.of(run, folder, NOTHING).prunedAll();

    assertThat(run.archive().exists(first.backupId())).isFalse();
    SortedMap<String, Long> left = TestingPrune.lying(run, Keys.backup("docs", first.backupId()));
    assertThat(left.keySet()).isNotEmpty().noneMatch(key -> key.contains("/index-"));
    assertThat(TestingPrune.verify(run, ids(run).getLast()).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void everything_that_a_manifest_can_name_is_among_its_artifacts() throws Exception {
    MemoryRun run = run();
    Manifest manifest = run.manifest(chain(run).getFirst());
    List<String> named = new ArrayList<>();
    for (RecordComponent component : Manifest.class.getRecordComponents()) {
      Object value = component.getAccessor().invoke(manifest);
      for (Object one : value instanceof List<?> list ? list : List.<Object>of(value)) {
        if (one instanceof Stored stored) {
          named.add(stored.key());
        }
      }
    }
    assertThat(named).hasSizeGreaterThan(3);
    assertThat(manifest.artifacts())
        .extracting(Stored::key)
        .containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  void a_second_prune_deletes_nothing_and_the_next_backup_goes_on() throws Exception {
    MemoryRun run = run();
    chain(run);
    TestingPrune.all(run, folder, 4).prunedAll();
    PrunePlan again = TestingPrune.all(run, folder, 4).plan();
    assertThat(again.doomed()).isZero();
    assertThat(again.objects()).isZero();

    BackupReport next = run.backup(BackupKind.INCREMENTAL);
    assertThat(next.kind()).isEqualTo(BackupKind.INCREMENTAL);
    assertThat(TestingPrune.verify(run, next.backupId()).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void a_dry_run_tells_the_same_and_touches_nothing() throws Exception {
    MemoryRun run = run();
    List<BackupReport> chain = chain(run);
    SortedMap<String, Long> before = TestingPrune.lying(run, "");

    PrunePlan dry = TestingPrune.all(run, folder, 4).dryRun();

    assertThat(TestingPrune.lying(run, "")).isEqualTo(before);
    PrunePlan plan = TestingPrune.all(run, folder, 4).plan();
    assertThat(dry.lines()).isEqualTo(plan.lines());
    assertThat(dry.bytes()).isEqualTo(plan.bytes());
    assertThat(dry.key()).isEmpty();
    assertThat(before).doesNotContainKey(plan.key());
    assertThat(dry.lines().stream().filter(line -> !line.kept()).map(PruneLine::backupId))
        .containsExactlyElementsOf(ids(chain.subList(0, 3)).reversed());
    assertThat(dry.lines())
        .filteredOn(PruneLine::kept)
        .extracting(PruneLine::why)
        .first()
        .isEqualTo("the newest backup; younger than 4h");
    assertThat(dry.lines().getLast().why()).contains(chain.get(6).backupId() + " rests on it");
  }

  @Test
  void a_prune_that_is_killed_at_any_step_goes_on() throws Exception {
    for (int steps = 0; ; steps++) {
      Path own = Files.createDirectories(folder.resolve("run-" + steps));
      MemoryRun run = new MemoryRun(own, new MemoryArtifactStore(), true);
      chain(run);
      PrunePlan plan = TestingPrune.all(run, own, 4).plan();
      FaultyDeletions breaking = new FaultyDeletions(run.store(), steps);
      boolean broke = false;
      try {
        TestingPrune.all(run, own, 4).through(breaking, own).delete();
      } catch (DrillbookException e) {
        broke = true;
        for (String id : ids(run)) {
          assertThat(TestingPrune.verify(run, id).verdict())
              .as("%s after %s steps", id, steps)
              .isEqualTo(Verdict.PASSED);
        }
      }
      PruneResult result = TestingPrune.all(run, own, 4).deleteAgain();
      assertThat(result.deleted()).isEqualTo(3);
      assertThat(result.bytes()).as("freed after %s steps", steps).isEqualTo(plan.bytes());
      assertThat(result.objects()).isEqualTo(plan.objects());
      assertThat(ids(run)).hasSize(4);
      assertThat(TestingPrune.all(run, own, 4).dryRun().objects()).isZero();
      if (!broke) {
        assertThat(steps).isGreaterThan(10);
        return;
      }
    }
  }

  @Test
  void the_newest_verified_backup_stays_however_old_it_is() throws Exception {
    MemoryRun run = run();
    List<BackupReport> chain = chain(run);
    String verified = chain.get(1).backupId();
    String failed = chain.get(5).backupId();
    TestingPrune.writeDown(run, folder, verified, Verdict.PASSED);
    TestingPrune.writeDown(run, folder, failed, Verdict.PASSED);
    TestingPrune.writeDown(run, folder, failed, Verdict.FAILED);

    TestingPrune.of(run, folder, NOTHING).prunedAll();

    // The increment that was proven, with the full below it; the newest of all, with its own.
    assertThat(ids(run))
        .containsExactlyElementsOf(
            ids(
                List.of(
                    chain.get(0),
                    chain.get(1),
                    chain.get(3),
                    chain.get(4),
                    chain.get(5),
                    chain.get(6))));
    assertThat(TestingPrune.verify(run, verified).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void a_journal_that_cannot_be_read_is_a_finding_and_keeps_all() throws Exception {
    MemoryArtifactStore store = new MemoryArtifactStore();
    MemoryRun run = new MemoryRun(folder, store, true);
    chain(run);
    TestingPrune.writeDown(run, folder, ids(run).getFirst(), Verdict.FAILED);
    String entry = TestingPrune.lying(run, "docs/journal/").lastKey();
    store.tamper(entry, new byte[] {1});

    PrunePlan plan = TestingPrune.of(run, folder, NOTHING).plan();

    assertThat(plan.doomed()).isZero();
    assertThat(plan.findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.JOURNAL_BROKEN);
  }

  @Test
  void a_manifest_that_is_not_authentic_keeps_what_it_may_need() throws Exception {
    MemoryArtifactStore store = new MemoryArtifactStore();
    MemoryRun run = new MemoryRun(folder, store, true);
    List<BackupReport> chain = chain(run);
    String doubtful = chain.get(2).backupId();
    byte[] manifest = store.bytes(Keys.manifest("docs", doubtful));
    manifest[manifest.length / 2] ^= 1;
    store.tamper(Keys.manifest("docs", doubtful), manifest);
    SortedMap<String, Long> before = TestingPrune.lying(run, "docs/backups/");

    PrunePlan plan = TestingPrune.of(run, folder, NOTHING).plan();
    PruneResult result = TestingPrune.of(run, folder, NOTHING).delete();

    assertThat(plan.doomed()).isZero();
    assertThat(result.findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.MANIFEST_NOT_AUTHENTIC);
    assertThat(result.findings().getFirst().message()).contains(doubtful);
    assertThat(TestingPrune.lying(run, "docs/backups/")).isEqualTo(before);
  }

  @Test
  void a_kept_backup_whose_list_is_lost_keeps_what_it_may_need() throws Exception {
    MemoryRun run = run();
    List<BackupReport> chain = chain(run);
    String newest = chain.getLast().backupId();
    String list = run.manifest(chain.getLast()).segmentLists().getLast().key();
    run.store().delete(list);

    PrunePlan plan = TestingPrune.of(run, folder, NOTHING).plan();

    assertThat(plan.doomed()).isZero();
    assertThat(plan.objects()).isZero();
    assertThat(plan.findings().getFirst().message()).contains(newest).contains(list);
  }

  @Test
  void what_a_running_backup_builds_on_stays_with_what_it_has_written() throws Exception {
    MemoryRun run = run();
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 500, 1);
    BackupReport parent = run.backup(BackupKind.FULL);
    run.write(docs, "", 400, 200, 2);
    CaptureRun running = run.begin(BackupKind.INCREMENTAL);
    TargetCapture capture = run.capture();
    try (TargetCapture.Held held = capture.hold(running, 0)) {
      CaptureOpened opened = held.opened();
      long records = 0;
      for (RangeReport range : run.ranges(capture, running, opened)) {
        records += range.records();
      }
      // Somebody else makes backups meanwhile, and prunes: the parent is not the newest any more.
      BackupReport other = run.backupAnew();
      PrunePlan plan = TestingPrune.of(run, folder, NOTHING).plan();
      TestingPrune.of(run, folder, NOTHING).delete();
      assertThat(plan.lines())
          .extracting(PruneLine::why)
          .contains("the running backup " + running.backupId() + " needs it");
      assertThat(ids(run)).containsExactly(parent.backupId(), other.backupId());

      BackupReport sealed = run.seal(running, opened, records);
      assertThat(TestingPrune.verify(run, sealed.backupId()).verdict()).isEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void what_an_abandoned_run_left_goes_once_no_run_can_last_so_long() throws Exception {
    MemoryRun run = run();
    chain(run);
    CaptureRun abandoned = run.begin(BackupKind.INCREMENTAL);
    TargetCapture capture = run.capture();
    try (TargetCapture.Held held = capture.hold(abandoned, 0)) {
      assertThat(run.ranges(capture, abandoned, held.opened())).isNotEmpty();
    }
    run.write(run.engine().control().schema(run.name("docs")), "", 0, 10, 9);
    String left = Keys.backup("docs", abandoned.backupId());
    run.store().putNew(left + "c0/t0/leftover", new byte[] {1});
    Retention all = Retention.DEFAULT;
    Instant begun = abandoned.startedAt();

    TestingPrune.of(run, folder, all, begun.plus(Duration.ofDays(60))).prunedAll();
    assertThat(TestingPrune.lying(run, left)).isNotEmpty();
    assertThat(TestingPrune.lying(run, "docs/intents/")).isNotEmpty();

    TestingPrune.of(run, folder, all, begun.plus(Duration.ofDays(60)).plusSeconds(1)).prunedAll();
    assertThat(TestingPrune.lying(run, left)).isEmpty();
    assertThat(TestingPrune.lying(run, "docs/intents/")).isEmpty();
  }

  @Test
  void what_is_held_stays_until_it_is_released() throws Exception {
    MemoryArtifactStore store = new MemoryArtifactStore();
    MemoryRun run = new MemoryRun(folder, store, true);
    List<BackupReport> chain = chain(run);
    String held = chain.get(1).backupId();
    TestingPrune.mark(run, folder, held, MarkRequest.Action.HOLD, "hold-1");
    TestingPrune.mark(run, folder, held, MarkRequest.Action.HOLD, "hold-2");

    PrunePlan plan = TestingPrune.of(run, folder, NOTHING).plan();
    TestingPrune.of(run, folder, NOTHING).delete();

    assertThat(plan.lines()).extracting(PruneLine::why).contains("held by maria: audit");
    assertThat(ids(run)).contains(held, chain.getFirst().backupId());
    assertThat(TestingPrune.verify(run, held).verdict()).isEqualTo(Verdict.PASSED);

    // Whatever the document became, it holds: only a release ends that.
    store.tamper("docs/holds/" + held + ".json", new byte[] {1});
    TestingPrune.of(run, folder, NOTHING).prunedAll();
    assertThat(ids(run)).contains(held);

    TestingPrune.mark(run, folder, held, MarkRequest.Action.RELEASE, "release-1");
    TestingPrune.of(run, folder, NOTHING, run.now().plusSeconds(7200)).prunedAll();
    assertThat(ids(run)).doesNotContain(held);
  }

  @Test
  void what_became_needed_since_the_plan_was_made_is_spared() throws Exception {
    MemoryRun run = run();
    List<BackupReport> chain = chain(run);
    TestingPrune prune = TestingPrune.of(run, folder, NOTHING);
    PrunePlan plan = prune.plan();
    String proven = chain.get(1).backupId();
    assertThat(plan.lines())
        .filteredOn(line -> !line.kept())
        .extracting(PruneLine::backupId)
        .contains(proven);
    TestingPrune.writeDown(run, folder, proven, Verdict.PASSED);

    PruneResult result = prune.delete();

    assertThat(result.spared())
        .extracting(PruneLine::backupId)
        .containsExactly(chain.get(0).backupId(), proven);
    assertThat(result.deleted()).isEqualTo(plan.doomed() - 2);
    assertThat(TestingPrune.verify(run, proven).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void nothing_goes_without_a_plan_that_a_trusted_key_signed() throws Exception {
    MemoryArtifactStore store = new MemoryArtifactStore();
    MemoryRun run = new MemoryRun(folder, store, true);
    chain(run);
    TestingPrune prune = TestingPrune.of(run, folder, NOTHING);
    String key = prune.plan().key();
    byte[] plan = store.bytes(key);
    plan[plan.length / 3] ^= 1;
    store.tamper(key, plan);
    SortedMap<String, Long> before = TestingPrune.lying(run, "docs/backups/");

    assertThatThrownBy(prune::delete)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT));
    assertThat(TestingPrune.lying(run, "docs/backups/")).isEqualTo(before);
  }

  private MemoryRun run() throws Exception {
    return new MemoryRun(folder, new LocalStore(folder.resolve("store")), true);
  }

  /** Full, two increments, a full that references, two increments on it, and a third. */
  private static List<BackupReport> chain(MemoryRun run) throws Exception {
    CollectionSchema docs = run.create("docs");
    List<BackupReport> chain = new ArrayList<>();
    run.write(docs, "", 0, 400, 1);
    for (int i = 0; i < 7; i++) {
      chain.add(run.backup(i % 3 == 0 && i < 6 ? BackupKind.FULL : BackupKind.INCREMENTAL));
      run.write(docs, "", 40 * i, 30, 2 + i);
    }
    return chain;
  }

  private static long bytes(MemoryRun run) throws Exception {
    return run.bytesBelow("docs/backups/");
  }

  private static List<String> ids(MemoryRun run) throws Exception {
    return run.archive().ids();
  }

  private static List<String> ids(List<BackupReport> reports) {
    return reports.stream().map(BackupReport::backupId).toList();
  }
}
