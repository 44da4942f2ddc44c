package drillbook.watch;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a look found, before anybody judged it.
 *
 * @param at when it was
 * @param schedules of the runbook, by cadence
 * @param recoveryPoint the newest state that can be recovered; absent where there is none
 * @param backupRunning whether a backup is at work
 * @param last what was so at the look before
 */
public record WatchFacts(
    Instant at,
    List<WatchedSchedule> schedules,
    @Nullable Instant recoveryPoint,
    boolean backupRunning,
    WatchMemory last) {
  /** Copies the schedules. */
  public WatchFacts {
    Objects.requireNonNull(at, "at == null");
    Objects.requireNonNull(last, "last == null");
    schedules = List.copyOf(schedules);
  }
}
