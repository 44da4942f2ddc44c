package drillbook.recovery;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.format.Segment;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.restore.LoadReport;
import drillbook.translate.Translation;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Streams the live records of one part into an engine's writer, segment by segment, in batches of
 * about a mebibyte. One object a load; one thread.
 */
final class Loader {
  private static final long BATCH_BYTES = 1 << 20;
  private static final int BATCH_RECORDS = 5000;

  private final ArchivedBackup backup;
  private final PartId part;
  private final Optional<Translation> translation;
  private final RecordWriter writer;
  private final RecordBatch waiting;
  private final RecordBatch single;

  private long records;
  private long bytes;
  private long loadNanos;
  private int resumed;

  /** Told after each segment, which will not be read again. */
  @FunctionalInterface
  interface Finished {
    void segment(long number, long records) throws DrillbookException, InterruptedException;
  }

  /**
   * Prepares a load.
   *
   * @param translation how records change on the way; empty where they do not
   * @param layout the columns of the collection that is written
   */
  Loader(
      ArchivedBackup backup,
      PartId part,
      Optional<Translation> translation,
      RecordLayout layout,
      RecordWriter writer)
      throws DrillbookException {
    this.backup = backup;
    this.part = part;
    this.translation = translation;
    this.writer = writer;
    this.waiting = new RecordBatch(layout);
    this.single = new RecordBatch(backup.layout(part));
  }

  /**
   * Loads.
   *
   * @param finished segments that an earlier attempt wrote whole
   */
  LoadReport load(Set<Long> finished, Finished progress)
      throws DrillbookException, InterruptedException {
    long start = System.nanoTime();
    Map<Long, BitSet> live = backup.liveRows(part);
    for (Map.Entry<Long, BitSet> entry : live.entrySet()) {
      long number = entry.getKey();
      if (finished.contains(number)) {
        records += entry.getValue().cardinality();
        resumed++;
        continue;
      }
      Segment segment = backup.segment(part, number);
      backup.readSegment(part, number, live, this::take);
      flush();
      bytes += segment.bytes();
      progress.segment(number, records);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double loading = loadNanos / 1e9;
    return new LoadReport(records, bytes, Math.max(0, seconds - loading), loading, resumed);
  }

  private void take(RecordBatch batch, int firstRow, BitSet live)
      throws DrillbookException, InterruptedException {
    for (int i = 0; i < batch.size(); i++) {
      if (!live.get(firstRow + i)) {
        continue;
      }
      if (translation.isPresent()) {
        single.clear();
        single.append(batch, i);
        translation.get().apply(single, waiting);
      } else {
        waiting.append(batch, i);
      }
      records++;
      if (waiting.bytes() >= BATCH_BYTES || waiting.size() >= BATCH_RECORDS) {
        flush();
      }
    }
  }

  private void flush() throws DrillbookException, InterruptedException {
    if (waiting.size() == 0) {
      return;
    }
    long start = System.nanoTime();
    writer.write(waiting);
    loadNanos += System.nanoTime() - start;
    waiting.clear();
  }
}
