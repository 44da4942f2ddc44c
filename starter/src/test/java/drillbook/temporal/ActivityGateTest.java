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
  /** Without the gate the first round hangs, on most machines. */
  @Test
  @Timeout(120)
  void a_range_that_fails_while_others_end_does_not_hang_the_backup() throws Exception {
    for (int round = 0; round < 10; round++) {
      TestingActivities activities = new TestingActivities();
      activities.failRange(0, FailureKind.CORRUPT);
      try (InProcessTemporal temporal = InProcessTemporal.start(() -> List.of(activities))) {
        ProcedureRun run = new ProcedureRun(temporal, step -> {});
        Procedure<?> backup = Procedure.backup(BackupRequest.of("docs", BackupKind.FULL));
        DrillbookException failed =
            catchThrowableOfType(DrillbookException.class, () -> run.await(backup));
        assertThat(failed.kind()).isEqualTo(FailureKind.CORRUPT);
        assertThat(temporal.broken()).isFalse();
      }
    }
  }
}
