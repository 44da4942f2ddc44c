package drillbook.search;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.RecordHasher;
import drillbook.format.SegmentReader;
import drillbook.index.IndexCursor;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A record of a backup, found by its id.
 *
 * @param batch holds it alone
 * @param query its vector
 */
record StoredRecord(RecordBatch batch, Query query) {
  /**
   * Finds a record.
   *
   * @param words the id as it was written, for messages
   * @throws DrillbookException NOT_FOUND when none of the parts has it, CONFIGURATION when several
   *     have, or it has no such vector
   */
  static StoredRecord find(ArchivedBackup backup, SearchScope scope, byte[] id, String words)
      throws DrillbookException, InterruptedException {
    List<StoredRecord> found = new ArrayList<>();
    List<String> tenants = new ArrayList<>();
    byte[] idHash = idHash(id);
    for (PartId part : scope.parts()) {
      try (IndexCursor cursor = backup.liveCursor(part)) {
        while (cursor.next()) {
          if (Arrays.equals(cursor.idHash(), idHash)) {
            tenants.add(backup.tenant(part));
            found.add(read(backup, scope, part, cursor));
          }
        }
      }
    }
    if (found.isEmpty()) {
      throw new DrillbookException(
          FailureKind.NOT_FOUND,
          "record '"
              + words
              + "' is not in "
              + scope.schema().name()
              + " of "
              + backup.manifest().backupId(),
          "It may be of another tenant or type: ids of this collection are "
              + scope.schema().idType()
              + ".");
    }
    if (found.size() > 1) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "record '" + words + "' is in several tenants: " + tenants,
          "Say which one is meant: --tenant NAME");
    }
    return found.getFirst();
  }

  private static StoredRecord read(
      ArchivedBackup backup, SearchScope scope, PartId part, IndexCursor entry)
      throws DrillbookException, InterruptedException {
    RecordLayout layout = scope.schema().layout();
    RecordBatch batch = new RecordBatch(layout);
    RecordHasher hasher = new RecordHasher(layout);
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    SegmentReader.fetch(
        backup.store(),
        backup.segment(part, Address.segment(entry.address())),
        layout,
        new int[] {Address.row(entry.address())},
        (frame, record, row) -> {
          hasher.hash(frame, record, idHash, contentHash);
          if (!Arrays.equals(idHash, entry.idHash())
              || !Arrays.equals(contentHash, entry.contentHash())) {
            throw corrupt(
                backup, part + " has another record at row " + row + " than its index says");
          }
          batch.append(frame, record);
        });
    return new StoredRecord(batch, scope.field().of(batch, scope.schema().name().path()));
  }

  private static byte[] idHash(byte[] id) {
    RecordLayout none = new RecordLayout(List.of(), List.of());
    RecordBatch batch = new RecordBatch(none);
    batch.ids().add(id);
    batch.endRecord();
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    new RecordHasher(none).hash(batch, 0, idHash, new byte[RecordHasher.HASH_BYTES]);
    return idHash;
  }

  static DrillbookException corrupt(ArchivedBackup backup, String what) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "search " + backup.manifest().backupId() + ": " + what,
        "Verify the backup: drillbook verify "
            + backup.manifest().target()
            + " --backup "
            + backup.manifest().backupId());
  }
}
