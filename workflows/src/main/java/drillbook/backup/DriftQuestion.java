package drillbook.backup;

import drillbook.drift.DriftRule;

/**
 * Asks how a backup's records moved.
 *
 * @param target whose
 * @param backupId the new backup; it is compared with the newest before it
 * @param rule how far is too far
 */
public record DriftQuestion(String target, String backupId, DriftRule rule) {}
