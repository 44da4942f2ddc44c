package drillbook.disaster;

import drillbook.notice.NoticeRoute;
import drillbook.people.ApprovalRule;
import drillbook.restore.BackupChoice;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a disaster drill. Every field but target and region may be left out.
 *
 * @param target the primary
 * @param region the target whose store takes the replica and whose instance takes over
 * @param backup {@code latest} for the newest verified one, an id, or a time
 * @param loss how the primary is lost
 * @param freshness how old the recovery point may be for the drill to begin; the rpo when left out
 * @param approvals who has to approve
 * @param rpo what was promised; zero where nothing was
 * @param rto what was promised; zero where nothing was
 * @param notices where people are asked and told
 */
public record DisasterDrillRequest(
    String target,
    String region,
    String backup,
    Loss loss,
    Duration freshness,
    ApprovalRule approvals,
    Duration rpo,
    Duration rto,
    List<NoticeRoute> notices) {
  /** Fills in what was left out. */
  public DisasterDrillRequest(
      String target,
      @Nullable String region,
      @Nullable String backup,
      @Nullable Loss loss,
      @Nullable Duration freshness,
      @Nullable ApprovalRule approvals,
      @Nullable Duration rpo,
      @Nullable Duration rto,
      @Nullable List<NoticeRoute> notices) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.region = Objects.requireNonNullElse(region, "").strip();
    this.backup = backup == null || backup.isBlank() ? BackupChoice.LATEST : backup.strip();
    this.loss = Objects.requireNonNullElse(loss, Loss.FENCE);
    this.rpo = Objects.requireNonNullElse(rpo, Duration.ZERO);
    this.rto = Objects.requireNonNullElse(rto, Duration.ZERO);
    this.freshness = freshness == null || freshness.isZero() ? this.rpo : freshness;
    this.approvals = Objects.requireNonNullElse(approvals, ApprovalRule.DEFAULT);
    this.notices = notices == null ? List.of() : List.copyOf(notices);
    if (this.target.isEmpty() || this.region.isEmpty()) {
      throw new IllegalArgumentException(
          "target and region are needed: both are names of targets that the worker knows");
    }
    if (this.target.equals(this.region)) {
      throw new IllegalArgumentException("'" + target + "' is no other region than itself");
    }
  }
}
