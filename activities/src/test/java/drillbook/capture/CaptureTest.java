package drillbook.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.archive.Keys;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.MultisetSum;
import drillbook.manifest.Manifest;
import drillbook.store.MemoryArtifactStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureTest {
  @TempDir Path folder;

  @Test
  void a_full_backup_holds_every_record_once() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 3000, 1);
    run.create("empty");

    BackupReport report = run.backup(BackupKind.FULL);

    assertThat(report.records()).isEqualTo(3000);
    assertThat(report.changed()).isEqualTo(3000);
    assertThat(report.collections()).isEqualTo(2);
    Manifest manifest = run.manifest(report);
    assertThat(manifest.parts()).hasSize(2);
    assertThat(manifest.parts().stream().mapToLong(Manifest.Part::count).sum()).isEqualTo(3000);
    assertThat(run.store().list(Keys.intents("docs"), "", 10)).isEmpty();
  }

  @Test
  void an_increment_stores_what_changed_and_knows_what_was_deleted() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 5000, 1);
    run.backup(BackupKind.FULL);
    run.write(docs, "", 100, 40, 2);
    run.write(docs, "", 9000, 10, 2);
    run.engine().control().drop(docs.name());
    CollectionSchema again = run.create("docs");
    run.write(again, "", 0, 4990, 1);
    run.write(again, "", 100, 40, 2);
    run.write(again, "", 9000, 10, 2);

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(report.kind()).isEqualTo(BackupKind.INCREMENTAL);
    assertThat(report.records()).isEqualTo(5000);
    assertThat(report.changed()).isEqualTo(50);
    assertThat(report.deleted()).isEqualTo(10);
    assertThat(report.addedBytes())
        .isLessThan(50L * (MemoryRun.DIMENSION * 4 + 60) * 13 / 10 + (1 << 20));
  }

  @Test
  void an_increment_has_the_digest_that_a_full_of_the_same_state_has() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 2000, 1);
    run.backup(BackupKind.FULL);
    run.write(docs, "", 500, 700, 2);
    BackupReport increment = run.backup(BackupKind.INCREMENTAL);

    MemoryRun fresh = new MemoryRun(folder);
    CollectionSchema same = fresh.create("docs");
    fresh.write(same, "", 0, 2000, 1);
    fresh.write(same, "", 500, 700, 2);
    BackupReport full = fresh.backup(BackupKind.FULL);

    assertThat(increment.digest()).isEqualTo(full.digest());
    assertThat(run.manifest(increment).parts().getFirst().sum())
        .isEqualTo(fresh.manifest(full).parts().getFirst().sum());
  }

  @Test
  void the_same_records_again_add_no_record_bytes() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 4000, 1);
    BackupReport full = run.backup(BackupKind.FULL);
    run.engine().control().drop(docs.name());
    CollectionSchema again = run.create("docs");
    for (int i = 3999; i >= 0; i--) {
      run.write(again, "", i, 1, 1);
    }

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(report.changed()).isZero();
    assertThat(report.digest()).isEqualTo(full.digest());
    assertThat(run.bytesBelow(run.folder(report))).isLessThan(64 << 10);
    assertThat(run.store().list(run.folder(report) + "c0/t0/", "", 10))
        .as("an index run of no entries, and no segment")
        .hasSize(1);
  }

  @Test
  void a_report_tells_every_byte_that_was_added_to_the_store() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 3000, 1);
    BackupReport full = run.backup(BackupKind.FULL);
    long whole = run.bytesBelow("");
    assertThat(full.addedBytes()).isEqualTo(whole);
    run.write(docs, "", 100, 400, 2);

    BackupReport increment = run.backup(BackupKind.INCREMENTAL);

    assertThat(increment.addedBytes()).isEqualTo(run.bytesBelow("") - whole);
  }

  @Test
  void a_recall_set_that_did_not_change_is_named_and_not_stored_again() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 3000, 1);
    Manifest full = run.manifest(run.backup(BackupKind.FULL));
    assertThat(full.recall()).hasSize(1);

    Manifest same = run.manifest(run.backup(BackupKind.INCREMENTAL));
    run.write(docs, "", 0, 600, 2);
    Manifest other = run.manifest(run.backup(BackupKind.INCREMENTAL));
    Manifest anew = run.manifest(run.backupAnew());

    assertThat(same.recall()).isEqualTo(full.recall());
    assertThat(other.recall()).hasSize(1).doesNotContainAnyElementsOf(full.recall());
    assertThat(anew.recall()).hasSize(1);
    assertThat(anew.recall().getFirst().key()).contains(anew.backupId());
  }

  @Test
  void a_daily_full_references_what_its_parent_holds() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 4000, 1);
    BackupReport first = run.backup(BackupKind.FULL);
    run.write(docs, "", 0, 10, 2);

    BackupReport second = run.backup(BackupKind.FULL);

    assertThat(second.kind()).isEqualTo(BackupKind.FULL);
    assertThat(second.changed()).isEqualTo(10);
    assertThat(second.addedBytes()).isLessThan(first.addedBytes() / 2);
    assertThat(run.manifest(second).segmentLists()).hasSize(1);
  }

  @Test
  void an_increment_without_a_backup_to_continue_is_made_as_a_full_and_says_so() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.write(run.create("docs"), "", 0, 10, 1);

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(report.kind()).isEqualTo(BackupKind.FULL);
    assertThat(report.backupId()).contains("_full_");
    assertThat(report.note()).contains("no backup to continue");
  }

  @Test
  void a_range_goes_on_where_an_earlier_attempt_checkpointed() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 20_000, 1);
    CaptureRun backup = run.begin(BackupKind.FULL);
    TargetCapture capture = run.capture();
    try (TargetCapture.Held held = capture.hold(backup, 0)) {
      held.touch();
      RangeReport first = capture.captureRange(new RangeRun(backup, 0, 0), (r, s, n) -> {});

      RangeReport second = capture.captureRange(new RangeRun(backup, 0, 0), (r, s, n) -> {});

      assertThat(second.records()).isEqualTo(first.records());
      assertThat(second.sum()).isEqualTo(first.sum());
      assertThat(second.resumedSegments()).isEqualTo(first.segments()).isPositive();
    }
  }

  @Test
  void a_lost_snapshot_is_read_again_storing_only_what_differs() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 3000, 1);
    CaptureRun backup = run.begin(BackupKind.FULL);
    TargetCapture capture = run.capture();
    TargetCapture.Held lost = capture.hold(backup, 0);
    run.ranges(capture, backup, lost.opened());
    lost.close();
    assertThatThrownBy(() -> run.ranges(run.capture(), otherRange(backup), lost.opened()))
        .isInstanceOf(DrillbookException.class);
    run.write(docs, "", 0, 25, 2);

    try (TargetCapture.Held held = capture.hold(backup, 1)) {
      long stored = 0;
      long records = 0;
      for (RangeReport report : run.ranges(capture, backup, held.opened())) {
        stored += report.stored();
        records += report.records();
      }
      BackupReport report = run.seal(backup, held.opened(), records);

      assertThat(stored).isEqualTo(25);
      assertThat(report.records()).isEqualTo(3000);
      assertThat(report.changed()).isEqualTo(3000);
      assertThat(report.generations()).isEqualTo(2);
    }
  }

  private static CaptureRun otherRange(CaptureRun backup) {
    return new CaptureRun(
        backup.request(), backup.plan(), "20260101t000000z_full_000000", backup.startedAt());
  }

  @Test
  void a_fuzzy_scan_asks_again_for_what_it_did_not_meet() throws Exception {
    MemoryRun run = new MemoryRun(folder, new MemoryArtifactStore(), false);
    CollectionSchema docs = run.create("docs");
    run.write(docs, "", 0, 500, 1);
    run.backup(BackupKind.FULL);
    run.engine().control().drop(docs.name());
    CollectionSchema again = run.create("docs");
    run.write(again, "", 0, 490, 1);

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(report.consistency()).isEqualTo("FUZZY");
    assertThat(report.deleted()).isEqualTo(10);
    assertThat(report.records()).isEqualTo(490);
  }

  @Test
  void tenants_are_parts_of_their_own() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs", "acme", "beta");
    run.write(docs, "acme", 0, 100, 1);
    run.write(docs, "beta", 0, 50, 1);

    BackupReport report = run.backup(BackupKind.FULL);

    assertThat(run.manifest(report).parts())
        .extracting(Manifest.Part::count)
        .containsExactlyInAnyOrder(100L, 50L);
  }

  @Test
  void a_tenant_that_was_left_out_for_a_while_comes_back_whole() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs", "acme", "beta");
    run.write(docs, "acme", 0, 100, 1);
    run.write(docs, "beta", 0, 60, 1);
    run.backup(BackupKind.FULL);
    run.tenants("acme");
    run.write(docs, "beta", 0, 20, 2);
    run.backup(BackupKind.INCREMENTAL);
    run.tenants();

    BackupReport report = run.backup(BackupKind.INCREMENTAL);

    assertThat(report.records()).isEqualTo(160);
    assertThat(run.archive().open(report.backupId()).parts().values())
        .extracting(Manifest.Part::count)
        .containsExactly(100L, 60L);
  }

  @Test
  void sealing_again_reports_what_was_sealed() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.write(run.create("docs"), "", 0, 100, 1);
    CaptureRun backup = run.begin(BackupKind.FULL);
    BackupReport first = run.finish(backup, 0);

    BackupReport second =
        run.seal(backup, new drillbook.backup.CaptureOpened(0, 1, "SNAPSHOT"), 100);

    assertThat(second.manifestSha256()).isEqualTo(first.manifestSha256());
    assertThat(second.digest()).isEqualTo(first.digest());
  }

  @Test
  void an_abandoned_backup_leaves_nothing_and_is_not_listed() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.write(run.create("docs"), "", 0, 1000, 1);
    CaptureRun backup = run.begin(BackupKind.FULL);
    TargetCapture capture = run.capture();
    try (TargetCapture.Held held = capture.hold(backup, 0)) {
      run.ranges(capture, backup, held.opened());
    }
    assertThat(run.archive().ids()).isEmpty();

    capture.abandon(backup);

    assertThat(run.store().list("", "", 10)).isEmpty();
  }

  @Test
  void abandoning_leaves_a_sealed_backup_alone() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.write(run.create("docs"), "", 0, 1000, 1);
    CaptureRun backup = run.begin(BackupKind.FULL);
    BackupReport report = run.finish(backup, 0);

    run.capture().abandon(backup);

    assertThat(run.archive().open(report.backupId()).manifest().records()).isEqualTo(1000);
  }

  @Test
  void a_collection_that_is_not_there_is_named() throws Exception {
    MemoryRun run = new MemoryRun(folder);

    assertThatThrownBy(() -> run.begin(BackupKind.FULL))
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.NOT_FOUND);
              assertThat(e.hint()).isNotBlank();
            });
  }

  @Test
  void sums_of_ranges_are_the_sum_of_the_part() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    run.write(run.create("docs"), "", 0, 700, 1);
    CaptureRun backup = run.begin(BackupKind.FULL);
    TargetCapture capture = run.capture();
    try (TargetCapture.Held held = capture.hold(backup, 0)) {
      MultisetSum sum = MultisetSum.empty();
      for (RangeReport report : run.ranges(capture, backup, held.opened())) {
        sum.merge(MultisetSum.of(report.sum(), report.records()));
      }
      BackupReport report = run.seal(backup, held.opened(), sum.count());
      assertThat(run.manifest(report).parts().getFirst().sum()).isEqualTo(sum.hex());
    }
  }
}
