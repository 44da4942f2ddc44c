package drillbook.disaster;

/**
 * Asks for the primary's collections to be dropped.
 *
 * @param target the primary
 * @param region the target in whose store a replica of the backup lies
 * @param backupId only collections that this backup holds are dropped
 */
public record DropRun(String target, String region, String backupId) {}
