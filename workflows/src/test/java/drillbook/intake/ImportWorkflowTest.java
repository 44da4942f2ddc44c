package drillbook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.failure.FailureKind;
import drillbook.intake.ImportReport.Status;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowStub;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an import does in which order: nothing is written before every file was read. */
final class ImportWorkflowTest {
  private static final ImportRequest REQUEST =
      new ImportRequest("docs", "/exports/a-1", null, null, false);

  private final TestingWorld world = new TestingWorld();

  @Test
  void every_file_is_checked_before_the_first_is_written() {
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      ImportReport report = temporal.run("ImportWorkflow", REQUEST, ImportReport.class);
      assertThat(report.status()).isEqualTo(Status.COMPLETED);
      assertThat(report.records()).isEqualTo(30);
      assertThat(report.loaded()).isEqualTo(3);
      assertThat(report.created()).isTrue();
    }
    assertThat(world.calls)
        .containsSubsequence("check 2", "prepare 30")
        .endsWith("index", "journal");
    assertThat(world.calls.subList(0, world.calls.indexOf("prepare 30")))
        .containsAll(List.of("check 0", "check 1", "check 2"))
        .noneMatch(call -> call.startsWith("load"));
  }

  @Test
  void many_files_are_few_events() {
    List<Long> lengths = Collections.nCopies(10_000, 256L << 20);
    world.forms.plan = ImportPlan.of("abc", "", lengths);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      WorkflowStub stub = temporal.start("ImportWorkflow", REQUEST);
      ImportReport report = stub.getResult(ImportReport.class);
      assertThat(report.loaded()).isEqualTo(10_000);
      long events = temporal.history(stub).lines().filter(line -> line.contains("eventId")).count();
      assertThat(events).isBetween(600L, 3_000L);
    }
  }

  @Test
  void groups_are_few_by_count_and_by_bytes_and_small_imports_have_none() {
    List<Long> lengths = new ArrayList<>(Collections.nCopies(9_000, 1L));
    lengths.addAll(Collections.nCopies(1_000, 1L << 30));
    ImportPlan plan = ImportPlan.of("abc", "", lengths);
    assertThat(plan.starts()).hasSizeLessThanOrEqualTo(2 * ImportPlan.GROUPS + 1).startsWith(0);
    int next = 0;
    for (int start : plan.starts()) {
      assertThat(start).isEqualTo(next);
      next = plan.end(start);
      assertThat(next - start).isBetween(1, 100);
    }
    assertThat(next).isEqualTo(10_000);
    assertThat(ImportPlan.of("abc", "", Collections.nCopies(100, 5L)).starts()).hasSize(100);
    assertThat(ImportPlan.of("abc", "", List.of()).starts()).isEmpty();
  }

  @Test
  void what_is_missing_of_a_collection_that_is_there_is_built() {
    world.forms.present = true;
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      ImportReport report = temporal.run("ImportWorkflow", REQUEST, ImportReport.class);
      assertThat(report.created()).isFalse();
    }
    assertThat(world.calls).endsWith("index what is missing", "journal");
  }

  @Test
  void a_file_that_cannot_be_read_stops_it_before_anything_is_written() {
    world.fail("check 1", FailureKind.CORRUPT);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      assertThat(temporal.failure("ImportWorkflow", REQUEST)).isEqualTo(FailureKind.CORRUPT);
    }
    assertThat(world.calls).noneMatch(call -> call.startsWith("prepare"));
    assertThat(world.journal).isEmpty();
  }

  @Test
  void facts_of_files_are_added_up() {
    FileFacts four = new FileFacts(1, 1, 0, 4, 4, "a", "a");
    FileFacts six = new FileFacts(2, 2, 1, 6, 6, "b", "b");
    FileFacts sparse = new FileFacts(5, 0, 5, 0, 0, "", "");
    assertThat(FileFacts.NONE.and(sparse).and(six).and(four).and(FileFacts.NONE))
        .isEqualTo(new FileFacts(8, 3, 6, 4, 6, "a", "b"));
  }

  @Test
  void a_request_says_what_is_wrong_with_it() {
    assertThat(REQUEST.metric()).isEqualTo("cosine");
    assertThatThrownBy(() -> new ImportRequest("docs", null, null, null, false))
        .hasMessageContaining("from is missing");
    assertThatThrownBy(() -> new ImportRequest("docs", "/x", null, "near", false))
        .hasMessageContaining("near");
  }
}
