package drillbook.watch;

import drillbook.runbook.Cadence;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of one schedule.
 *
 * @param cadence which part of the runbook it does
 * @param there whether it exists
 * @param paused whether it starts nothing
 * @param note what the person wrote who paused it
 * @param since when it was made
 * @param lastDue when a run of it should have begun last; absent where that is not asked
 * @param nextDue when the next one will begin; absent where none will, or that is not asked
 * @param provenAt when a drill of this cadence passed last; absent where none did
 * @param missed how many runs were not started since that would have been too late, ever
 * @param skipped how many were not started since the one before still ran, ever
 */
public record WatchedSchedule(
    Cadence cadence,
    boolean there,
    boolean paused,
    String note,
    Instant since,
    @Nullable Instant lastDue,
    @Nullable Instant nextDue,
    @Nullable Instant provenAt,
    long missed,
    long skipped) {
  /** Rejects nulls. */
  public WatchedSchedule {
    Objects.requireNonNull(cadence, "cadence == null");
    Objects.requireNonNull(note, "note == null");
    Objects.requireNonNull(since, "since == null");
  }
}
