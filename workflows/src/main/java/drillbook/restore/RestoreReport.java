package drillbook.restore;

import drillbook.check.Check;
import drillbook.check.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * A finished restore, or what a dry run would do.
 *
 * @param target the source
 * @param into the target that was written to
 * @param mode where it was put
 * @param plan what was decided
 * @param dryRun true: nothing was touched
 * @param verdict what the checks add up to
 * @param checks what was asked of the restored collections
 * @param records how many records were written
 * @param bytes how many bytes of the store were read
 * @param phases where the time went
 * @param recoverySeconds from "restore asked" to "all checks passed"
 */
public record RestoreReport(
    String target,
    String into,
    RestoreMode mode,
    RestorePlan plan,
    boolean dryRun,
    Verdict verdict,
    List<Check> checks,
    long records,
    long bytes,
    Phases phases,
    double recoverySeconds) {
  /** Copies the checks. */
  public RestoreReport {
    checks = List.copyOf(checks);
  }

  /** Returns the same report with one more check. */
  RestoreReport with(Check check) {
    List<Check> all = new ArrayList<>(checks);
    all.add(check);
    return new RestoreReport(
        target,
        into,
        mode,
        plan,
        dryRun,
        Verdict.of(all),
        all,
        records,
        bytes,
        phases,
        recoverySeconds);
  }
}
