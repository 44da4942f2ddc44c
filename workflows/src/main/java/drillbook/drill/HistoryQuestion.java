package drillbook.drill;

/**
 * Asks what came before a drill.
 *
 * @param target whose journal
 * @param backupId the drilled backup
 * @param fingerprint the environment whose drills are comparable
 */
public record HistoryQuestion(String target, String backupId, String fingerprint) {}
