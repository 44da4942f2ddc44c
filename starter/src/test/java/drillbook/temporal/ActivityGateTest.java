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
  @Test
  @Timeout(120)
  void a_range_that_fails_while_others_end_does_not_hang_the_backup() throws Exception {
    TestingActivities activities = new TestingActivities();
    activities.failRange(0, FailureKind.CORRUPT);
    try (InProcessTemporal temporal = InProcessTemporal.start(() -> List.of(activities))) {
      ProcedureRun run = new ProcedureRun(temporal, step -> {});
      for (int round = 0; round < 25; round++) {
        Procedure<?> backup = Procedure.backup(BackupRequest.of("docs-" + round, BackupKind.FULL));
        DrillbookException failed =
            catchThrowableOfType(DrillbookException.class, () -> run.await(backup));
        assertThat(failed.kind()).isEqualTo(FailureKind.CORRUPT);
      }
      assertThat(temporal.broken()).isFalse();
      assertThat(activities.calls).filteredOn("abandon"::equals).hasSize(25);
    }
  }
}
