package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.format.Segment;
import drillbook.record.RecordBatch;
import drillbook.store.ArtifactStore;
import java.util.Optional;
import java.util.SortedMap;

/** Seals the recall set. */
final class RecallSeal {
  RecallSeal(boolean whole, Optional<ArchivedBackup> parent, ArtifactStore store) {}

  void begin(PartId part, CollectionSchema schema, PartSeal seal, SortedMap<Long, Segment> listed)
      throws DrillbookException, InterruptedException {}

  void take(RecordBatch batch, int record, byte[] idHash) {}

  void end(PartId part, PartSeal seal) throws DrillbookException, InterruptedException {}

  Optional<byte[]> encode() {
    return Optional.empty();
  }
}
