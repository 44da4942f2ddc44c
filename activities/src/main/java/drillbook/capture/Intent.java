package drillbook.capture;

import java.time.Instant;

/**
 * What a capture wrote before it began: prune leaves alone what an intent may still need.
 *
 * @param backupId the backup that is being made
 * @param parent the backup it continues, or an empty string
 * @param startedAt when the run began
 */
public record Intent(String backupId, String parent, Instant startedAt) {}
