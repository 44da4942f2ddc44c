package drillbook.backup;

import java.time.Instant;

/**
 * What every activity of one backup is told.
 *
 * @param request what was asked
 * @param plan what was decided
 * @param backupId the backup's name, fixed by the workflow before anything is written
 * @param startedAt when the workflow began
 */
public record CaptureRun(
    BackupRequest request, CapturePlan plan, String backupId, Instant startedAt) {}
