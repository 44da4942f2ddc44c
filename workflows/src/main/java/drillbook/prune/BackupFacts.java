package drillbook.prune;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What has to be known of a backup to say whether it stays.
 *
 * @param id the backup's id
 * @param at when it was started
 * @param believed false where nobody can tell what it needs: its manifest is not authentic, or a
 *     list that it names cannot be read
 * @param proof what its newest verification or drill said
 * @param restsOn the ids of earlier backups that must stay with it
 * @param pins why it stays whatever the retention says, in words
 */
public record BackupFacts(
    String id, Instant at, boolean believed, Proof proof, Set<String> restsOn, List<String> pins) {
  /** What was proven of a backup. */
  public enum Proof {
    /** Nobody asked, or the question could not be answered. */
    NONE,
    /** Its newest verification or drill passed. */
    PASSED,
    /** Its newest verification or drill failed. */
    FAILED
  }

  /** Rejects facts about nothing. */
  public BackupFacts {
    Objects.requireNonNull(at, "at == null");
    Objects.requireNonNull(proof, "proof == null");
    restsOn = Set.copyOf(restsOn);
    pins = List.copyOf(pins);
    if (id.isEmpty()) {
      throw new IllegalArgumentException("facts about no backup");
    }
  }
}
