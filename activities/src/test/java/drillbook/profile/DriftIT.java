package drillbook.profile;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.capture.Coverage;
import drillbook.capture.EngineRun;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.drift.DriftRule;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.target.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drift and coverage on real engines. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DriftIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_wrong_embedding_model_raises_the_alarm_in_the_very_next_backup(String engine)
      throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      CollectionSchema docs = run.create("docs", 48);
      TestingModel.of(1).write(run, docs, "", 0, 1000);
      run.backup(BackupKind.FULL);
      TestingModel.of(1).write(run, docs, "", 1000, 10);
      assertThat(drift(run)).isEmpty();
      TestingModel.of(2).write(run, docs, "", 0, 1010);

      List<Finding> findings = drift(run);

      assertThat(findings).extracting(Finding::code).containsExactly(FindingCode.CENTROID_DRIFT);
      assertThat(findings.getFirst().message()).contains(docs.name().path());
      assertThat(drift(run)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chroma", "pgvector"})
  void a_collection_that_came_without_a_word_is_named(String engine) throws Exception {
    try (EngineRun run = EngineRun.of(engine, folder)) {
      run.create("docs", 8);
      Target target = run.target();
      CollectionName fresh = run.create("fresh", 8).name();

      assertThat(uncovered(run, target)).contains(fresh.name());
      assertThat(uncovered(run, run.target())).doesNotContain(fresh.name());
    }
  }

  private static String uncovered(EngineRun run, Target target) throws Exception {
    return String.join(
        " ",
        new Coverage(target, run.engine(), List.of(target))
            .findings().stream().map(Finding::message).toList());
  }

  private static List<Finding> drift(EngineRun run) throws Exception {
    BackupReport report = run.backup(BackupKind.INCREMENTAL);
    return new ProfileComparison(run.archive(), DriftRule.DEFAULT).against(report.backupId());
  }
}
