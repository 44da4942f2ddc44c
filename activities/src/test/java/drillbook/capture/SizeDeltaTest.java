package drillbook.capture;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.check.Check;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.engine.CollectionSchema;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import drillbook.verify.VerifyReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeDeltaTest {
  private static final SizeRule RULE = new SizeRule(0.10, 0.50, 1000);

  @TempDir Path folder;

  @Test
  void a_growth_above_a_tenth_is_worth_a_look_and_fails_nothing() throws Exception {
    try (MemoryRun run = new MemoryRun(folder)) {
      CollectionSchema docs = run.create("docs");
      run.write(docs, "", 0, 1000, 1);
      verify(run);
      run.write(docs, "", 1000, 200, 1);
      VerifyReport grown = verify(run);
      assertThat(grown.verdict()).isEqualTo(Verdict.PASSED);
      assertThat(grown.warnings())
          .singleElement()
          .satisfies(warning -> {
            assertThat(warning.code()).isEqualTo(FindingCode.SIZE_DELTA);
            assertThat(warning.message())
                .startsWith("collection 0: logical bytes")
                .contains("+20 %");
          });
      assertThat(verify(run).warnings()).isEmpty();
    }
  }

  @Test
  void a_collection_that_is_gone_is_found() throws Exception {
    try (MemoryRun run = new MemoryRun(folder)) {
      CollectionSchema docs = run.create("docs");
      CollectionSchema other = run.create("other");
      run.write(docs, "", 0, 1000, 1);
      run.write(other, "", 0, 1000, 1);
      verify(run);
      run.engine().control().drop(docs.name());
      VerifyReport report = verify(run);
      assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(report.checks())
          .filteredOn(check -> check.name().equals("size-delta"))
          .singleElement()
          .extracting(Check::findings)
          .asString()
          .contains("collection 0", "-100 %");
    }
  }

  private static VerifyReport verify(MemoryRun run) throws Exception {
    return new BackupVerification(run.archive(), run.scratch(), sentence -> {})
        .verify(run.backup(BackupKind.FULL).backupId(), RULE);
  }
}
