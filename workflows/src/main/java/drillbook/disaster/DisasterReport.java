package drillbook.disaster;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.people.Approval;
import drillbook.region.ReplicaReport;
import drillbook.restore.Phases;
import drillbook.restore.RestorePlan;
import java.time.Instant;
import java.util.List;

/**
 * What a disaster drill did and proved.
 *
 * @param target the primary
 * @param region where it came up
 * @param run the drill's mark
 * @param startedAt when it began
 * @param verdict what the checks add up to
 * @param condition in which condition it left things, one sentence
 * @param loss how the primary was lost: {@code not lost}, {@code simulated}, {@code fenced} or
 *     {@code deleted}
 * @param replica the backup that was restored
 * @param approvals who approved, as they claimed
 * @param checks what was asked, what was not, with answers
 * @param collections what was restored, and under which names; empty where it did not come so far
 * @param records how many records came back
 * @param phases where the recovery's time went
 * @param recoverySeconds from the loss until all checks passed and clients were led over; 0 where
 *     it did not come so far
 * @param recoveryPointAgeSeconds how old the backup's state was when the primary was lost
 * @param milestones what happened, in order
 * @param untold routes on which people could not be told, with the reason
 * @param seconds from beginning to end
 * @param reportKey where the report lies in the store, as JSON; text and HTML lie beside it
 */
public record DisasterReport(
    String target,
    String region,
    String run,
    Instant startedAt,
    Verdict verdict,
    String condition,
    String loss,
    ReplicaReport replica,
    List<Approval> approvals,
    List<Check> checks,
    List<RestorePlan.Destination> collections,
    long records,
    Phases phases,
    double recoverySeconds,
    double recoveryPointAgeSeconds,
    List<Milestone> milestones,
    List<String> untold,
    double seconds,
    String reportKey) {
  /** Copies the lists. */
  public DisasterReport {
    approvals = List.copyOf(approvals);
    checks = List.copyOf(checks);
    collections = List.copyOf(collections);
    milestones = List.copyOf(milestones);
    untold = List.copyOf(untold);
  }
}
