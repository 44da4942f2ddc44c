package drillbook.restore;

/**
 * One step of a planned restore.
 *
 * @param run the restore
 * @param position which load, or which collection of the plan
 */
public record Step(RestoreRun run, int position) {}
