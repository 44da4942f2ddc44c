package drillbook.verify;

import io.temporal.activity.ActivityInterface;

/** The steps of a verification that touch the store. */
@ActivityInterface(namePrefix = "Verify")
public interface VerifyActivities {
  /**
   * Reads every artifact of a backup, recomputes every record's hash, and compares with what the
   * signed manifest says. What is wrong becomes a finding, not a failure of the activity.
   */
  VerifyReport verify(VerifyRequest request);
}
