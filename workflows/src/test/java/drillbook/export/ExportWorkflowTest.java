package drillbook.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.export.ExportReport.Status;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.procedure.TestingTemporal;
import drillbook.procedure.TestingWorld;
import io.temporal.client.WorkflowStub;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * What an export does in which order, what its status says meanwhile, and what a failure leaves.
 */
final class ExportWorkflowTest {
  private static final String ID = "export-docs-20261121t020000z";

  private final TestingWorld world = new TestingWorld();

  @Test
  void whole_collections_are_followed_by_the_status_and_the_journal() {
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      ExportReport report =
          temporal.run("ExportWorkflow", ExportRequest.of("docs"), ExportReport.class);
      assertThat(report.status()).isEqualTo(Status.COMPLETED);
      assertThat(report.id()).matches("export-docs-[0-9]{8}t[0-9]{6}z");
      assertThat(report.records()).isEqualTo(20);
      assertThat(report.bytes()).isEqualTo(200);
      assertThat(report.exported())
          .extracting(Exported::folder)
          .containsExactlyInAnyOrder("a-1/", "b-1/");
      assertThat(world.forms.left)
          .singleElement()
          .extracting(ExportReport::status)
          .isEqualTo(Status.COMPLETED);
      assertThat(world.journal)
          .singleElement()
          .satisfies(record -> {
            assertThat(record.kind()).isEqualTo("export");
            assertThat(record.figures()).containsEntry("records", "20");
          });
      assertThat(world.calls.indexOf("complete")).isGreaterThan(world.calls.indexOf("write b"));
    }
  }

  @Test
  void the_status_is_running_until_every_collection_is_whole() throws Exception {
    CountDownLatch writing = world.stick("write b");
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      WorkflowStub stub = temporal.start("ExportWorkflow", ID, ExportRequest.of("docs"));
      writing.await();
      ExportReport report = stub.query("status", ExportReport.class);
      assertThat(report.status()).isEqualTo(Status.RUNNING);
      assertThat(report.id()).isEqualTo(ID);
      assertThat(report.collections()).isEqualTo(2);
      assertThat(world.forms.left).isEmpty();
      stub.cancel();
      assertThatThrownBy(() -> stub.getResult(Object.class));
    }
    assertThat(world.forms.left)
        .singleElement()
        .extracting(ExportReport::status)
        .isEqualTo(Status.FAILED);
  }

  @Test
  void a_cancel_that_comes_while_the_end_is_written_comes_too_late() {
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      AtomicReference<WorkflowStub> running = new AtomicReference<>();
      CountDownLatch started = new CountDownLatch(1);
      world.forms.completing =
          () -> {
            await(started);
            running.get().cancel();
            // Answered by a workflow that has seen what came before the question.
            assertThat(running.get().query("status", ExportReport.class).status())
                .isEqualTo(Status.RUNNING);
          };
      running.set(temporal.start("ExportWorkflow", ID, ExportRequest.of("docs")));
      started.countDown();
      // Temporal calls it cancelled, whatever it returns; its status says what lies there.
      assertThatThrownBy(() -> running.get().getResult(Object.class));
      assertThat(running.get().query("status", ExportReport.class).status())
          .isEqualTo(Status.COMPLETED);
    }
    assertThat(world.calls).contains("journal").doesNotContain("abandon");
    assertThat(world.forms.left)
        .singleElement()
        .extracting(ExportReport::status)
        .isEqualTo(Status.COMPLETED);
  }

  @Test
  void a_failed_export_is_abandoned_and_says_why() {
    world.fail("write b", FailureKind.CORRUPT);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      assertThat(temporal.failure("ExportWorkflow", ExportRequest.of("docs")))
          .isEqualTo(FailureKind.CORRUPT);
    }
    assertThat(world.calls).contains("abandon").doesNotContain("complete");
    assertThat(world.forms.left)
        .singleElement()
        .satisfies(report -> {
          assertThat(report.status()).isEqualTo(Status.FAILED);
          assertThat(report.exported()).isEmpty();
          assertThat(report.remark()).contains("write b failed");
        });
    assertThat(world.journal).isEmpty();
  }

  @Test
  void an_export_that_cannot_be_planned_ends_without_waiting_for_the_store() {
    FailureKind[] unreachable = new FailureKind[20];
    Arrays.fill(unreachable, FailureKind.UNAVAILABLE);
    world.fail("plan " + ID, unreachable);
    world.fail("abandon", unreachable);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      WorkflowStub stub = temporal.start("ExportWorkflow", ID, ExportRequest.of("docs"));
      assertThatThrownBy(() -> stub.getResult(Object.class))
          .satisfies(thrown -> {
            assertThat(WorkflowFailures.kind(thrown)).isEqualTo(FailureKind.UNAVAILABLE);
            assertThat(WorkflowFailures.message(thrown)).contains("plan " + ID);
          });
      assertThat(stub.query("status", ExportReport.class).remark())
          .contains("plan " + ID, "abandon");
    }
    assertThat(world.calls).containsOnlyOnce("abandon");
  }

  @Test
  void a_clean_up_that_fails_does_not_hide_why_the_export_did() {
    world.fail("write b", FailureKind.CORRUPT);
    world.fail("abandon", FailureKind.DENIED);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      WorkflowStub stub = temporal.start("ExportWorkflow", ID, ExportRequest.of("docs"));
      assertThatThrownBy(() -> stub.getResult(Object.class))
          .satisfies(
              thrown -> assertThat(WorkflowFailures.kind(thrown)).isEqualTo(FailureKind.CORRUPT));
      assertThat(stub.query("status", ExportReport.class).remark())
          .contains("write b", "abandon failed");
    }
  }

  @Test
  void who_cannot_write_the_journal_exports_all_the_same() {
    world.fail("journal", FailureKind.DENIED);
    try (TestingTemporal temporal = new TestingTemporal(world)) {
      ExportReport report =
          temporal.run("ExportWorkflow", ExportRequest.of("docs"), ExportReport.class);
      assertThat(report.status()).isEqualTo(Status.COMPLETED);
      assertThat(report.remark()).startsWith("not written down: ");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_request_says_what_is_wrong_with_it() {
    assertThat(ExportRequest.of("docs").format()).isEqualTo("jsonl.gz");
    assertThat(new ExportRequest("docs", null, true, null, "pinecone", null, null, null).format())
        .isEqualTo("parquet");
    assertThatThrownBy(() -> new ExportRequest("docs", null, false, "csv", null, null, null, null))
        .hasMessageContaining("csv");
    assertThatThrownBy(
            () -> new ExportRequest("docs", null, false, "arrow", "pinecone", null, null, null))
        .hasMessageContaining("Parquet only");
    assertThatThrownBy(
            () -> new ExportRequest("docs", "2026-11-20", true, null, null, null, null, null))
        .hasMessageContaining("not of both");
  }
}
