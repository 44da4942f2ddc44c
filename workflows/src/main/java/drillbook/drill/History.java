package drillbook.drill;

import java.time.Instant;
import java.util.List;

/**
 * What the journal and the backup tell a drill.
 *
 * @param asOf the drilled backup's recovery point
 * @param recoverySeconds recovery times of the last green drills of the same environment that did
 *     not regress, newest first, at most {@value Baseline#MOST}
 */
public record History(Instant asOf, List<Double> recoverySeconds) {
  /** Copies the times. */
  public History {
    recoverySeconds = List.copyOf(recoverySeconds);
  }
}
