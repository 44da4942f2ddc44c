package drillbook.prune;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.FailureKind;
import drillbook.journal.JournalRecord;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import drillbook.runbook.Retention;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PruneWorkflowTest {
  private static final String TYPE = "PruneWorkflow";

  private final TestingWorld world = new TestingWorld();
  private final TestingTemporal temporal = new TestingTemporal(world);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void a_prune_plans_deletes_and_writes_down() {
    Retention yearly = new Retention(Duration.ofDays(7), 0, 0, 0, 12, 0);
    PruneReport report =
        temporal.run(TYPE, new PruneRequest("docs", yearly, false), PruneReport.class);
    assertThat(world.calls).containsExactly("plan prune", "delete 12", "journal");
    assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(report.kept()).isEqualTo(3);
    assertThat(report.deleted()).isEqualTo(1);
    JournalRecord written = world.journal.getFirst();
    assertThat(written.kind()).isEqualTo("prune");
    assertThat(written.figures())
        .containsEntry("kept", "3")
        .containsEntry("deleted", "1")
        .containsEntry("bytes", "5000")
        .containsEntry("plan", report.planKey());
  }

  @Test
  void a_dry_run_deletes_nothing_and_writes_nothing_down() {
    PruneReport report =
        temporal.run(TYPE, new PruneRequest("docs", null, true), PruneReport.class);
    assertThat(world.calls).containsExactly("plan prune");
    assertThat(report.dryRun()).isTrue();
    assertThat(report.deleted()).isEqualTo(1);
    assertThat(report.lines()).hasSize(2);
  }

  @Test
  void what_both_looks_found_is_told_once() {
    world.warnings = List.of(new Finding(FindingCode.MANIFEST_NOT_AUTHENTIC, "kept", "look"));
    PruneReport report = temporal.run(TYPE, PruneRequest.of("docs"), PruneReport.class);
    assertThat(report.findings()).containsExactlyElementsOf(world.warnings);
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void a_store_that_comes_back_is_waited_for() {
    world.fail("delete 0", FailureKind.UNAVAILABLE, FailureKind.UNAVAILABLE);
    PruneReport report = temporal.run(TYPE, PruneRequest.of("docs"), PruneReport.class);
    assertThat(report.deleted()).isEqualTo(1);
  }
}
