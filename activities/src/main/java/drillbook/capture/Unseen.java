package drillbook.capture;

import drillbook.archive.Keys;
import drillbook.archive.PartId;
import drillbook.backup.CaptureRun;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentContext;
import drillbook.format.SegmentReader;
import drillbook.format.SegmentWriter;
import drillbook.index.IndexCursor;
import drillbook.manifest.Catalog;
import drillbook.profile.PartMeter;
import drillbook.profile.VectorSums;
import drillbook.record.RecordBatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a fuzzy scan did not meet may be deleted, or may only have been missed: each such record is
 * asked for by its id, and those that exist are captured after all.
 */
final class Unseen {
  private static final int BATCH = 500;

  private final TargetCapture capture;
  private final CaptureRun run;
  private final PartId part;
  private final CollectionSchema schema;
  private final String tenant;
  private final SortedMap<Long, Segment> segments;
  private long nextNumber;

  private final RecordHasher hasher;
  private final byte[] idHash = new byte[RecordHasher.HASH_BYTES];
  private final byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
  private final List<Segment> found = new ArrayList<>();
  private final PartMeter meter;
  private Optional<SegmentWriter> open = Optional.empty();

  Unseen(TargetCapture capture, CaptureRun run, TokenFile token, PartId part, long firstNumber)
      throws DrillbookException, InterruptedException {
    this.capture = capture;
    this.run = run;
    this.part = part;
    Catalog.Entry entry = token.entry(part.collection());
    this.schema = entry.schema();
    this.tenant = entry.tenants().get(part.tenant());
    this.segments =
        capture.parent(run).map(parent -> parent.segments(part)).orElseGet(TreeMap::new);
    this.nextNumber = firstNumber;
    this.hasher = new RecordHasher(schema.layout());
    this.meter = new PartMeter(schema.layout());
  }

  /**
   * Asks for every entry that was not seen; marks as seen those that exist unchanged, and returns
   * the segments of those that exist otherwise.
   */
  List<Segment> confirm(BaseIndex base, BitSet seen)
      throws DrillbookException, InterruptedException {
    try {
      SortedMap<Long, List<Integer>> rows = new TreeMap<>();
      int waiting = 0;
      try (IndexCursor cursor = base.cursor()) {
        for (int position = 0; cursor.next(); position++) {
          if (seen.get(position)) {
            continue;
          }
          rows.computeIfAbsent(Address.segment(cursor.address()), number -> new ArrayList<>())
              .add(Address.row(cursor.address()));
          if (++waiting == BATCH) {
            ask(rows, base, seen);
            rows.clear();
            waiting = 0;
          }
        }
      }
      if (waiting > 0) {
        ask(rows, base, seen);
      }
      commit();
      return found;
    } finally {
      open.ifPresent(SegmentWriter::close);
    }
  }

  /** Returns what was added up of the vectors of records that exist, by the layout's order. */
  List<VectorSums> vectors() {
    return meter.sums();
  }

  private void ask(SortedMap<Long, List<Integer>> rows, BaseIndex base, BitSet seen)
      throws DrillbookException, InterruptedException {
    List<byte[]> ids = new ArrayList<>();
    for (Map.Entry<Long, List<Integer>> entry : rows.entrySet()) {
      Segment segment = segments.get(entry.getKey());
      if (segment == null) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            "the parent's index of " + part + " points to no segment: " + entry.getKey());
      }
      int[] sorted = entry.getValue().stream().mapToInt(Integer::intValue).sorted().toArray();
      SegmentReader.fetch(
          capture.store(),
          segment,
          schema.layout(),
          sorted,
          (batch, record, row) -> ids.add(batch.ids().get(record)));
    }
    capture
        .engine()
        .records()
        .fetch(schema, tenant, ids, (batch, cursor) -> take(batch, base, seen));
  }

  private void take(RecordBatch batch, BaseIndex base, BitSet seen)
      throws DrillbookException, InterruptedException {
    meter.take(batch);
    for (int i = 0; i < batch.size(); i++) {
      hasher.hash(batch, i, idHash, contentHash);
      long position = base.find(idHash);
      if (position >= 0 && base.holds(position, contentHash)) {
        seen.set(Math.toIntExact(position));
        continue;
      }
      if (open.isEmpty()) {
        open =
            Optional.of(
                new SegmentWriter(
                    capture.store(),
                    Keys.part(
                        capture.target().name(), run.backupId(), part.collection(), part.tenant()),
                    nextNumber++,
                    schema.layout(),
                    new SegmentContext(capture.target().name(), run.backupId())));
      }
      open.get().append(batch, i, idHash, contentHash);
      if (open.get().full()) {
        commit();
      }
    }
  }

  private void commit() throws DrillbookException, InterruptedException {
    if (open.isPresent()) {
      found.add(open.get().commit());
      open.get().close();
      open = Optional.empty();
    }
  }
}
