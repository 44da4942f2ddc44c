package drillbook.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.localserver.RealServers;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleException;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real Temporal server makes of the expressions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CronExpressionIT {
  private WorkflowServiceStubs stubs;
  private ScheduleClient schedules;

  @BeforeAll
  void connect() {
    stubs =
        WorkflowServiceStubs.newConnectedServiceStubs(
            WorkflowServiceStubsOptions.newBuilder()
                .setTarget(RealServers.temporal().address())
                .build(),
            java.time.Duration.ofSeconds(30));
    schedules = ScheduleClient.newInstance(stubs);
  }

  @AfterAll
  void disconnect() {
    if (stubs != null) {
      stubs.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "59 23 31 12 7",
        "5/20 * * * *",
        "0 6-22/2 * * *",
        "0,30 8-12,14-18/2 * * *",
        "0 0 29 2 *",
        "0 0 31 1,2 *",
        "0 0 * jan-dec *",
        "0 0 * Sept *",
        "0 0 * * MON-fri",
        "0 0 * * tu,thurs",
        "0 0 * * 5-7",
        "0 4 1-7 * sun",
        "00 02 * * *",
        "5 * * * *",
        "0 2 * * *",
        "0 3 * * 0",
        "0 4 1 * *",
        "0 5 1 1,4,7,10 *",
      })
  void what_we_accept_comes_back_there(String cron) {
    assertThat(next(CronExpression.parse(cron))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "* * * ja *",
        "* * * * m",
        "1,,2 * * * *",
        "1-2-3 * * * *",
        "5-1 * * * *",
        "* * * * fri-sun",
        "*/0 * * * *",
        "*/5/5 * * * *",
        "? * * * *",
        "* * L * *",
        "* * 15W * *",
        "* * * *",
      })
  void what_it_refuses_we_refuse_before(String cron) {
    assertThat(catchThrowableOfType(ScheduleException.class, () -> next(cron))).isNotNull();
    assertThat(
            catchThrowableOfType(IllegalArgumentException.class, () -> CronExpression.parse(cron)))
        .isNotNull();
  }

  /** Behind # it reads a comment: what means the third Friday elsewhere would be every Friday. */
  @Test
  void what_it_misunderstands_we_refuse() {
    assertThat(next("0 2 * * 5#3")).hasSizeGreaterThan(1);
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> CronExpression.parse("0 2 * * 5#3")))
        .hasMessageContaining("'day of week' is no number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6,9 *"})
  void what_never_comes_it_accepts_in_silence(String cron) {
    assertThat(next(cron)).isEmpty();
    assertThat(
            catchThrowableOfType(IllegalArgumentException.class, () -> CronExpression.parse(cron)))
        .hasMessageContaining("none of the months has");
  }

  @Test
  void a_day_must_match_both_day_fields() {
    assertThat(next("0 4 1-7 * sun"))
        .allSatisfy(time -> {
          var day = time.atZone(java.time.ZoneOffset.UTC);
          assertThat(day.getDayOfWeek()).isEqualTo(java.time.DayOfWeek.SUNDAY);
          assertThat(day.getDayOfMonth()).isLessThanOrEqualTo(7);
        });
  }

  private List<Instant> next(String cron) {
    ScheduleHandle handle =
        schedules.createSchedule(
            "cron-" + UUID.randomUUID(),
            Schedule.newBuilder()
                .setSpec(ScheduleSpec.newBuilder().setCronExpressions(List.of(cron)).build())
                .setAction(
                    ScheduleActionStartWorkflow.newBuilder()
                        .setWorkflowType("nobody")
                        .setOptions(
                            WorkflowOptions.newBuilder()
                                .setWorkflowId("cron")
                                .setTaskQueue("nobody")
                                .build())
                        .build())
                .build(),
            ScheduleOptions.newBuilder().build());
    try {
      return handle.describe().getInfo().getNextActionTimes();
    } finally {
      handle.delete();
    }
  }
}
