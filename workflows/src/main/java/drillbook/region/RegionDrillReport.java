package drillbook.region;

import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.drill.DrillReport;
import java.util.List;

/**
 * What a drill in another region proved.
 *
 * @param target whose backup
 * @param region where
 * @param verdict what the drill's checks and those beside it add up to
 * @param replica the backup's replica there
 * @param provisioned the instance that was brought up
 * @param drill the drill on it
 * @param checks what was asked beside the drill: whether the instance was taken down
 */
public record RegionDrillReport(
    String target,
    String region,
    Verdict verdict,
    ReplicaReport replica,
    Provisioned provisioned,
    DrillReport drill,
    List<Check> checks) {
  /** Copies the checks. */
  public RegionDrillReport {
    checks = List.copyOf(checks);
  }
}
