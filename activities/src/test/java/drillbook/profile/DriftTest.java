package drillbook.profile;

import static drillbook.check.FindingCode.CENTROID_DRIFT;
import static drillbook.check.FindingCode.COUNT_DRIFT;
import static drillbook.check.FindingCode.DIMENSION_CHANGED;
import static drillbook.check.FindingCode.NORM_DRIFT;
import static drillbook.check.FindingCode.VECTORS_NOT_FINITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drillbook.archive.Artifacts;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.capture.EngineRun;
import drillbook.capture.MemoryRun;
import drillbook.capture.SharedIndexes;
import drillbook.capture.TargetCapture;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.drift.DriftRule;
import drillbook.engine.CollectionSchema;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.MemoryArtifactStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backup says of how records moved since the backup before. */
class DriftTest {
  private static final TestingModel MODEL = TestingModel.of(1);
  private static final TestingModel OTHER = TestingModel.of(2);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = BackupKind.class,
      names = {"FULL", "INCREMENTAL"})
  void another_model_of_the_same_dimension_is_told_by_the_very_next_backup(BackupKind kind)
      throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 1000);
    assertThat(drift(run, BackupKind.FULL)).as("the first backup").isEmpty();
    OTHER.write(run, docs, "", 0, 1000);

    List<Finding> findings = drift(run, kind);

    assertThat(codes(findings)).containsExactly(CENTROID_DRIFT);
    assertThat(findings.getFirst().message())
        .contains("main/docs", "allowed are 0.15", "20261101t010000z_full_");
    assertThat(findings.getFirst().advice()).contains("embedding model");
    assertThat(drift(run, kind)).as("nothing moved since").isEmpty();
  }

  @Test
  void a_third_of_the_records_of_another_model_is_told_too() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 900);
    run.backup(BackupKind.FULL);
    OTHER.write(run, docs, "", 0, 450);

    assertThat(codes(drift(run, BackupKind.INCREMENTAL))).containsExactly(CENTROID_DRIFT);
  }

  @Test
  void what_comes_and_goes_on_any_day_is_not_worth_a_look() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 1000);
    run.backup(BackupKind.FULL);

    MODEL.write(run, docs, "", 1000, 10);
    assertThat(drift(run, BackupKind.INCREMENTAL)).as("1 % more").isEmpty();
    MODEL.write(run, docs, "", 1010, 400);
    assertThat(drift(run, BackupKind.INCREMENTAL)).as("40 % more").isEmpty();
    MODEL.write(run, run.create("fresh"), "", 0, 500);
    assertThat(drift(run, BackupKind.FULL)).as("a new collection").isEmpty();
    OTHER.write(run, docs, "", 0, 14);
    assertThat(drift(run, BackupKind.FULL)).as("1 % by another model").isEmpty();
  }

  @Test
  void vectors_of_another_length_are_told() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 500);
    run.backup(BackupKind.FULL);
    MODEL.ofLength(1.08).write(run, docs, "", 0, 500);
    assertThat(drift(run, BackupKind.INCREMENTAL)).isEmpty();
    MODEL.ofLength(2).write(run, docs, "", 0, 500);

    List<Finding> findings = drift(run, BackupKind.INCREMENTAL);

    assertThat(codes(findings)).containsExactly(NORM_DRIFT);
    assertThat(findings.getFirst().message()).contains("1.080 became 2.000 (+85 %)");
  }

  @Test
  void vectors_that_are_no_numbers_are_told_each_time_there_are_more() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 50);
    run.backup(BackupKind.FULL);
    float[] broken = new float[MemoryRun.DIMENSION];
    broken[7] = Float.NaN;
    TestingModel.put(run, docs, "broken", broken);

    List<Finding> first = drift(run, BackupKind.INCREMENTAL);
    List<Finding> same = drift(run, BackupKind.INCREMENTAL);
    broken[8] = Float.POSITIVE_INFINITY;
    TestingModel.put(run, docs, "broken too", broken);
    List<Finding> more = drift(run, BackupKind.INCREMENTAL);

    assertThat(codes(first)).containsExactly(VECTORS_NOT_FINITE);
    assertThat(first.getFirst().message()).contains("1 of 51 vectors", "0 did before");
    assertThat(same).isEmpty();
    assertThat(codes(more)).containsExactly(VECTORS_NOT_FINITE);
  }

  @Test
  void another_dimension_is_told_though_the_collection_has_another_number() throws Exception {
    EngineRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs", 16);
    MODEL.write(run, docs, "", 0, 20);
    run.backup(BackupKind.FULL);
    run.engine().control().drop(docs.name());
    MODEL.write(run, run.create("docs", 24), "", 0, 20);

    List<Finding> findings = drift(run, BackupKind.INCREMENTAL);

    assertThat(codes(findings)).containsExactly(DIMENSION_CHANGED);
    assertThat(findings.getFirst().message()).contains("dimension 16 became 24");
  }

  @Test
  void counts_are_told_tenant_by_tenant() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs", "grown", "lost", "small", "same");
    MODEL.write(run, docs, "grown", 0, 200);
    MODEL.write(run, docs, "lost", 0, 300);
    MODEL.write(run, docs, "small", 0, 90);
    MODEL.write(run, docs, "same", 0, 200);
    CollectionSchema gone = run.create("gone");
    MODEL.write(run, gone, "", 0, 150);
    run.backup(BackupKind.FULL);
    run.engine().control().drop(docs.name());
    run.engine().control().drop(gone.name());
    docs = run.create("docs", "grown", "lost", "small", "same");
    MODEL.write(run, docs, "grown", 0, 301);
    MODEL.write(run, docs, "lost", 0, 149);
    MODEL.write(run, docs, "same", 0, 299);

    List<Finding> findings = drift(run, BackupKind.INCREMENTAL);

    assertThat(codes(findings)).containsExactly(COUNT_DRIFT);
    assertThat(findings.getFirst().message())
        .contains(
            "docs tenant grown: 200 records became 301 (+50 %)",
            "docs tenant lost: 300 records became 149 (-50 %)",
            "main/gone: 150 records became 0 (-100 %)")
        .doesNotContain("small", "same");
  }

  @Test
  void many_small_tenants_say_together_what_none_says_alone() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    String[] tenants = new String[30];
    for (int i = 0; i < tenants.length; i++) {
      tenants[i] = "t" + i;
    }
    CollectionSchema docs = run.create("docs", tenants);
    for (String tenant : tenants) {
      MODEL.write(run, docs, tenant, 0, 20);
    }
    run.backup(BackupKind.FULL);
    for (String tenant : tenants) {
      OTHER.write(run, docs, tenant, 0, 20);
    }

    List<Finding> findings = drift(run, BackupKind.INCREMENTAL);

    assertThat(codes(findings)).containsExactly(CENTROID_DRIFT);
    assertThat(findings.getFirst().message()).startsWith("main/docs: ").doesNotContain("tenant");
  }

  @Test
  void a_wrong_model_in_many_tenants_is_one_finding() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs", "a", "b", "c", "d", "e", "f");
    for (String tenant : docs.tenants()) {
      MODEL.write(run, docs, tenant, 0, 120);
    }
    run.backup(BackupKind.FULL);
    for (String tenant : docs.tenants()) {
      OTHER.write(run, docs, tenant, 0, 120);
    }

    List<Finding> findings = drift(run, BackupKind.INCREMENTAL);

    assertThat(codes(findings)).containsExactly(CENTROID_DRIFT);
    assertThat(findings.getFirst().message()).contains("main/docs: ", "; and 4 more");
  }

  @Test
  void the_runbook_says_how_far_is_too_far() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 200);
    run.backup(BackupKind.FULL);
    MODEL.ofLength(1.05).write(run, docs, "", 0, 220);
    String id = run.backup(BackupKind.INCREMENTAL).backupId();

    assertThat(drift(run, id, DriftRule.DEFAULT)).isEmpty();
    assertThat(codes(drift(run, id, new DriftRule(0.04, 0.15, 0.05, 10))))
        .containsExactly(NORM_DRIFT, COUNT_DRIFT);
    assertThat(drift(run, id, new DriftRule(0.04, 0.15, 0.05, 1000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_increment_says_of_its_records_what_a_full_of_the_same_state_says(boolean snapshots)
      throws Exception {
    MemoryRun run = new MemoryRun(folder, new MemoryArtifactStore(), snapshots);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 2000);
    run.backup(BackupKind.FULL);
    OTHER.write(run, docs, "", 500, 30);

    BackupReport increment = run.backup(BackupKind.INCREMENTAL);
    BackupReport full = run.backup(BackupKind.FULL);
    BackupReport anew = run.backupAnew();

    assertThat(increment.changed()).isEqualTo(30);
    assertThat(profile(run, full)).isEqualTo(profile(run, anew));
    BackupProfile.Vector figures = figures(profile(run, increment));
    assertThat(figures.count()).isEqualTo(2000);
    if (!snapshots) {
      assertThat(profile(run, increment)).isEqualTo(profile(run, full));
      return;
    }
    // It read what changed alone: what was there before is told by the parent's mean.
    BackupProfile.Vector all = figures(profile(run, full));
    assertThat(figures.norm().mean()).isCloseTo(all.norm().mean(), within(1e-6));
    assertThat(figures.norm().most()).isEqualTo(all.norm().most());
    assertThat(VectorFigures.of(figures).cosineDistance(VectorFigures.of(all)).orElseThrow())
        .isLessThan(0.001);
    assertThat(drift(run, full.backupId(), new DriftRule(0.001, 0.001, 0.001, 1))).isEmpty();
  }

  @Test
  void what_an_increment_did_not_read_keeps_its_values_that_are_no_numbers() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 200);
    MODEL.ofLength(Double.NaN).write(run, docs, "", 0, 3);
    run.backup(BackupKind.FULL);
    MODEL.write(run, docs, "", 100, 10);
    BackupReport same = run.backup(BackupKind.INCREMENTAL);
    MODEL.ofLength(Double.NaN).write(run, docs, "", 50, 2);
    BackupReport more = run.backup(BackupKind.INCREMENTAL);

    assertThat(figures(profile(run, same)).notFinite()).isEqualTo(3);
    assertThat(drift(run, same.backupId(), DriftRule.DEFAULT)).isEmpty();
    assertThat(figures(profile(run, more)).notFinite()).isEqualTo(5);
    assertThat(figures(profile(run, more)).count()).isEqualTo(200);
    assertThat(codes(drift(run, more.backupId(), DriftRule.DEFAULT)))
        .containsExactly(VECTORS_NOT_FINITE);
  }

  private static BackupProfile.Vector figures(String profile) throws Exception {
    return BackupProfile.decode(profile.getBytes(StandardCharsets.UTF_8), "profile")
        .parts()
        .getFirst()
        .vectors()
        .getFirst();
  }

  @Test
  void records_that_an_attempt_had_read_before_it_died_count_once() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    MODEL.write(run, docs, "", 0, 20_000);
    BackupReport whole = run.backup(BackupKind.FULL);
    CaptureRun again = run.begin(BackupKind.FULL);
    AtomicLong seconds = new AtomicLong();
    TargetCapture capture =
        new TargetCapture(
            run.target(),
            run.engine(),
            run.archive(),
            new SharedIndexes(),
            run.scratch(),
            // Each look at the clock is a checkpoint's time later: every batch is one.
            () -> Instant.EPOCH.plusSeconds(seconds.addAndGet(30)));
    try (TargetCapture.Held held = capture.hold(again, 0)) {
      int[] batches = new int[1];
      assertThatThrownBy(() ->
              capture.captureRange(
                  new RangeRun(again, 0, 0),
                  (records, stored, segments) -> {
                    if (++batches[0] == 3) {
                      throw new IllegalStateException("killed");
                    }
                  }))
          .hasMessage("killed");
      long records = 0;
      for (RangeReport report : run.ranges(capture, again, held.opened())) {
        records += report.records();
      }
      BackupReport resumed = run.seal(again, held.opened(), records);

      assertThat(resumed.records()).isEqualTo(20_000);
      assertThat(profile(run, resumed)).isEqualTo(profile(run, whole));
    }
  }

  @Test
  void a_backup_whose_earlier_ones_have_no_profile_is_compared_with_none() throws Exception {
    MemoryRun run = new MemoryRun(folder);
    CollectionSchema docs = run.create("docs");
    assertThat(drift(run, BackupKind.FULL)).isEmpty();
    MODEL.write(run, docs, "", 0, 500);
    assertThat(drift(run, BackupKind.FULL)).isEmpty();
  }

  private static List<Finding> drift(EngineRun run, BackupKind kind) throws Exception {
    return drift(run, run.backup(kind).backupId(), DriftRule.DEFAULT);
  }

  private static List<Finding> drift(EngineRun run, String backupId, DriftRule rule)
      throws Exception {
    return new ProfileComparison(run.archive(), rule).against(backupId);
  }

  private static List<FindingCode> codes(List<Finding> findings) {
    return findings.stream().map(Finding::code).toList();
  }

  private static String profile(EngineRun run, BackupReport report) throws Exception {
    List<String> texts = new ArrayList<>();
    for (Stored stored : run.manifest(report).profile()) {
      texts.add(new String(Artifacts.read(run.store(), stored), StandardCharsets.UTF_8));
    }
    return String.join("", texts);
  }
}
