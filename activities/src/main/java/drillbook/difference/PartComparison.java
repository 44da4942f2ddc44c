package drillbook.difference;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.difference.BackupDifference.Change;
import drillbook.difference.BackupDifference.Example;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentReader;
import drillbook.index.IndexCursor;
import drillbook.index.IndexRuns;
import drillbook.manifest.Manifest;
import drillbook.record.RecordId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Walks over the indexes of one part in two backups side by side; of the records, only those of
 * examples are read. One object a part; one thread.
 */
final class PartComparison {
  private final String collection;
  private final String tenant;
  private final Optional<Side> before;
  private final Optional<Side> after;
  private final Map<Change, Long> counts = new EnumMap<>(Change.class);
  private final Map<Change, Integer> room;
  private final List<Found> found = new ArrayList<>();

  /**
   * One backup's part.
   *
   * @param backup that holds it
   * @param part its numbers there
   * @param stated what its manifest says of it
   */
  record Side(ArchivedBackup backup, PartId part, Manifest.Part stated) {}

  /** An example: where the record lies on each side, and what is read of it there. */
  private static final class Found {
    private final Change change;
    private final byte[] idHash;
    private final long addressBefore;
    private final long addressAfter;
    private String id = "";
    private Optional<FieldDigests> fieldsBefore = Optional.empty();
    private Optional<FieldDigests> fieldsAfter = Optional.empty();

    Found(Change change, byte[] idHash, long addressBefore, long addressAfter) {
      this.change = change;
      this.idHash = idHash.clone();
      this.addressBefore = addressBefore;
      this.addressAfter = addressAfter;
    }
  }

  /**
   * Prepares a comparison.
   *
   * @param room how many more examples of each kind are wanted; taken from while walking
   */
  PartComparison(
      String collection,
      String tenant,
      Optional<Side> before,
      Optional<Side> after,
      Map<Change, Integer> room) {
    this.collection = collection;
    this.tenant = tenant;
    this.before = before;
    this.after = after;
    this.room = room;
  }

  /** Compares; empty where nothing differs. */
  Optional<BackupDifference.Part> compare() throws DrillbookException, InterruptedException {
    boolean sealedAsSame =
        before.isPresent()
            && after.isPresent()
            && before.get().stated().count() == after.get().stated().count()
            && before.get().stated().root().equals(after.get().stated().root());
    if (!sealedAsSame) {
      try (IndexCursor left = cursor(before);
          IndexCursor right = cursor(after)) {
        walk(left, right);
      }
      read(before, true);
      read(after, false);
    }
    BackupDifference.Part part =
        new BackupDifference.Part(
            collection,
            tenant,
            before.map(side -> side.stated().count()).orElse(0L),
            after.map(side -> side.stated().count()).orElse(0L),
            count(Change.ADDED),
            count(Change.REMOVED),
            count(Change.CHANGED));
    return counts.isEmpty() ? Optional.empty() : Optional.of(part);
  }

  /** Returns the examples, with their ids. */
  List<Example> examples() {
    return found.stream()
        .map(
            example -> new Example(collection, tenant, example.change, example.id, fields(example)))
        .toList();
  }

  private static List<String> fields(Found example) {
    if (example.fieldsBefore.isEmpty() || example.fieldsAfter.isEmpty()) {
      return List.of();
    }
    return example.fieldsBefore.get().differing(example.fieldsAfter.get());
  }

  private static IndexCursor cursor(Optional<Side> side)
      throws DrillbookException, InterruptedException {
    return side.isEmpty()
        ? IndexRuns.merge(List.of(), true)
        : side.get().backup().liveCursor(side.get().part());
  }

  private void walk(IndexCursor left, IndexCursor right)
      throws DrillbookException, InterruptedException {
    boolean leftThere = left.next();
    boolean rightThere = right.next();
    while (leftThere || rightThere) {
      int order = order(left, leftThere, right, rightThere);
      if (order < 0) {
        note(Change.REMOVED, left.idHash(), left.address(), IndexCursor.TOMBSTONE);
      } else if (order > 0) {
        note(Change.ADDED, right.idHash(), IndexCursor.TOMBSTONE, right.address());
      } else if (!Arrays.equals(left.contentHash(), right.contentHash())) {
        note(Change.CHANGED, left.idHash(), left.address(), right.address());
      }
      leftThere = order <= 0 ? left.next() : leftThere;
      rightThere = order >= 0 ? right.next() : rightThere;
    }
  }

  private static int order(
      IndexCursor left, boolean leftThere, IndexCursor right, boolean rightThere) {
    if (!leftThere || !rightThere) {
      return leftThere ? -1 : 1;
    }
    return Arrays.compareUnsigned(left.idHash(), right.idHash());
  }

  private void note(Change change, byte[] idHash, long addressBefore, long addressAfter) {
    counts.merge(change, 1L, Long::sum);
    int left = room.getOrDefault(change, 0);
    if (left > 0) {
      room.put(change, left - 1);
      found.add(new Found(change, idHash, addressBefore, addressAfter));
    }
  }

  private long count(Change change) {
    return counts.getOrDefault(change, 0L);
  }

  /** Reads the examples that lie on one side. */
  private void read(Optional<Side> side, boolean isBefore)
      throws DrillbookException, InterruptedException {
    if (side.isEmpty()) {
      return;
    }
    SortedMap<Long, SortedMap<Integer, Found>> rows = new TreeMap<>();
    for (Found example : found) {
      long address = isBefore ? example.addressBefore : example.addressAfter;
      if (address != IndexCursor.TOMBSTONE) {
        rows.computeIfAbsent(Address.segment(address), _ -> new TreeMap<>())
            .put(Address.row(address), example);
      }
    }
    ArchivedBackup backup = side.get().backup();
    SortedMap<Long, Segment> segments = backup.segments(side.get().part());
    for (Map.Entry<Long, SortedMap<Integer, Found>> entry : rows.entrySet()) {
      Segment segment = segments.get(entry.getKey());
      if (segment == null) {
        throw corrupt(backup, "points to segment " + entry.getKey() + ", which no list names");
      }
      readSegment(backup, side.get().part(), segment, entry.getValue(), isBefore);
    }
  }

  private static void readSegment(
      ArchivedBackup backup,
      PartId part,
      Segment segment,
      SortedMap<Integer, Found> rows,
      boolean isBefore)
      throws DrillbookException, InterruptedException {
    RecordHasher hasher = new RecordHasher(backup.layout(part));
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    SegmentReader.fetch(
        backup.store(),
        segment,
        backup.layout(part),
        rows.keySet().stream().mapToInt(Integer::intValue).toArray(),
        (batch, record, row) -> {
          Found example = rows.get(row);
          hasher.hash(batch, record, idHash, contentHash);
          if (example == null || !Arrays.equals(idHash, example.idHash)) {
            throw corrupt(
                backup, "points to another record at row " + row + " of " + segment.key());
          }
          example.id = RecordId.print(batch.ids().get(record));
          Optional<FieldDigests> fields =
              example.change == Change.CHANGED
                  ? Optional.of(FieldDigests.of(batch, record))
                  : Optional.empty();
          if (isBefore) {
            example.fieldsBefore = fields;
          } else {
            example.fieldsAfter = fields;
          }
        });
  }

  private static DrillbookException corrupt(ArchivedBackup backup, String what) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "the index of " + backup.manifest().backupId() + " " + what,
        "Verify the backup: drillbook verify "
            + backup.manifest().target()
            + " --backup "
            + backup.manifest().backupId());
  }
}
