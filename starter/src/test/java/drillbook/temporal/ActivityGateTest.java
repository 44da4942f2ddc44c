package drillbook.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ActivityGateTest {
  /** How many rounds a machine that stalls for half a second may make the gate come too late in. */
  private static final int TOO_LATE = 2;

  /**
   * Without the gate nearly every round meets the service's defect. A backup that meets it all the
   * same is told of, and not waited for.
   */
  @Test
  @Timeout(120)
  void a_range_that_fails_while_others_end_does_not_hang_the_backup() throws Exception {
    int met = 0;
    for (int round = 0; round < 10; round++) {
      TestingActivities activities = new TestingActivities();
      activities.failRange(0, FailureKind.CORRUPT);
      try (InProcessTemporal temporal = InProcessTemporal.start(() -> List.of(activities))) {
        ProcedureRun run = new ProcedureRun(temporal, step -> {});
        Procedure<?> backup = Procedure.backup(BackupRequest.of("docs", BackupKind.FULL));
        DrillbookException failed =
            catchThrowableOfType(DrillbookException.class, () -> run.await(backup));
        assertThat(failed.kind())
            .isEqualTo(temporal.broken() ? FailureKind.UNAVAILABLE : FailureKind.CORRUPT);
        met += temporal.broken() ? 1 : 0;
      }
    }
    assertThat(met).as("rounds that met the defect").isLessThanOrEqualTo(TOO_LATE);
  }
}
