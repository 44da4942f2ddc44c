package drillbook.backup;

/**
 * What a backup will do.
 *
 * @param kind what it will be
 * @param parent the backup it continues, or an empty string
 * @param note why the kind differs from what was asked, or an empty string
 * @param heldSnapshot whether the snapshot lives only while an activity holds it
 * @param engine the engine's word
 */
public record CapturePlan(
    BackupKind kind, String parent, String note, boolean heldSnapshot, String engine) {}
