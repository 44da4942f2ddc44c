package drillbook.prune;

import java.util.List;

/**
 * What becomes of a backup.
 *
 * @param backupId which
 * @param reasons why it is kept, in words; none where nothing keeps it
 */
public record Fate(String backupId, List<String> reasons) {
  /** Copies the reasons. */
  public Fate {
    reasons = List.copyOf(reasons);
  }

  /** Tells whether it stays. */
  public boolean kept() {
    return !reasons.isEmpty();
  }
}
