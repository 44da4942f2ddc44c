package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.MerkleRoot;
import drillbook.format.MultisetSum;
import drillbook.format.Segment;
import drillbook.index.IndexCursor;
import drillbook.index.IndexFile;
import drillbook.index.IndexRunWriter;
import drillbook.index.IndexRuns;
import drillbook.index.RunReceipt;
import drillbook.manifest.Manifest;
import drillbook.store.ArtifactStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Folds what a run captured of one part over what was stored before: the live index, its digests,
 * and the index run that the backup adds. One object a part; one thread; closing deletes its
 * scratch files.
 */
final class PartSeal implements AutoCloseable {
  private final ArtifactStore store;
  private final PartId part;
  private final List<Segment> captured;
  private final Optional<BaseIndex> base;
  private final BitSet seen;
  private final Optional<IndexFile> parent;
  private final Path scratch;

  private Optional<IndexFile> live = Optional.empty();
  private final SortedMap<Long, BitSet> liveRows = new TreeMap<>();
  private final MultisetSum sum = MultisetSum.empty();
  private final MerkleRoot root = new MerkleRoot();
  private long changed;
  private long deleted;

  /**
   * Prepares a part.
   *
   * @param captured segments of the final generation, newest last
   * @param base what was stored before; empty for the first backup of the part
   * @param seen which entries of the base the scan met
   * @param parent the parent's live index; empty where there is no parent
   * @param scratch the scratch file to write the live index to
   */
  PartSeal(
      ArtifactStore store,
      PartId part,
      List<Segment> captured,
      Optional<BaseIndex> base,
      BitSet seen,
      Optional<IndexFile> parent,
      Path scratch) {
    this.store = store;
    this.part = part;
    this.captured = List.copyOf(captured);
    this.base = base;
    this.seen = seen;
    this.parent = parent;
    this.scratch = scratch;
  }

  /** Returns which part this is. */
  PartId part() {
    return part;
  }

  /** Merges captured and still-seen entries into the live index, and computes the digests. */
  void fold() throws DrillbookException, InterruptedException {
    List<IndexCursor> newestFirst =
        new ArrayList<>(
            ArchivedBackup.openRuns(
                store, captured.reversed().stream().map(Segment::run).toList()));
    if (base.isPresent()) {
      newestFirst.add(new SeenCursor(base.get().cursor(), seen));
    }
    try (IndexCursor cursor = IndexRuns.merge(newestFirst, true)) {
      live = Optional.of(IndexFile.write(cursor, scratch));
    }
    try (IndexCursor cursor = live().cursor()) {
      while (cursor.next()) {
        sum.add(cursor.contentHash());
        root.add(cursor.idHash(), cursor.contentHash());
        liveRows
            .computeIfAbsent(Address.segment(cursor.address()), number -> new BitSet())
            .set(Address.row(cursor.address()));
      }
    }
  }

  /** Returns the live index, once folded. */
  IndexFile live() {
    return live.orElseThrow(() -> new IllegalStateException("part " + part + " is not folded"));
  }

  /** Returns the live rows by segment number. */
  SortedMap<Long, BitSet> liveRows() {
    return liveRows;
  }

  /** Returns how many records are live. */
  long count() {
    return live().size();
  }

  /** Returns how many live records are not in the parent as they are. */
  long changed() {
    return changed;
  }

  /** Returns how many records of the parent are gone. */
  long deleted() {
    return deleted;
  }

  /** Returns what the manifest says of the part. */
  Manifest.Part manifestPart(Map<Long, Segment> segments) {
    return new Manifest.Part(
        part.collection(), part.tenant(), count(), sum.hex(), root.hex(), logicalBytes(segments));
  }

  /**
   * Writes the run that this backup adds: the whole index of a full, or what differs from the
   * parent.
   */
  RunReceipt writeRun(String key, boolean whole) throws DrillbookException, InterruptedException {
    try (DeltaCursor delta = new DeltaCursor(live().cursor(), parentCursor())) {
      if (!whole) {
        RunReceipt receipt = IndexRunWriter.write(store, key, delta);
        changed = delta.changed();
        deleted = delta.deleted();
        return receipt;
      }
      while (delta.next()) {
        // Counts what changed; a full writes its whole index instead.
      }
      changed = delta.changed();
      deleted = delta.deleted();
    }
    try (IndexCursor cursor = live().cursor()) {
      return IndexRunWriter.write(store, key, cursor);
    }
  }

  /** Takes the id hash of a record that is gone. */
  @FunctionalInterface
  interface Gone {
    void accept(byte[] idHash);
  }

  /** Names every record of the parent that is gone. */
  void forEachDeleted(Gone gone) throws DrillbookException, InterruptedException {
    if (deleted == 0) {
      return;
    }
    try (DeltaCursor delta = new DeltaCursor(live().cursor(), parentCursor())) {
      while (delta.next()) {
        if (delta.tombstone()) {
          gone.accept(delta.idHash());
        }
      }
    }
  }

  /** Compares a row that was read back with what the live index says of it. */
  void prove(byte[] idHash, byte[] contentHash, long address)
      throws DrillbookException, InterruptedException {
    long position = live().find(idHash);
    byte[] known = new byte[contentHash.length];
    if (position >= 0) {
      live().contentHash(position, known);
    }
    if (position < 0 || live().address(position) != address || !Arrays.equals(known, contentHash)) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "a record of "
              + part
              + " reads back differently than it was captured: segment "
              + Address.segment(address)
              + " row "
              + Address.row(address),
          "The store or this machine's memory is at fault; nothing was sealed.");
    }
  }

  @Override
  public void close() {
    live.ifPresent(IndexFile::close);
    parent.ifPresent(IndexFile::close);
    base.ifPresent(BaseIndex::close);
  }

  private Optional<IndexCursor> parentCursor() throws DrillbookException, InterruptedException {
    return parent.isPresent() ? Optional.of(parent.get().cursor()) : Optional.empty();
  }

  /** Live rows count by their segment's mean; a row's own size is in no index. */
  private long logicalBytes(Map<Long, Segment> segments) {
    double bytes = 0;
    for (Map.Entry<Long, BitSet> entry : liveRows.entrySet()) {
      Segment segment = segments.get(entry.getKey());
      if (segment != null && segment.rows() > 0) {
        double mean = (double) segment.logicalBytes() / segment.rows();
        bytes += mean * entry.getValue().cardinality();
      }
    }
    return Math.round(bytes);
  }

  /** Passes on the entries of a base index that were seen. */
  private static final class SeenCursor implements IndexCursor {
    private final IndexCursor source;
    private final BitSet seen;
    private int position = -1;

    SeenCursor(IndexCursor source, BitSet seen) {
      this.source = source;
      this.seen = seen;
    }

    @Override
    public boolean next() throws DrillbookException, InterruptedException {
      while (source.next()) {
        position++;
        if (seen.get(position)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public byte[] idHash() {
      return source.idHash();
    }

    @Override
    public byte[] contentHash() {
      return source.contentHash();
    }

    @Override
    public long address() {
      return source.address();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
