package drillbook.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.drill.DrillRequest;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.prune.PruneRequest;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestoreRequest;
import drillbook.runbook.Cadence;
import drillbook.runbook.Retention;
import drillbook.runbook.RunbookRequest;
import drillbook.schedule.TestingRunbooks;
import drillbook.setting.TemporalAddress;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ConversionTest {
  @Test
  void a_target_alone_is_a_request_with_every_default() {
    assertThat(read("{\"target\":\"docs\"}", RestoreRequest.class))
        .isEqualTo(RestoreRequest.of("docs"));
    assertThat(read("{\"target\":\"docs\"}", DrillRequest.class))
        .isEqualTo(DrillRequest.of("docs"));
    assertThat(read("{\"target\":\"docs\"}", BackupRequest.class))
        .isEqualTo(BackupRequest.of("docs", BackupKind.FULL));
    assertThat(read("{\"target\":\"docs\"}", PruneRequest.class))
        .isEqualTo(PruneRequest.of("docs"));
    assertThat(
            read(
                "{\"target\":\"docs\",\"retention\":{\"all\":\"PT48H\",\"monthly\":12}}",
                PruneRequest.class))
        .isEqualTo(
            new PruneRequest("docs", new Retention(Duration.ofDays(2), 0, 0, 0, 12, 0), false));
    assertThat(read("{\"target\":\"docs\"}", VerifyRequest.class))
        .isEqualTo(VerifyRequest.of("docs", "latest"));
  }

  @Test
  void every_field_of_a_request_travels() {
    RestoreRequest request =
        new RestoreRequest(
            "docs",
            "2026-11-21",
            RestoreMode.IN_PLACE,
            "staging",
            List.of("a", "b"),
            List.of("t"),
            "staging",
            true,
            true);
    assertThat(travelled(request, RestoreRequest.class)).isEqualTo(request);
    DrillRequest drill =
        new DrillRequest("docs", "latest", "staging", List.of("a"), List.of("t"), 0.5, 9);
    assertThat(travelled(drill, DrillRequest.class)).isEqualTo(drill);
    BackupRequest backup = new BackupRequest("docs", BackupKind.FULL, true);
    assertThat(travelled(backup, BackupRequest.class)).isEqualTo(backup);
  }

  @Test
  void an_unknown_field_of_a_request_is_refused_with_the_known_ones() {
    ApplicationFailure failure =
        refused("{\"target\":\"docs\",\"dryrun\":true}", RestoreRequest.class);
    assertThat(WorkflowFailures.kind(failure)).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure.getOriginalMessage())
        .isEqualTo("the argument RestoreRequest cannot be read: it knows no field 'dryrun'");
    assertThat(WorkflowFailures.hint(failure))
        .contains("[target, backup, mode, into,", "dryRun, site]");
  }

  @Test
  void a_request_that_its_record_refuses_says_why() {
    assertThat(refused("{}", VerifyRequest.class).getOriginalMessage())
        .endsWith("target is missing: name one that the worker knows");
    assertThat(
            refused("{\"target\":\"docs\",\"kind\":\"HALF\"}", BackupRequest.class)
                .getOriginalMessage())
        .contains("HALF");
    assertThat(refused("docs", VerifyRequest.class).getOriginalMessage()).endsWith("it is no JSON");
    assertThat(refused("null", VerifyRequest.class).getOriginalMessage()).endsWith("it is empty");
  }

  @Test
  void a_runbook_travels_whole_or_not_at_all() throws Exception {
    RunbookRequest request =
        new RunbookRequest(
            TestingRunbooks.usual("docs", Cadence.DAILY, Cadence.WEEKLY), Cadence.WEEKLY);
    assertThat(travelled(request, RunbookRequest.class)).isEqualTo(request);
    String json = Conversion.json().writeValueAsString(request);
    ApplicationFailure newer =
        refused(json.replace("\"zone\"", "\"later\":1,\"zone\""), RunbookRequest.class);
    assertThat(newer.getOriginalMessage())
        .isEqualTo("the argument RunbookRequest cannot be read: it knows no field 'later'");
    assertThat(WorkflowFailures.hint(newer)).contains("drillbook runbook run");
    assertThat(refused("{\"cadence\":\"DAILY\"}", RunbookRequest.class).getOriginalMessage())
        .contains("runbook is missing");
  }

  @Test
  void an_unknown_field_of_a_report_passes_between_versions() {
    VerifyReport report =
        read(
            "{\"target\":\"docs\",\"backupId\":\"b\",\"verdict\":\"PASSED\",\"checks\":[],"
                + "\"records\":1,\"bytes\":2,\"seconds\":3,\"later\":4}",
            VerifyReport.class);
    assertThat(report.records()).isEqualTo(1);
  }

  @Test
  void a_malformed_argument_fails_its_workflow_at_once() throws Exception {
    TestingActivities activities = new TestingActivities();
    try (InProcessTemporal temporal = InProcessTemporal.start(() -> List.of(activities))) {
      WorkflowStub stub =
          temporal
              .client()
              .newUntypedWorkflowStub(
                  "RestoreWorkflow",
                  WorkflowOptions.newBuilder()
                      .setTaskQueue(TemporalAddress.TASK_QUEUE)
                      .setWorkflowId("malformed")
                      .build());
      stub.start(Map.of("target", "docs", "dryrun", true));
      WorkflowFailedException failed =
          catchThrowableOfType(
              WorkflowFailedException.class,
              () -> stub.getResult(30, TimeUnit.SECONDS, Object.class));
      assertThat(WorkflowFailures.kind(failed)).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(WorkflowFailures.message(failed)).contains("'dryrun'");
      assertThat(activities.calls).isEmpty();
    }
  }

  private static <T> T travelled(T value, Class<T> type) {
    return Conversion.dataConverter()
        .fromPayload(Conversion.dataConverter().toPayload(value).orElseThrow(), type, type);
  }

  private static <T> T read(String json, Class<T> type) {
    Payload payload =
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFromUtf8(json))
            .build();
    return Conversion.dataConverter().fromPayload(payload, type, type);
  }

  private static ApplicationFailure refused(String json, Class<?> type) {
    DataConverterException unreadable =
        catchThrowableOfType(Conversion.UnreadableArgument.class, () -> read(json, type));
    assertThat(unreadable).hasCauseInstanceOf(ApplicationFailure.class);
    return (ApplicationFailure) Objects.requireNonNull(unreadable.getCause());
  }
}
