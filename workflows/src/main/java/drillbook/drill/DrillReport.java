package drillbook.drill;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.restore.Phases;
import drillbook.restore.RestorePlan;
import java.time.Instant;
import java.util.List;

/**
 * What a drill proved.
 *
 * @param target whose backup was drilled
 * @param into the target whose instance held the scratch collections
 * @param backupId which backup
 * @param run the drill's mark, which its scratch collections carried
 * @param startedAt when it began
 * @param verdict what the checks add up to
 * @param checks what was asked, what was not, with answers
 * @param plan what was restored, and where
 * @param records how many records came back
 * @param bytes how many bytes of the store were read
 * @param phases where the time went
 * @param recoverySeconds from "restore asked" to "all checks passed"
 * @param recoveryPointAgeSeconds from the backup's recovery point to the drill's start
 * @param baseline what the recovery time was compared with
 * @param regressed whether it was too slow
 * @param fingerprint the environment
 * @param reportKey where the report lies in the store, as JSON; text and HTML lie beside it
 */
public record DrillReport(
    String target,
    String into,
    String backupId,
    String run,
    Instant startedAt,
    Verdict verdict,
    List<Check> checks,
    RestorePlan plan,
    long records,
    long bytes,
    Phases phases,
    double recoverySeconds,
    double recoveryPointAgeSeconds,
    Baseline baseline,
    boolean regressed,
    String fingerprint,
    String reportKey) {
  /** The check that compares with the baseline. */
  static final String RECOVERY_TIME = "recovery-time";

  /** Copies the checks. */
  public DrillReport {
    checks = List.copyOf(checks);
  }

  /** Returns what the checks add up to when nobody asks how long it took. */
  public Verdict verdictBesideTime() {
    return Verdict.of(
        checks.stream().filter(check -> !check.name().equals(RECOVERY_TIME)).toList());
  }
}
