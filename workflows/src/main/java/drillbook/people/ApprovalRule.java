package drillbook.people;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who has to approve, and until when.
 *
 * @param approvers who may; empty for anybody. Temporal does not prove who sends an approval: it is
 *     what somebody claims
 * @param needed how many different people have to
 * @param within after how long the request is closed, as not approved
 * @param escalateAfter after how long people are asked once more, louder
 */
public record ApprovalRule(
    List<String> approvers, int needed, Duration within, Duration escalateAfter) {
  /** One person, whoever it is, within four hours. */
  public static final ApprovalRule DEFAULT = new ApprovalRule(null, 0, null, null);

  /** Fills in what was left out. */
  public ApprovalRule(
      @Nullable List<String> approvers,
      int needed,
      @Nullable Duration within,
      @Nullable Duration escalateAfter) {
    this.approvers = approvers == null ? List.of() : List.copyOf(approvers);
    this.needed = needed == 0 ? 1 : needed;
    this.within = Objects.requireNonNullElse(within, Duration.ofHours(4));
    this.escalateAfter = Objects.requireNonNullElse(escalateAfter, this.within.dividedBy(2));
    if (this.needed < 1 || (!this.approvers.isEmpty() && this.needed > this.approvers.size())) {
      throw new IllegalArgumentException(
          "approvals must be at least 1, and at most as many as there are approvers: "
              + needed
              + " of "
              + this.approvers);
    }
    if (!this.within.isPositive() || this.escalateAfter.compareTo(this.within) > 0) {
      throw new IllegalArgumentException(
          "within must be above zero, and escalate-after not behind it: "
              + this.within
              + ", "
              + this.escalateAfter);
    }
  }
}
