package drillbook.prune;

/**
 * What becomes of a backup, in a line.
 *
 * @param backupId which
 * @param kept whether it stays
 * @param why what keeps it, in words
 * @param bytes kept: what stays of its own folder; not kept: what goes
 */
public record PruneLine(String backupId, boolean kept, String why, long bytes) {}
