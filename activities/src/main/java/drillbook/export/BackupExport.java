package drillbook.export;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.capture.Selection;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Catalog;
import drillbook.store.ArtifactStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Exports the live records of a backup as compressed JSON lines, one folder a collection. Asks no
 * engine. Streams; memory does not depend on the number of records.
 */
public final class BackupExport {
  private final ArchivedBackup backup;
  private final EngineProfile profile;
  private final ArtifactStore to;
  private final Instant time;

  /**
   * Prepares an export.
   *
   * @param profile of the backup's engine
   * @param to where the files go
   * @param time what the folders' names carry
   */
  public BackupExport(
      ArchivedBackup backup, EngineProfile profile, ArtifactStore to, Instant time) {
    this.backup = backup;
    this.profile = profile;
    this.to = to;
    this.time = time;
  }

  /**
   * One collection that was exported.
   *
   * @param collection its path in the backup
   * @param folder its key in the store that was written to
   * @param records how many lines
   * @param bytes of all parts, compressed
   * @param files how many parts
   */
  public record Exported(String collection, String folder, long records, long bytes, int files) {}

  /**
   * Exports.
   *
   * @param collections names or paths as in the backup; empty for all
   * @param tenants tenants within them; empty for all
   * @throws DrillbookException NOT_FOUND when nothing of the backup is meant
   */
  public List<Exported> write(List<String> collections, List<String> tenants)
      throws DrillbookException, InterruptedException {
    List<Exported> exported = new ArrayList<>();
    for (Catalog.Entry entry : backup.catalog().collections()) {
      CollectionSchema schema = entry.schema();
      boolean meant =
          collections.isEmpty() || collections.stream().anyMatch(schema.name()::isMeantBy);
      List<String> chosen = Selection.tenants(tenants, profile, schema.name(), schema.tenants());
      if (meant && !chosen.isEmpty()) {
        exported.add(write(entry, Selection.withTenants(schema, chosen)));
      }
    }
    if (exported.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "backup " + backup.manifest().backupId() + " holds nothing of what was asked for",
          "Name collections and tenants as the backup has them.");
    }
    return exported;
  }

  private Exported write(Catalog.Entry entry, CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    String folder = ExportFolder.key("", schema, time);
    try (LinesExport lines =
        new LinesExport(
            to, folder, schema, backup.manifest().backupId(), backup.manifest().asOf())) {
      for (String tenant : schema.tenants()) {
        lines.tenant(tenant);
        write(new PartId(entry.number(), entry.tenants().indexOf(tenant)), lines);
      }
      ExportFolder finished = lines.finish();
      return new Exported(
          schema.name().path(),
          folder,
          finished.records(),
          finished.parts().stream().mapToLong(ExportFolder.Part::bytes).sum(),
          finished.parts().size());
    }
  }

  private void write(PartId part, LinesExport lines)
      throws DrillbookException, InterruptedException {
    Map<Long, BitSet> live = backup.liveRows(part);
    for (Long number : live.keySet()) {
      backup.readSegment(
          part,
          number,
          live,
          (batch, firstRow, rows) -> {
            for (int i = 0; i < batch.size(); i++) {
              if (rows.get(firstRow + i)) {
                lines.write(batch, i);
              }
            }
          });
    }
  }
}
