package drillbook.restore;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a restore takes place when it is not at home: a region of its own.
 *
 * @param replica the target in whose store the backups' replica lies; an empty string for the
 *     source's own store
 * @param provisioned the mark of the run that brought the instance up; an empty string for the
 *     instance that the target's file names
 * @param provisionSeconds how long that took; part of the recovery time
 */
public record Site(String replica, String provisioned, double provisionSeconds) {
  /** The source's own store, and the instance that the target's file names. */
  public static final Site HOME = new Site("", "", 0);

  /** Fills in what was left out. */
  public Site(@Nullable String replica, @Nullable String provisioned, double provisionSeconds) {
    this.replica = Objects.requireNonNullElse(replica, "").strip();
    this.provisioned = Objects.requireNonNullElse(provisioned, "").strip();
    this.provisionSeconds = provisionSeconds;
    if (!(provisionSeconds >= 0)) {
      throw new IllegalArgumentException("provisionSeconds must be >= 0: " + provisionSeconds);
    }
  }
}
