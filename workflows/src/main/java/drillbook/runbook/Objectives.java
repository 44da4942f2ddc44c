package drillbook.runbook;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the target's owners were promised.
 *
 * @param rpo how old the newest recovery point may be; zero where nothing was promised
 * @param rto how long a recovery may take; zero where nothing was promised
 */
public record Objectives(Duration rpo, Duration rto) {
  /** Nothing was promised. */
  public static final Objectives NONE = new Objectives(Duration.ZERO, Duration.ZERO);

  /** Fills in what was left out. */
  public Objectives(@Nullable Duration rpo, @Nullable Duration rto) {
    this.rpo = Objects.requireNonNullElse(rpo, Duration.ZERO);
    this.rto = Objects.requireNonNullElse(rto, Duration.ZERO);
    if (this.rpo.isNegative() || this.rto.isNegative()) {
      throw new IllegalArgumentException("rpo and rto must be >= 0: " + rpo + ", " + rto);
    }
  }
}
