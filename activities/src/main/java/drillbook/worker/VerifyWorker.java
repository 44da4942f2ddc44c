package drillbook.worker;

import drillbook.backup.BackupId;
import drillbook.recovery.BackupChooser;
import drillbook.verification.BackupVerification;
import drillbook.verify.VerifyActivities;
import drillbook.verify.VerifyReport;
import drillbook.verify.VerifyRequest;

/** The activities of a verification. */
public final class VerifyWorker implements VerifyActivities {
  private final Surroundings surroundings;

  /** Opens nothing until an activity runs. */
  public VerifyWorker(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public VerifyReport verify(VerifyRequest request) {
    return Heartbeat.during(heartbeat -> {
      try (Bench bench = Bench.open(surroundings, request.target())) {
        // One that is named is verified as it is: that its manifest is not authentic would be
        // the finding.
        String backupId =
            BackupId.isId(request.backup())
                ? request.backup()
                : BackupChooser.newest(bench.archive())
                    .choose(request.backup())
                    .manifest()
                    .backupId();
        return new BackupVerification(bench.archive(), surroundings.scratch(), heartbeat::progress)
            .verify(backupId, request.sizeDelta());
      }
    });
  }
}
