package drillbook.search;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.RecordHasher;
import drillbook.format.SegmentReader;
import drillbook.manifest.Manifest;
import drillbook.notice.Figures;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.search.SearchQuestion.Near;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the nearest records of a backup without restoring it and without asking an engine: every
 * live record is compared, none through an index.
 *
 * <p>Reads as a restore does, by {@link ArchivedBackup}: the folded index says which rows live, and
 * each segment that holds one is read to its end and compared with its digest before any answer is
 * given. What a restore would find damaged is a failure here, never a smaller answer. Memory holds
 * a frame, one bit for each row of a part, and the hits. One thread.
 */
public final class BackupSearch {
  private final ArchivedBackup backup;
  private final Progress progress;

  /** Told how far a search is. */
  @FunctionalInterface
  public interface Progress {
    /** Takes a sentence without names of records. */
    void step(String sentence);
  }

  /** Prepares a search. */
  public BackupSearch(ArchivedBackup backup, Progress progress) {
    this.backup = backup;
    this.progress = progress;
  }

  /**
   * Searches.
   *
   * @throws DrillbookException NOT_FOUND when the backup has no such collection, tenant, vector or
   *     record; CONFIGURATION when the question does not fit it; CORRUPT when what must be read is
   *     not what was written
   */
  public SearchAnswer search(SearchQuestion question)
      throws DrillbookException, InterruptedException {
    SearchScope scope = SearchScope.of(backup, question);
    byte[] self =
        question.near() instanceof Near.ToRecord(var words)
            ? IdText.read(scope.schema().idType(), words)
            : new byte[0];
    Query query =
        switch (question.near()) {
          case Near.ToVector(var json) -> scope.field().read(json);
          case Near.ToRecord(var words) -> StoredRecord.find(backup, scope, self, words).query();
        };
    Comparison comparison = scope.field().comparison(query, scope.metric());
    Pass pass = new Pass(scope, comparison, new NearestRecords(question.k(), self));
    for (PartId part : scope.parts()) {
      pass.take(part);
    }
    if (question.near() instanceof Near.ToRecord && !pass.has(self)) {
      requireDirection(comparison, scope, self);
    }
    return new SearchAnswer(
        backup.manifest().target(),
        backup.manifest().backupId(),
        backup.manifest().asOf(),
        scope.schema().name().path(),
        scope.field().name(),
        scope.metric().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        question.k(),
        pass.compared,
        pass.notComparable,
        hits(scope, pass.nearest.nearest(), question.withPayload()));
  }

  /** One reading of all live records. */
  private final class Pass {
    private final SearchScope scope;
    private final Comparison comparison;
    private final NearestRecords nearest;
    private final RecordHasher hasher;
    private long compared;
    private long notComparable;

    Pass(SearchScope scope, Comparison comparison, NearestRecords nearest) {
      this.scope = scope;
      this.comparison = comparison;
      this.nearest = nearest;
      this.hasher = new RecordHasher(scope.schema().layout());
    }

    void take(PartId part) throws DrillbookException, InterruptedException {
      SortedMap<Long, BitSet> live = backup.liveRows(part);
      progress.step(
          "searching "
              + scope.schema().name()
              + " "
              + part
              + ": "
              + Figures.counted(live.size(), "segment"));
      long before = compared + notComparable;
      for (Long number : live.keySet()) {
        backup.readSegment(
            part,
            number,
            live,
            (batch, firstRow, rows) -> {
              int end = firstRow + batch.size();
              for (int row = rows.nextSetBit(firstRow);
                  row >= 0 && row < end;
                  row = rows.nextSetBit(row + 1)) {
                offer(part, number, row, batch, row - firstRow);
              }
            });
      }
      Manifest.Part stated = backup.parts().get(part);
      long read = compared + notComparable - before;
      if (stated == null || stated.count() != read) {
        throw corrupt(
            part
                + " holds "
                + read
                + " records, and its manifest says "
                + (stated == null ? "nothing of it" : String.valueOf(stated.count())));
      }
    }

    private void offer(PartId part, long segment, int row, RecordBatch batch, int record) {
      double distance = comparison.distance(batch, record);
      if (!Double.isFinite(distance)) {
        notComparable++;
        return;
      }
      compared++;
      nearest.offer(distance, part, segment, row, batch, record, hasher);
    }

    boolean has(byte[] id) {
      return nearest.nearest().stream().anyMatch(found -> Arrays.equals(found.id(), id));
    }
  }

  /** A record whose own vector has no distance, all zeros under a cosine, is like nothing. */
  private void requireDirection(Comparison comparison, SearchScope scope, byte[] self)
      throws DrillbookException, InterruptedException {
    StoredRecord stored = StoredRecord.find(backup, scope, self, RecordId.print(self));
    if (!Double.isFinite(comparison.distance(stored.batch(), 0))) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "nothing is like record '"
              + RecordId.print(self)
              + "': its vector has no "
              + scope.metric().name().toLowerCase(Locale.ROOT)
              + " distance, not even to itself",
          scope.metric() == Metric.COSINE
              ? "A vector of zeros has no direction; --metric euclidean compares it."
              : "It holds NaN or infinite elements.");
    }
  }

  private List<SearchAnswer.Hit> hits(
      SearchScope scope, List<NearestRecords.Found> found, boolean withPayload)
      throws DrillbookException, InterruptedException {
    HitRecords records = new HitRecords(found.size());
    if (withPayload) {
      readHits(scope, found, records);
    }
    List<SearchAnswer.Hit> hits = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      NearestRecords.Found one = found.get(i);
      hits.add(
          new SearchAnswer.Hit(
              RecordId.print(one.id()),
              backup.tenant(one.part()),
              one.distance(),
              records.json(i, one.id())));
    }
    return hits;
  }

  /** Reads the hits once more, by their rows; what is there now must be what was compared. */
  private void readHits(SearchScope scope, List<NearestRecords.Found> found, HitRecords records)
      throws DrillbookException, InterruptedException {
    SortedMap<PartId, SortedMap<Long, SortedMap<Integer, Integer>>> places = new TreeMap<>();
    for (int i = 0; i < found.size(); i++) {
      NearestRecords.Found one = found.get(i);
      places
          .computeIfAbsent(one.part(), _ -> new TreeMap<>())
          .computeIfAbsent(one.segment(), _ -> new TreeMap<>())
          .put(one.row(), i);
    }
    RecordHasher hasher = new RecordHasher(scope.schema().layout());
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    for (Map.Entry<PartId, SortedMap<Long, SortedMap<Integer, Integer>>> part : places.entrySet()) {
      for (Map.Entry<Long, SortedMap<Integer, Integer>> segment : part.getValue().entrySet()) {
        SortedMap<Integer, Integer> rows = segment.getValue();
        SegmentReader.fetch(
            backup.store(),
            backup.segment(part.getKey(), segment.getKey()),
            scope.schema().layout(),
            rows.keySet().stream().mapToInt(Integer::intValue).toArray(),
            (batch, record, row) -> {
              int hit = rows.getOrDefault(row, -1);
              hasher.hash(batch, record, idHash, contentHash);
              if (hit < 0 || !Arrays.equals(contentHash, found.get(hit).contentHash())) {
                throw corrupt(part.getKey() + " changed while it was read");
              }
              records.take(hit, batch, record);
            });
      }
    }
  }

  private DrillbookException corrupt(String what) {
    return StoredRecord.corrupt(backup, what);
  }
}
