package drillbook.capture;

import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.archive.PartId;
import drillbook.backup.RangeReport;
import drillbook.engine.Engine;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentContext;
import drillbook.format.SegmentWriter;
import drillbook.profile.PartMeter;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one range of an engine into segments: hashes each record, stores those that the base index
 * does not hold with the same content, marks as seen those of which the engine says that they did
 * not change, and checkpoints after each segment, so that a later attempt reads nothing twice that
 * is finished. One object a range; one thread.
 */
final class RangeCapture {
  private static final Logger LOG = LoggerFactory.getLogger(RangeCapture.class);

  /** A range that stores nothing still checkpoints, so that hours of reading are not lost. */
  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(20);

  private final ArtifactStore store;
  private final Workspace workspace;
  private final String target;
  private final String backupId;
  private final int generation;
  private final int range;
  private final TokenFile token;
  private final Optional<BaseIndex> base;
  private final long firstNumber;
  private final Progress progress;
  private final InstantSource clock;

  private final PartId part;
  private final RecordLayout layout;
  private final RecordHasher hasher;
  private final byte[] idHash = new byte[RecordHasher.HASH_BYTES];
  private final byte[] contentHash = new byte[RecordHasher.HASH_BYTES];

  private final List<Segment> segments = new ArrayList<>();
  private BitSet seen = new BitSet();
  private MultisetSum sum = MultisetSum.empty();
  private PartMeter meter;
  private boolean whole;
  private long records;
  private long unchanged;
  private long stored;
  private int sequence;
  private int resumed;
  private Instant lastCheckpoint;
  private String cursor = "";
  private Optional<SegmentWriter> open = Optional.empty();
  private Optional<DrillbookException> stranger = Optional.empty();

  /** Told of each batch, so that the run shows where it is and can be stopped. */
  @FunctionalInterface
  interface Progress {
    void read(long records, long stored, int segments);
  }

  /**
   * Prepares a range.
   *
   * @param base what is stored already; empty for the first backup
   * @param firstNumber the number of the range's first segment
   */
  RangeCapture(
      ArtifactStore store,
      Workspace workspace,
      SegmentContext context,
      int generation,
      int range,
      TokenFile token,
      Optional<BaseIndex> base,
      long firstNumber,
      Progress progress,
      InstantSource clock)
      throws DrillbookException {
    this.store = store;
    this.workspace = workspace;
    this.target = context.target();
    this.backupId = context.backupId();
    this.generation = generation;
    this.range = range;
    this.token = token;
    this.base = base;
    this.firstNumber = firstNumber;
    this.progress = progress;
    this.clock = clock;
    this.part = token.ranges().get(range).part();
    this.layout = token.entry(part.collection()).schema().layout();
    this.hasher = new RecordHasher(layout);
    this.meter = new PartMeter(layout);
    this.whole = !token.ranges().get(range).changes() || base.isEmpty();
    this.lastCheckpoint = clock.instant();
  }

  /** Reads what is left of the range. */
  RangeReport capture(Engine engine) throws DrillbookException, InterruptedException {
    Optional<Checkpoint> earlier = workspace.newest(generation, range);
    if (earlier.isPresent()) {
      resume(earlier.get());
      if (earlier.get().complete()) {
        return report(workspaceKey(earlier.get()), earlier.get());
      }
      cursor = earlier.get().cursor();
    }
    try {
      if (!whole) {
        readChanges(engine);
      }
      if (whole) {
        readWhole(engine.records());
      }
      Checkpoint complete = checkpoint(true);
      return report(workspaceKey(complete), complete);
    } finally {
      open.ifPresent(SegmentWriter::close);
    }
  }

  private void readWhole(Records records) throws DrillbookException, InterruptedException {
    BytesColumn none = new BytesColumn();
    records.read(
        token.token(),
        token.range(token.ranges().get(range)),
        cursor,
        workspace.notes(token.notesFolder()),
        (batch, next) -> accept(batch, none, next));
  }

  /** Reads what changed; where that does not fit what the base holds, all is read instead. */
  private void readChanges(Engine engine) throws DrillbookException, InterruptedException {
    try {
      engine
          .changes()
          .read(
              token.token(),
              token.range(token.ranges().get(range)),
              cursor,
              workspace.notes(token.notesFolder()),
              this::accept);
    } catch (DrillbookException e) {
      if (stranger.isEmpty() || e != stranger.get()) {
        throw e;
      }
      LOG.warn("{} of range {} of {}; reading all of it", e.getMessage(), range, backupId);
      startOver();
    }
  }

  private void accept(RecordBatch batch, BytesColumn same, String next)
      throws DrillbookException, InterruptedException {
    // Before anything of the batch is counted: the checkpoint is of what was read until now.
    if (open.isPresent() && open.get().rows() + batch.size() > Address.MAX_ROWS) {
      checkpoint(false);
    }
    for (int row = 0; row < same.size(); row++) {
      keep(same, row);
    }
    if (batch.size() > 0) {
      take(batch);
    }
    cursor = next;
    boolean full = open.isPresent() && open.get().full();
    boolean due = Duration.between(lastCheckpoint, clock.instant()).compareTo(CHECKPOINT_EVERY) > 0;
    if (full || due) {
      checkpoint(false);
    }
    progress.read(records, stored, segments.size());
  }

  /** Forgets what was read; segments that were finished are of no use to anybody. */
  private void startOver() {
    open.ifPresent(SegmentWriter::close);
    open = Optional.empty();
    segments.clear();
    seen = new BitSet();
    sum = MultisetSum.empty();
    meter = new PartMeter(layout);
    whole = true;
    records = 0;
    unchanged = 0;
    stored = 0;
    resumed = 0;
    cursor = "";
  }

  private void resume(Checkpoint checkpoint) throws DrillbookException, InterruptedException {
    segments.addAll(checkpoint.segments());
    resumed = segments.size();
    whole = checkpoint.whole();
    records = checkpoint.records();
    unchanged = checkpoint.unchanged();
    stored = checkpoint.stored();
    sequence = checkpoint.sequence() + 1;
    sum = MultisetSum.of(checkpoint.sum(), checkpoint.records());
    meter = new PartMeter(layout, checkpoint.vectors());
    if (base.isPresent() && !checkpoint.seen().isEmpty()) {
      seen = SeenSet.read(store, checkpoint.seen().getFirst(), base.get().size());
    }
  }

  private void take(RecordBatch batch) throws DrillbookException, InterruptedException {
    meter.begin(batch);
    for (int row = 0; row < batch.size(); row++) {
      hasher.hash(batch, row, idHash, contentHash);
      meter.take(row);
      sum.add(contentHash);
      records++;
      if (!isStored()) {
        append(batch, row);
      }
    }
  }

  /** Marks a record as seen that is as the base has it. */
  private void keep(BytesColumn ids, int row) throws DrillbookException, InterruptedException {
    hasher.hashId(ids, row, idHash);
    BaseIndex known = base.orElseThrow();
    long position = known.find(idHash);
    if (position < 0) {
      DrillbookException unknown =
          new DrillbookException(
              FailureKind.INTERNAL,
              "changes do not fit: no backup holds record " + RecordId.print(ids.get(row)));
      stranger = Optional.of(unknown);
      throw unknown;
    }
    seen.set(Math.toIntExact(position));
    known.contentHash(position, contentHash);
    sum.add(contentHash);
    records++;
    unchanged++;
  }

  /** Tells whether the record that was just hashed is stored already; marks it as seen. */
  private boolean isStored() throws DrillbookException, InterruptedException {
    if (base.isEmpty()) {
      return false;
    }
    long position = base.get().find(idHash);
    if (position < 0) {
      return false;
    }
    seen.set(Math.toIntExact(position));
    return base.get().holds(position, contentHash);
  }

  private void append(RecordBatch batch, int row) throws DrillbookException, InterruptedException {
    // Segments end where batches do, where there is a cursor to go on from: one that ended within a
    // batch would have no checkpoint, and a later attempt would write its records again.
    if (open.isPresent() && open.get().rows() >= Address.MAX_ROWS) {
      commitSegment();
    }
    if (open.isEmpty()) {
      open =
          Optional.of(
              new SegmentWriter(
                  store,
                  Keys.part(target, backupId, part.collection(), part.tenant()),
                  firstNumber + segments.size(),
                  layout,
                  new SegmentContext(target, backupId)));
    }
    open.get().append(batch, row, idHash, contentHash);
    stored++;
  }

  private void commitSegment() throws DrillbookException, InterruptedException {
    if (open.isPresent()) {
      segments.add(open.get().commit());
      open.get().close();
      open = Optional.empty();
    }
  }

  private Checkpoint checkpoint(boolean complete) throws DrillbookException, InterruptedException {
    commitSegment();
    List<Stored> seenArtifact = new ArrayList<>();
    if (base.isPresent()) {
      seenArtifact.add(SeenSet.put(store, workspace.newSeenKey(generation, range), seen));
    }
    Checkpoint checkpoint =
        new Checkpoint(
            sequence,
            part.collection(),
            part.tenant(),
            cursor,
            complete,
            whole,
            segments,
            seenArtifact,
            records,
            unchanged,
            stored,
            sum.hex(),
            meter.sums());
    workspace.put(generation, range, checkpoint);
    sequence++;
    lastCheckpoint = clock.instant();
    return checkpoint;
  }

  private RangeReport report(String key, Checkpoint checkpoint) {
    return new RangeReport(
        range,
        key,
        Artifacts.sha256(checkpoint.encode()),
        checkpoint.records(),
        checkpoint.stored(),
        checkpoint.segments().size(),
        resumed,
        checkpoint.sum());
  }

  private String workspaceKey(Checkpoint checkpoint) {
    return workspace.checkpointKey(generation, range, checkpoint.sequence());
  }
}
