package drillbook.backup;

import drillbook.check.Finding;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished backup.
 *
 * @param target whose
 * @param backupId its name
 * @param kind what it became: an incremental without a usable parent is made as a full one
 * @param parent the backup that it continues, or an empty string
 * @param note why it became another kind than asked for, or an empty string
 * @param collections how many collections
 * @param records how many records it restores, folded over its parents
 * @param changed how many of them this backup stored: new or changed
 * @param deleted how many records of the parent are gone
 * @param logicalBytes bytes of all records' content, uncompressed
 * @param addedBytes bytes that this backup added to the store
 * @param asOf the state of the engine that it holds: its recovery point
 * @param consistency {@code SNAPSHOT} or {@code FUZZY}
 * @param generations how many snapshots it took: 1, or more where a snapshot was lost on the way
 * @param manifestKey the manifest's key in the store
 * @param manifestSha256 of the manifest's bytes
 * @param digest SHA-256 over the parts' digests: equal for equal content
 * @param seconds from request to manifest
 * @param warnings what is worth a look: how the records moved, collections that nobody backs up
 */
public record BackupReport(
    String target,
    String backupId,
    BackupKind kind,
    String parent,
    String note,
    int collections,
    long records,
    long changed,
    long deleted,
    long logicalBytes,
    long addedBytes,
    Instant asOf,
    String consistency,
    int generations,
    String manifestKey,
    String manifestSha256,
    String digest,
    double seconds,
    List<Finding> warnings) {
  /** Fills in what reports of earlier versions do not say. */
  public BackupReport(
      String target,
      String backupId,
      BackupKind kind,
      String parent,
      String note,
      int collections,
      long records,
      long changed,
      long deleted,
      long logicalBytes,
      long addedBytes,
      Instant asOf,
      String consistency,
      int generations,
      String manifestKey,
      String manifestSha256,
      String digest,
      double seconds,
      @Nullable List<Finding> warnings) {
    this.target = target;
    this.backupId = backupId;
    this.kind = kind;
    this.parent = parent;
    this.note = note;
    this.collections = collections;
    this.records = records;
    this.changed = changed;
    this.deleted = deleted;
    this.logicalBytes = logicalBytes;
    this.addedBytes = addedBytes;
    this.asOf = asOf;
    this.consistency = consistency;
    this.generations = generations;
    this.manifestKey = manifestKey;
    this.manifestSha256 = manifestSha256;
    this.digest = digest;
    this.seconds = seconds;
    this.warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** Returns the same report with the time that the run took. */
  public BackupReport took(double runSeconds) {
    return with(runSeconds, warnings);
  }

  /** Returns the same report with what is worth a look. */
  public BackupReport warned(List<Finding> found) {
    return with(seconds, found);
  }

  private BackupReport with(double runSeconds, List<Finding> found) {
    return new BackupReport(
        target,
        backupId,
        kind,
        parent,
        note,
        collections,
        records,
        changed,
        deleted,
        logicalBytes,
        addedBytes,
        asOf,
        consistency,
        generations,
        manifestKey,
        manifestSha256,
        digest,
        runSeconds,
        found);
  }
}
