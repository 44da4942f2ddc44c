package drillbook.prune;

import drillbook.check.Finding;
import drillbook.check.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known after a prune.
 *
 * @param target whose backups
 * @param dryRun true: nothing was touched, and figures say what would be
 * @param planKey where the whole plan lies; empty after a dry run
 * @param kept how many backups stay
 * @param deleted how many went
 * @param objects how many stored objects went
 * @param bytes how many bytes that freed
 * @param lines backups with their fates; see {@link PrunePlan}
 * @param findings what is wrong and kept things from being deleted
 * @param notes what is worth knowing and wrong with nothing
 * @param seconds how long it took
 */
public record PruneReport(
    String target,
    boolean dryRun,
    String planKey,
    int kept,
    int deleted,
    long objects,
    long bytes,
    List<PruneLine> lines,
    List<Finding> findings,
    List<String> notes,
    double seconds) {
  /** Copies the lists. */
  public PruneReport {
    lines = List.copyOf(lines);
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /** Returns what a dry run tells. */
  public static PruneReport dry(PrunePlan plan, double seconds) {
    return new PruneReport(
        plan.target(),
        true,
        "",
        plan.kept(),
        plan.doomed(),
        plan.objects(),
        plan.bytes(),
        plan.lines(),
        plan.findings(),
        plan.notes(),
        seconds);
  }

  /** Returns what a prune tells. */
  public static PruneReport of(PrunePlan plan, PruneResult result, double seconds) {
    Map<String, PruneLine> spared = new HashMap<>();
    result.spared().forEach(line -> spared.put(line.backupId(), line));
    List<PruneLine> lines = new ArrayList<>();
    for (PruneLine line : plan.lines()) {
      lines.add(spared.getOrDefault(line.backupId(), line));
    }
    // Both looked at the same store: what both found is told once.
    Map<String, Finding> findings = new TreeMap<>();
    plan.findings().forEach(finding -> findings.put(finding.message(), finding));
    result.findings().forEach(finding -> findings.put(finding.message(), finding));
    List<String> notes = new ArrayList<>(plan.notes());
    result.notes().stream().filter(note -> !notes.contains(note)).forEach(notes::add);
    return new PruneReport(
        plan.target(),
        false,
        plan.key(),
        plan.kept() + plan.doomed() - result.deleted(),
        result.deleted(),
        result.objects(),
        result.bytes(),
        lines,
        List.copyOf(findings.values()),
        notes,
        seconds);
  }

  /** Returns PASSED where nothing is wrong. */
  public Verdict verdict() {
    return findings.isEmpty() ? Verdict.PASSED : Verdict.FAILED;
  }
}
