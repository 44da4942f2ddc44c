package drillbook.backup;

/**
 * One range to capture.
 *
 * @param run the backup
 * @param generation which snapshot: 0 for the first, one more each time it was lost
 * @param range the range's position in the token
 */
public record RangeRun(CaptureRun run, int generation, int range) {}
