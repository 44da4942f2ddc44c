package drillbook.backup;

/**
 * Asks to seal a backup whose ranges have all been captured.
 *
 * @param run the backup
 * @param generation the snapshot that every range was read from
 * @param ranges how many ranges it has
 * @param records how many records the ranges read together
 */
public record SealRun(CaptureRun run, int generation, int ranges, long records) {}
