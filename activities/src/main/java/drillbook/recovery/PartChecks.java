package drillbook.recovery;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.index.IndexCursor;
import drillbook.index.RunSorter;
import drillbook.manifest.Manifest;
import drillbook.record.RecordBatch;
import drillbook.translate.Translation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The questions to one tenant of a restored collection that need every record: it reads all of them
 * through the engine's own reader, hashes them, and compares with the backup. One thread.
 */
final class PartChecks {
  private static final int HASH = RecordHasher.HASH_BYTES;

  private final ArchivedBackup backup;
  private final Engine engine;
  private final CollectionSchema restored;
  private final Optional<Translation> translation;
  private final PartId part;
  private final Path scratch;
  private final String tenant;
  private final String subject;

  PartChecks(
      ArchivedBackup backup,
      Engine engine,
      CollectionSchema restored,
      Optional<Translation> translation,
      PartId part,
      Path scratch,
      String collection)
      throws DrillbookException {
    this.backup = backup;
    this.engine = engine;
    this.restored = restored;
    this.translation = translation;
    this.part = part;
    this.scratch = scratch;
    this.tenant =
        translation.isPresent()
            ? translation.get().tenant(backup.tenant(part))
            : backup.tenant(part);
    this.subject = CollectionChecks.name(collection, tenant);
  }

  List<Check> ask() throws DrillbookException, InterruptedException {
    List<Check> checks = new ArrayList<>();
    RecallChecks recall =
        new RecallChecks(backup, engine, restored, translation, part, tenant, subject);
    MultisetSum sum;
    try {
      sum = readRestored(recall);
    } catch (DrillbookException e) {
      if (!CollectionChecks.isReadFailure(e)) {
        throw e;
      }
      checks.add(readFailed(e));
      return checks;
    }
    MultisetSum expected = expected();
    if (sum.count() == expected.count() && sum.hex().equals(expected.hex())) {
      checks.add(
          Check.passed(
              "record-digest",
              subject,
              sum.count() + " records, sum " + sum.hex().substring(0, 16) + "…"));
    } else {
      checks.add(differs(sum, expected));
    }
    checks.addAll(recall.answers());
    return checks;
  }

  private MultisetSum readRestored(RecallChecks recall)
      throws DrillbookException, InterruptedException {
    MultisetSum sum = MultisetSum.empty();
    forEachRestored((batch, row, idHash, contentHash) -> {
      sum.add(contentHash);
      recall.take(batch, row, idHash);
    });
    return sum;
  }

  /** Takes records with their hashes, in arrays that the next record overwrites. */
  @FunctionalInterface
  private interface Hashed {
    void accept(RecordBatch batch, int row, byte[] idHash, byte[] contentHash)
        throws DrillbookException, InterruptedException;
  }

  private void forEachRestored(Hashed consumer) throws DrillbookException, InterruptedException {
    RecordHasher hasher = new RecordHasher(restored.layout());
    byte[] idHash = new byte[HASH];
    byte[] contentHash = new byte[HASH];
    try (ScratchNotes notes = new ScratchNotes(scratch);
        Capture capture = engine.records().begin(List.of(restored), notes)) {
      List<CaptureToken.Range> ranges =
          capture.token().ranges().stream().filter(range -> range.tenant().equals(tenant)).toList();
      for (CaptureToken.Range range : ranges) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  for (int i = 0; i < batch.size(); i++) {
                    hasher.hash(batch, i, idHash, contentHash);
                    consumer.accept(batch, i, idHash, contentHash);
                  }
                });
      }
    }
  }

  /** Returns the digest that the restored records must have. */
  private MultisetSum expected() throws DrillbookException, InterruptedException {
    if (translation.isEmpty()) {
      Manifest.Part stated = backup.parts().get(part);
      return stated == null ? MultisetSum.empty() : MultisetSum.of(stated.sum(), stated.count());
    }
    MultisetSum sum = MultisetSum.empty();
    forEachExpected((batch, row, idHash, contentHash) -> sum.add(contentHash));
    return sum;
  }

  /** Walks over the backup's records as they must have come back. */
  private void forEachExpected(Hashed consumer) throws DrillbookException, InterruptedException {
    RecordHasher hasher = new RecordHasher(restored.layout());
    RecordBatch single = new RecordBatch(backup.layout(part));
    RecordBatch translated = new RecordBatch(restored.layout());
    byte[] idHash = new byte[HASH];
    byte[] contentHash = new byte[HASH];
    Map<Long, BitSet> live = backup.liveRows(part);
    for (Long number : live.keySet()) {
      backup.readSegment(
          part,
          number,
          live,
          (batch, firstRow, rows) -> {
            for (int i = 0; i < batch.size(); i++) {
              if (rows.get(firstRow + i)) {
                translated.clear();
                if (translation.isPresent()) {
                  single.clear();
                  single.append(batch, i);
                  translation.get().apply(single, translated);
                } else {
                  translated.append(batch, i);
                }
                hasher.hash(translated, 0, idHash, contentHash);
                consumer.accept(translated, 0, idHash, contentHash);
              }
            }
          });
    }
  }

  private Check readFailed(DrillbookException e) {
    return Check.failed(
        "record-digest",
        subject,
        "not every record could be read",
        new Finding(
            FindingCode.ENGINE_READ_FAILED,
            e.getMessage(),
            e.hint().isEmpty()
                ? "The engine counts records that it cannot hand out; restore into a fresh one."
                : e.hint()));
  }

  /** Names examples of what is lost, added or changed. */
  private Check differs(MultisetSum sum, MultisetSum expected)
      throws DrillbookException, InterruptedException {
    try (RunSorter wanted = new RunSorter(scratch);
        RunSorter found = new RunSorter(scratch)) {
      forEachExpected((batch, row, idHash, content) -> wanted.add(idHash, content, 0));
      forEachRestored((batch, row, idHash, content) -> found.add(idHash, content, 0));
      RecordDifference difference;
      try (IndexCursor left = wanted.sorted();
          IndexCursor right = found.sorted()) {
        difference = RecordDifference.of(left, right);
      }
      RecordDifference.Names names = new RecordDifference.Names(difference);
      forEachExpected((batch, row, idHash, content) -> names.meet(idHash, batch, row));
      forEachRestored((batch, row, idHash, content) -> names.meet(idHash, batch, row));
      return Check.failed(
          "record-digest",
          subject,
          sum.count() + " records read, " + expected.count() + " expected",
          new Finding(
              FindingCode.RECORD_DIGEST_MISMATCH,
              names.print(),
              "Restore again; if it happens again, the engine changes records while it stores"
                  + " them."));
    }
  }
}
