package drillbook.export;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.capture.Selection;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Catalog;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * The live records of a backup, as an export's source. Asks no engine. Streams; memory does not
 * depend on the number of records.
 */
public final class BackupRecords implements ExportRecords {
  private final ArchivedBackup backup;
  private final EngineProfile profile;
  private final List<String> tenants;

  /**
   * Prepares to read.
   *
   * @param profile of the backup's engine
   * @param tenants which ones; empty for all
   */
  public BackupRecords(ArchivedBackup backup, EngineProfile profile, List<String> tenants) {
    this.backup = backup;
    this.profile = profile;
    this.tenants = List.copyOf(tenants);
  }

  @Override
  public List<CollectionSchema> collections(List<String> names) throws DrillbookException {
    List<CollectionSchema> meant = new ArrayList<>();
    for (Catalog.Entry entry : backup.catalog().collections()) {
      CollectionSchema schema = entry.schema();
      if (names.isEmpty() || names.stream().anyMatch(schema.name()::isMeantBy)) {
        List<String> chosen = Selection.tenants(tenants, profile, schema.name(), schema.tenants());
        if (!chosen.isEmpty()) {
          meant.add(Selection.withTenants(schema, chosen));
        }
      }
    }
    if (meant.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "backup " + backup.manifest().backupId() + " holds nothing of what was asked for",
          "Name collections and tenants as the backup has them.");
    }
    return meant;
  }

  @Override
  public ExportFolder write(CollectionSchema schema, Sink sink)
      throws DrillbookException, InterruptedException {
    Catalog.Entry entry =
        backup.catalog().collections().stream()
            .filter(one -> one.schema().name().equals(schema.name()))
            .findFirst()
            .orElseThrow();
    ExportSource source =
        new ExportSource(
            backup.manifest().engine(),
            backup.manifest().backupId(),
            backup.manifest().asOf(),
            schema);
    try (CollectionExport export = sink.open(source)) {
      for (String tenant : schema.tenants()) {
        export.tenant(tenant);
        write(new PartId(entry.number(), entry.tenants().indexOf(tenant)), export);
      }
      return export.finish();
    }
  }

  private void write(PartId part, CollectionExport export)
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
                export.write(batch, i);
              }
            }
          });
    }
  }
}
