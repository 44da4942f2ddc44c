package drillbook.prune;

import drillbook.check.Finding;
import java.util.List;

/**
 * What a prune did.
 *
 * @param deleted how many backups are gone
 * @param objects how many stored objects
 * @param bytes their bytes
 * @param spared backups of the plan that became needed meanwhile, or whose manifest is locked
 * @param findings what is wrong and kept things from being deleted
 * @param notes what was left because it is locked, and until when
 */
public record PruneResult(
    int deleted,
    long objects,
    long bytes,
    List<PruneLine> spared,
    List<Finding> findings,
    List<String> notes) {
  /** Copies the lists. */
  public PruneResult {
    spared = List.copyOf(spared);
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }
}
