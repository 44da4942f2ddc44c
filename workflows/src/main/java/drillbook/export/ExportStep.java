package drillbook.export;

/**
 * One collection of a planned export.
 *
 * @param run the export
 * @param backupId the backup that the plan chose; an empty string for the live engine
 * @param item which collection
 */
public record ExportStep(ExportRun run, String backupId, ExportPlan.Item item) {}
