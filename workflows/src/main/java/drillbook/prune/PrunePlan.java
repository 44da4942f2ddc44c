package drillbook.prune;

import drillbook.check.Finding;
import java.util.List;

/**
 * What a prune will do, small enough for a history; the whole plan lies in the store.
 *
 * @param target whose backups
 * @param key where the whole plan lies; an empty string for a dry run, which writes nothing
 * @param kept how many backups stay
 * @param doomed how many go
 * @param objects how many stored objects go, those of abandoned runs included
 * @param bytes their bytes
 * @param lines backups newest first, those that go before those that stay; at most {@value #MOST}
 *     of each
 * @param findings what is wrong and kept things from being deleted
 * @param notes what is worth knowing and wrong with nothing
 */
public record PrunePlan(
    String target,
    String key,
    int kept,
    int doomed,
    long objects,
    long bytes,
    List<PruneLine> lines,
    List<Finding> findings,
    List<String> notes) {
  /** How many backups of each kind are named. */
  public static final int MOST = 200;

  /** How many findings, and how many notes. */
  public static final int MOST_WORDS = 20;

  /** Copies the lists. */
  public PrunePlan {
    lines = List.copyOf(lines);
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }
}
