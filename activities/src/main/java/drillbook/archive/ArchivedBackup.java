package drillbook.archive;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.Segment;
import drillbook.format.SegmentReader;
import drillbook.index.IndexCursor;
import drillbook.index.IndexFile;
import drillbook.index.IndexRuns;
import drillbook.index.RunReceipt;
import drillbook.manifest.Catalog;
import drillbook.manifest.Manifest;
import drillbook.manifest.SegmentList;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A backup that can be read: its manifest, what is in it, and where its records lie, folded over
 * its parents. Immutable; safe for several threads.
 */
public final class ArchivedBackup {
  private final ArtifactStore store;
  private final Manifest manifest;
  private final Catalog catalog;
  private final List<SegmentList> lists;

  private ArchivedBackup(
      ArtifactStore store, Manifest manifest, Catalog catalog, List<SegmentList> lists) {
    this.store = store;
    this.manifest = manifest;
    this.catalog = catalog;
    this.lists = List.copyOf(lists);
  }

  static ArchivedBackup open(ArtifactStore store, Manifest manifest)
      throws DrillbookException, InterruptedException {
    Catalog catalog =
        Catalog.decode(Artifacts.read(store, manifest.catalog()), manifest.catalog().key());
    List<SegmentList> lists = new ArrayList<>();
    for (Stored list : manifest.segmentLists()) {
      lists.add(SegmentList.decode(Artifacts.read(store, list), list.key()));
    }
    return new ArchivedBackup(store, manifest, catalog, lists);
  }

  /** Returns where it lies. */
  public ArtifactStore store() {
    return store;
  }

  /** Returns the manifest. */
  public Manifest manifest() {
    return manifest;
  }

  /** Returns what is in it. */
  public Catalog catalog() {
    return catalog;
  }

  /** Returns the catalog's entry of a collection number. */
  public Catalog.Entry entry(int collection) throws DrillbookException {
    for (Catalog.Entry entry : catalog.collections()) {
      if (entry.number() == collection) {
        return entry;
      }
    }
    throw new DrillbookException(
        FailureKind.CORRUPT,
        "manifest of "
            + manifest.backupId()
            + " names collection "
            + collection
            + " without entry");
  }

  /**
   * Returns every artifact that this backup needs, its own and those of earlier backups, by key;
   * all but its manifest.
   */
  public SortedMap<String, Stored> artifacts() {
    SortedMap<String, Stored> artifacts = new TreeMap<>();
    List<Stored> listed = new ArrayList<>(manifest.artifacts());
    for (SegmentList list : lists) {
      for (SegmentList.PartSegments part : list.parts()) {
        for (Segment segment : part.segments()) {
          listed.add(new Stored(segment.key(), segment.bytes(), segment.sha256()));
        }
        for (RunReceipt run : part.runs()) {
          listed.add(new Stored(run.key(), run.bytes(), run.sha256()));
        }
      }
    }
    listed.forEach(stored -> artifacts.put(stored.key(), stored));
    return artifacts;
  }

  /** Returns a number that no collection along the chain has had. */
  public int nextCollectionNumber() {
    int next = 0;
    for (Catalog.Entry entry : catalog.collections()) {
      next = Math.max(next, entry.number() + 1);
    }
    for (SegmentList list : lists) {
      for (SegmentList.PartSegments part : list.parts()) {
        next = Math.max(next, part.collection() + 1);
      }
    }
    return next;
  }

  /** Returns the name of a part's tenant. */
  public String tenant(PartId part) throws DrillbookException {
    List<String> tenants = entry(part.collection()).tenants();
    if (part.tenant() >= tenants.size()) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "manifest of " + manifest.backupId() + " names no tenant " + part);
    }
    return tenants.get(part.tenant());
  }

  /** Returns the columns of a part's records. */
  public RecordLayout layout(PartId part) throws DrillbookException {
    return entry(part.collection()).schema().layout();
  }

  /** Returns what the manifest says of each part, ordered. */
  public SortedMap<PartId, Manifest.Part> parts() {
    SortedMap<PartId, Manifest.Part> parts = new TreeMap<>();
    for (Manifest.Part part : manifest.parts()) {
      parts.put(new PartId(part.collection(), part.tenant()), part);
    }
    return parts;
  }

  /** Returns every segment that a part's lists name, by number; some may hold no live record. */
  public SortedMap<Long, Segment> segments(PartId part) {
    SortedMap<Long, Segment> segments = new TreeMap<>();
    for (SegmentList list : lists) {
      for (SegmentList.PartSegments entry : list.parts()) {
        if (entry.collection() == part.collection() && entry.tenant() == part.tenant()) {
          entry.segments().forEach(segment -> segments.put(segment.number(), segment));
        }
      }
    }
    return segments;
  }

  /** Returns a part's index runs, newest first. */
  public List<RunReceipt> runs(PartId part) {
    List<RunReceipt> runs = new ArrayList<>();
    for (SegmentList list : lists) {
      for (SegmentList.PartSegments entry : list.parts()) {
        if (entry.collection() == part.collection() && entry.tenant() == part.tenant()) {
          runs.addAll(entry.runs());
        }
      }
    }
    return runs.reversed();
  }

  /** Opens a walk over a part's live records, in the order of their id hashes. */
  public IndexCursor liveCursor(PartId part) throws DrillbookException, InterruptedException {
    return IndexRuns.merge(openRuns(store, runs(part)), true);
  }

  /** Brings a part's index of live records to a scratch file, which closing deletes. */
  public IndexFile liveIndex(PartId part, Path file)
      throws DrillbookException, InterruptedException {
    try (IndexCursor cursor = liveCursor(part)) {
      return IndexFile.write(cursor, file);
    }
  }

  /** Opens cursors on runs, in the order given. */
  public static List<IndexCursor> openRuns(ArtifactStore store, List<RunReceipt> runs)
      throws DrillbookException, InterruptedException {
    List<IndexCursor> cursors = new ArrayList<>();
    boolean complete = false;
    try {
      for (RunReceipt run : runs) {
        cursors.add(IndexRuns.open(store, run.key(), run.bytes(), run.sha256()));
      }
      complete = true;
      return cursors;
    } finally {
      if (!complete) {
        cursors.forEach(IndexCursor::close);
      }
    }
  }

  /**
   * Returns which rows of which segments are live: one bit a row, by segment number, segments
   * without live rows left out.
   */
  public SortedMap<Long, BitSet> liveRows(PartId part)
      throws DrillbookException, InterruptedException {
    SortedMap<Long, BitSet> live = new TreeMap<>();
    try (IndexCursor cursor = liveCursor(part)) {
      while (cursor.next()) {
        live.computeIfAbsent(Address.segment(cursor.address()), number -> new BitSet())
            .set(Address.row(cursor.address()));
      }
    }
    return live;
  }

  /** Takes a segment's frames with the rows of the segment that are live. */
  @FunctionalInterface
  public interface LiveConsumer {
    /**
     * Takes a frame.
     *
     * @param batch the frame's records, live or not
     * @param firstRow the row of its first record
     * @param live the segment's live rows
     */
    void accept(RecordBatch batch, int firstRow, BitSet live)
        throws DrillbookException, InterruptedException;
  }

  /**
   * Streams the live records of a part's segment.
   *
   * @param live what {@link #liveRows} says of the part
   */
  public void readSegment(PartId part, long number, Map<Long, BitSet> live, LiveConsumer consumer)
      throws DrillbookException, InterruptedException {
    Segment segment = segment(part, number);
    BitSet rows = live.getOrDefault(number, new BitSet());
    SegmentReader.read(
        store, segment, layout(part), (batch, first) -> consumer.accept(batch, first, rows));
  }

  /** Returns a segment by number. */
  public Segment segment(PartId part, long number) throws DrillbookException {
    Segment segment = segments(part).get(number);
    if (segment == null) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "the index of "
              + part
              + " in "
              + manifest.backupId()
              + " points to segment "
              + number
              + ", which no list names");
    }
    return segment;
  }
}
