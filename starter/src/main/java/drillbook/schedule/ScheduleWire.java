package drillbook.schedule;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import drillbook.schedule.LiveSchedule.Outcome;
import drillbook.schedule.LiveSchedule.Run;
import drillbook.visibility.SearchKeys;
import io.temporal.api.common.v1.Memo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.SearchAttributes;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.schedule.v1.Schedule;
import io.temporal.api.schedule.v1.ScheduleAction;
import io.temporal.api.schedule.v1.ScheduleActionResult;
import io.temporal.api.schedule.v1.ScheduleInfo;
import io.temporal.api.schedule.v1.SchedulePolicies;
import io.temporal.api.schedule.v1.ScheduleSpec;
import io.temporal.api.schedule.v1.ScheduleState;
import io.temporal.api.sdk.v1.UserMetadata;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflow.v1.NewWorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeScheduleResponse;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Schedules as Temporal's service reads and writes them. */
final class ScheduleWire {
  /** The memo of a schedule that names its owner. It cannot be changed, so it cannot be stolen. */
  static final String OWNER = "DrillbookOwner";

  /** The memo of a schedule's runs that holds the mark, and the search attribute with the hash. */
  static final String HASH = "DrillbookSpecHash";

  /** What the names of all our search attributes begin with. */
  static final String ATTRIBUTES = "Drillbook";

  private final DataConverter converter;

  /** Writes arguments as workers read them. */
  ScheduleWire(DataConverter converter) {
    this.converter = converter;
  }

  /**
   * Returns what a schedule ought to be, with a state that is left as it is.
   *
   * @param searchable whether the namespace has {@link SearchKeys}
   */
  Schedule schedule(DesiredSchedule desired, Mark mark, ScheduleState state, boolean searchable) {
    Map<String, String> searchedBy = searchable ? desired.searchedBy() : Map.of();
    return Schedule.newBuilder()
        .setSpec(
            ScheduleSpec.newBuilder()
                .addCronString(desired.cron())
                .setTimezoneName(desired.runbook().zone()))
        .setPolicies(
            SchedulePolicies.newBuilder()
                .setOverlapPolicy(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP)
                .setCatchupWindow(Durations.fromSeconds(desired.catchUp().toSeconds())))
        .setAction(
            ScheduleAction.newBuilder()
                .setStartWorkflow(
                    NewWorkflowExecutionInfo.newBuilder()
                        .setWorkflowId(desired.workflowId())
                        .setWorkflowType(WorkflowType.newBuilder().setName(desired.workflowType()))
                        .setTaskQueue(TaskQueue.newBuilder().setName(desired.taskQueue()))
                        .setInput(Payloads.newBuilder().addPayloads(argument(desired.argument())))
                        .setWorkflowRunTimeout(Durations.fromSeconds(desired.longest().toSeconds()))
                        .setMemo(Memo.newBuilder().putFields(HASH, argument(mark.words())))
                        .setSearchAttributes(keywords(searchedBy))
                        // Both or neither: clients in Java cannot describe one of them alone.
                        .setUserMetadata(
                            UserMetadata.newBuilder()
                                .setSummary(argument(desired.summary()))
                                .setDetails(argument(desired.details())))))
        .setState(state)
        .build();
  }

  /** Returns the memo of a new schedule. */
  Memo memo(Owner owner) {
    return Memo.newBuilder().putFields(OWNER, argument(owner.word())).build();
  }

  /** Returns the search attribute. */
  static SearchAttributes attribute(String hash) {
    return keywords(Map.of(HASH, hash));
  }

  /** Returns whose a schedule is, or an empty string. */
  String owner(Memo memo) {
    return text(converter, memo.getFieldsMap().get(OWNER));
  }

  /** Returns what was left behind in a schedule. */
  Mark mark(Schedule schedule) {
    Memo memo = schedule.getAction().getStartWorkflow().getMemo();
    return Mark.parse(text(converter, memo.getFieldsMap().get(HASH)));
  }

  /** Returns a digest of what the server holds, without what people may change. */
  static String form(Schedule schedule) {
    Schedule.Builder bare = schedule.toBuilder().clearState();
    bare.getActionBuilder().getStartWorkflowBuilder().clearMemo();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      bare.build().writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Mark.digest(bytes.toByteArray());
  }

  /** Reads a schedule. */
  LiveSchedule live(String id, DescribeScheduleResponse described) {
    Schedule schedule = described.getSchedule();
    Mark mark = mark(schedule);
    List<Run> runs = new ArrayList<>();
    for (ScheduleActionResult result : described.getInfo().getRecentActionsList()) {
      runs.addFirst(run(result));
    }
    return new LiveSchedule(
        id,
        owner(described.getMemo()),
        mark.hash(),
        text(
            DefaultDataConverter.STANDARD_INSTANCE,
            described.getSearchAttributes().getIndexedFieldsMap().get(HASH)),
        !mark.form().equals(form(schedule)),
        schedule
            .getAction()
            .getStartWorkflow()
            .getSearchAttributes()
            .containsIndexedFields(SearchKeys.TARGET.getName()),
        schedule.getState().getPaused(),
        schedule.getState().getNotes(),
        instant(described.getInfo().getCreateTime()),
        writtenAt(described.getInfo()),
        described.getInfo().getFutureActionTimesList().stream().map(ScheduleWire::instant).toList(),
        runs,
        described.getInfo().getRunningWorkflowsList().stream()
            .map(WorkflowExecution::getWorkflowId)
            .toList(),
        described.getInfo().getMissedCatchupWindow(),
        described.getInfo().getOverlapSkipped());
  }

  private static Run run(ScheduleActionResult result) {
    return new Run(
        instant(result.getScheduleTime()),
        instant(result.getActualTime()),
        result.getStartWorkflowResult().getWorkflowId(),
        result.getStartWorkflowResult().getRunId(),
        outcome(result.getStartWorkflowStatus()));
  }

  private static Outcome outcome(WorkflowExecutionStatus status) {
    return switch (status) {
      case WORKFLOW_EXECUTION_STATUS_RUNNING -> Outcome.RUNNING;
      case WORKFLOW_EXECUTION_STATUS_COMPLETED -> Outcome.COMPLETED;
      case WORKFLOW_EXECUTION_STATUS_FAILED,
          WORKFLOW_EXECUTION_STATUS_CANCELED,
          WORKFLOW_EXECUTION_STATUS_TERMINATED,
          WORKFLOW_EXECUTION_STATUS_TIMED_OUT ->
          Outcome.BROKEN_OFF;
      default -> Outcome.UNKNOWN;
    };
  }

  private Payload argument(Object value) {
    return converter.toPayload(value).orElseThrow();
  }

  private static SearchAttributes keywords(Map<String, String> values) {
    SearchAttributes.Builder attributes = SearchAttributes.newBuilder();
    values.forEach((name, value) ->
        attributes.putIndexedFields(
            name,
            DefaultDataConverter.STANDARD_INSTANCE.toPayload(value).orElseThrow().toBuilder()
                // Workflow code sees its attributes as the start has them, and needs the type.
                .putMetadata("type", ByteString.copyFromUtf8("Keyword"))
                .build()));
    return attributes.build();
  }

  /** What somebody else wrote there may be anything. */
  private static String text(DataConverter converter, @Nullable Payload payload) {
    if (payload == null) {
      return "";
    }
    try {
      return Objects.requireNonNullElse(
          converter.fromPayload(payload, String.class, String.class), "");
    } catch (DataConverterException e) {
      return "";
    }
  }

  private static Instant writtenAt(ScheduleInfo info) {
    return info.hasUpdateTime() ? instant(info.getUpdateTime()) : instant(info.getCreateTime());
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochMilli(Timestamps.toMillis(timestamp));
  }
}
