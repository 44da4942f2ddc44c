package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.archive.PartId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.CaptureRun;
import drillbook.backup.SealRun;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentReader;
import drillbook.index.IndexFile;
import drillbook.index.RunReceipt;
import drillbook.manifest.Catalog;
import drillbook.manifest.Manifest;
import drillbook.manifest.ManifestCodec;
import drillbook.manifest.SegmentList;
import drillbook.manifest.SegmentList.PartSegments;
import drillbook.manifest.SigningKey;
import drillbook.profile.BackupProfile;
import drillbook.profile.PartMeter;
import drillbook.profile.VectorSums;
import drillbook.record.RecordLayout;
import drillbook.store.ArtifactReader;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Seals a backup whose ranges have all been captured: folds them over what was stored before,
 * confirms what seems deleted, reads back what was written, and writes the manifest, last. One
 * object a seal; one thread.
 */
public final class Seal {
  /** The product and version that manifests name. */
  static final String PRODUCT = "drillbook 0.1.0";

  private final TargetCapture capture;
  private final SigningKey signingKey;
  private final SealRun run;
  private final CaptureRun backup;
  private final ArtifactStore store;
  private final Workspace workspace;
  private final Progress progress;

  private final List<Stored> written = new ArrayList<>();
  private final List<BackupProfile.Part> profiles = new ArrayList<>();
  private long addedBytes;
  private long unchanged;
  private long changed;
  private long deleted;

  /** Told what is going on, so that the run shows where it is and can be stopped. */
  @FunctionalInterface
  public interface Progress {
    /** Takes a sentence on the step that goes on. */
    void step(String sentence);
  }

  /** Prepares a seal. */
  public Seal(TargetCapture capture, SigningKey signingKey, SealRun run, Progress progress) {
    this.capture = capture;
    this.signingKey = signingKey;
    this.run = run;
    this.backup = run.run();
    this.store = capture.store();
    this.workspace = capture.workspace(backup);
    this.progress = progress;
  }

  /**
   * Seals. A repetition after the manifest was written finds it and reports the same.
   *
   * @throws DrillbookException CORRUPT when what was captured does not add up or reads back
   *     differently; nothing was sealed then
   */
  public BackupReport seal() throws DrillbookException, InterruptedException {
    String target = capture.target().name();
    String key = Keys.manifest(target, backup.backupId());
    if (capture.archive().exists(backup.backupId())) {
      workspace.drop();
      return report(capture.archive().manifest(backup.backupId()), key);
    }
    TokenFile token = workspace.token(run.generation());
    Map<Integer, Checkpoint> ranges = completeRanges();
    Optional<ArchivedBackup> parent = capture.parent(backup);
    Chain chain = Chain.of(store, parent, workspace, run.generation());

    List<Manifest.Part> parts = new ArrayList<>();
    List<PartSegments> partSegments = new ArrayList<>();
    RecallSeal recall = new RecallSeal(whole(), parent, store);
    long live = 0;
    for (PartId part : token.parts()) {
      live += sealPart(part, token, ranges, chain, recall, parts, partSegments);
    }
    requireComplete(token, live);
    countGone(parent, token);

    Stored catalog = put("catalog", token.catalog().encode());
    Stored list = put("segments", new SegmentList(backup.backupId(), partSegments).encode());
    List<Stored> lists = new ArrayList<>();
    if (!whole()) {
      lists.addAll(parent.orElseThrow().manifest().segmentLists());
    }
    lists.add(list);
    List<Stored> recallSet = new ArrayList<>();
    Optional<byte[]> sealedRecall = recall.encode(token.parts());
    if (sealedRecall.isPresent()) {
      Optional<Stored> same = recall.unchanged(sealedRecall.get());
      recallSet.add(same.isPresent() ? same.get() : put("recall", sealedRecall.get()));
    }
    List<Stored> profile = new ArrayList<>();
    if (!profiles.isEmpty()) {
      profile.add(put("profile", new BackupProfile(profiles).encode()));
    }
    for (Stored artifact : written) {
      ArtifactReader.prove(store, artifact);
    }
    Manifest manifest = manifest(token, parts, lists, catalog, recallSet, profile);
    progress.step("writing the manifest");
    store.putNew(key, ManifestCodec.seal(manifest, signingKey));
    workspace.drop();
    return report(manifest, key);
  }

  private boolean whole() {
    return backup.plan().kind() == BackupKind.FULL;
  }

  private long sealPart(
      PartId part,
      TokenFile token,
      Map<Integer, Checkpoint> ranges,
      Chain chain,
      RecallSeal recall,
      List<Manifest.Part> parts,
      List<PartSegments> partSegments)
      throws DrillbookException, InterruptedException {
    progress.step("folding " + part);
    List<Segment> captured = new ArrayList<>();
    Optional<BaseIndex> base = Optional.empty();
    BitSet seen = new BitSet();
    List<VectorSums> vectors = List.of();
    long told = 0;
    if (chain.knows(part)) {
      base = Optional.of(chain.base(part, capture.scratchFile("seal-base")));
    }
    for (Checkpoint checkpoint : ranges.values()) {
      if (checkpoint.part().equals(part)) {
        captured.addAll(checkpoint.segments());
        vectors = PartMeter.plus(vectors, checkpoint.vectors());
        told += checkpoint.unchanged();
        if (base.isPresent() && !checkpoint.seen().isEmpty()) {
          seen.or(SeenSet.read(store, checkpoint.seen().getFirst(), base.get().size()));
        }
      }
    }
    Optional<IndexFile> parentIndex = chain.parentIndex(part, capture.scratchFile("seal-parent"));
    if (base.isPresent() && token.consistency() == Consistency.FUZZY) {
      long number = firstFreeNumber(captured, chain.segments(part));
      Unseen unseen = new Unseen(capture, backup, token, part, number);
      captured.addAll(unseen.confirm(base.get(), seen));
      vectors = PartMeter.plus(vectors, unseen.vectors());
    }
    unchanged += told;
    profile(part, token, vectors, told, chain.parent());
    try (PartSeal seal =
        new PartSeal(
            store, part, captured, base, seen, parentIndex, capture.scratchFile("seal-live"))) {
      seal.fold();
      SortedMap<Long, Segment> segments = new TreeMap<>(chain.segments(part));
      captured.forEach(segment -> segments.put(segment.number(), segment));
      String folder =
          Keys.part(capture.target().name(), backup.backupId(), part.collection(), part.tenant());
      RunReceipt receipt = seal.writeRun(folder + "index-" + Workspace.attempt(), whole());
      written.add(new Stored(receipt.key(), receipt.bytes(), receipt.sha256()));
      addedBytes += receipt.bytes();
      changed += seal.changed();
      deleted += seal.deleted();

      List<Segment> listed = listedSegments(seal, segments, chain);
      readBack(part, token, seal, listed, recall);
      partSegments.add(
          new PartSegments(part.collection(), part.tenant(), listed, List.of(receipt)));
      parts.add(seal.manifestPart(segments));
      return seal.count();
    }
  }

  /**
   * Says what a part's vectors are like. Those of records that did not change were not read: they
   * are like the parent's, of which every record that is gone or read again took an even share.
   */
  private void profile(
      PartId part,
      TokenFile token,
      List<VectorSums> read,
      long told,
      Optional<ArchivedBackup> parent)
      throws DrillbookException, InterruptedException {
    RecordLayout layout = token.entry(part.collection()).schema().layout();
    List<VectorSums> vectors = read;
    if (told > 0 && parent.isPresent()) {
      List<VectorSums> kept = List.of();
      long before =
          parent.get().parts().entrySet().stream()
              .filter(known -> known.getKey().equals(part))
              .mapToLong(known -> known.getValue().count())
              .sum();
      double share = (double) told / Math.max(told, before);
      for (Stored file : parent.get().manifest().profile()) {
        kept =
            BackupProfile.decode(Artifacts.read(store, file), file.key())
                .share(part.collection(), part.tenant(), layout, share);
      }
      vectors = kept.isEmpty() ? List.of() : PartMeter.plus(kept, read);
    }
    if (!layout.vectors().isEmpty() && !vectors.isEmpty()) {
      profiles.add(BackupProfile.part(part.collection(), part.tenant(), layout, vectors));
    }
  }

  /**
   * Returns the segments that the backup's own list names: all live ones of a full, new ones else.
   */
  private List<Segment> listedSegments(
      PartSeal seal, SortedMap<Long, Segment> segments, Chain chain) throws DrillbookException {
    SortedMap<Long, Segment> before =
        chain
            .parent()
            .map(backupBefore -> backupBefore.segments(seal.part()))
            .orElseGet(TreeMap::new);
    segments.forEach((number, segment) -> {
      if (!before.containsKey(number)) {
        // Also where a later generation left no row of it live: it lies in the store all the same.
        addedBytes += segment.bytes() + segment.runBytes();
      }
    });
    // A part that the parent left out, and an earlier backup held, begins anew from what is stored.
    boolean held =
        chain.parent().stream().anyMatch(backup -> backup.parts().containsKey(seal.part()));
    List<Segment> listed = new ArrayList<>();
    for (Long number : seal.liveRows().keySet()) {
      Segment segment = segments.get(number);
      if (segment == null) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            "the index of " + seal.part() + " points to no segment: " + number);
      }
      if (whole() || !held || !before.containsKey(number)) {
        listed.add(segment);
      }
    }
    return listed;
  }

  /** Reads listed segments back, recomputes every live record's hash, and feeds the recall set. */
  private void readBack(
      PartId part, TokenFile token, PartSeal seal, List<Segment> listed, RecallSeal recall)
      throws DrillbookException, InterruptedException {
    Catalog.Entry entry = token.entry(part.collection());
    RecordLayout layout = entry.schema().layout();
    SortedMap<Long, Segment> byNumber = new TreeMap<>();
    listed.forEach(segment -> byNumber.put(segment.number(), segment));
    recall.begin(part, entry.schema(), seal, byNumber);
    RecordHasher hasher = new RecordHasher(layout);
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    long[] proven = new long[1];
    for (Segment segment : listed) {
      progress.step("reading back " + part + " segment " + segment.number());
      BitSet live = seal.liveRows().getOrDefault(segment.number(), new BitSet());
      SegmentReader.read(
          store,
          segment,
          layout,
          (batch, firstRow) -> {
            for (int i = 0; i < batch.size(); i++) {
              if (live.get(firstRow + i)) {
                hasher.hash(batch, i, idHash, contentHash);
                seal.prove(idHash, contentHash, Address.of(segment.number(), firstRow + i));
                recall.take(batch, i, idHash);
                proven[0]++;
              }
            }
          });
    }
    if (whole() && proven[0] != seal.count()) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "part " + part + " reads back with " + proven[0] + " of " + seal.count() + " records",
          "The store lost something while the backup was written; nothing was sealed.");
    }
    recall.end(seal);
  }

  private Map<Integer, Checkpoint> completeRanges()
      throws DrillbookException, InterruptedException {
    Map<Integer, Checkpoint> ranges = workspace.newest(run.generation());
    for (int range = 0; range < run.ranges(); range++) {
      Checkpoint checkpoint = ranges.get(range);
      if (checkpoint == null || !checkpoint.complete()) {
        throw new DrillbookException(
            FailureKind.CORRUPT,
            "range " + range + " of " + backup.backupId() + " is not complete in the store",
            "The store lost a checkpoint; run the backup again.");
      }
    }
    return ranges;
  }

  /** One state of the engine holds each record once: read and live numbers are the same. */
  private void requireComplete(TokenFile token, long live) throws DrillbookException {
    if (token.consistency() == Consistency.SNAPSHOT && live != run.records()) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "the engine handed out "
              + run.records()
              + " records in one snapshot, of which "
              + live
              + " are distinct",
          "A record was read twice or lost on the way; nothing was sealed. Run the backup again,"
              + " and check the engine's storage if it happens again.");
    }
  }

  /** Counts the records of collections and tenants that the parent had and the engine lost. */
  private void countGone(Optional<ArchivedBackup> parent, TokenFile token) {
    if (parent.isEmpty()) {
      return;
    }
    List<PartId> now = token.parts();
    parent
        .get()
        .parts()
        .forEach((part, before) -> {
          if (!now.contains(part)) {
            deleted += before.count();
          }
        });
  }

  private Manifest manifest(
      TokenFile token,
      List<Manifest.Part> parts,
      List<Stored> lists,
      Stored catalog,
      List<Stored> recall,
      List<Stored> profile) {
    return new Manifest(
        Manifest.FORMAT,
        backup.backupId(),
        capture.target().name(),
        backup.plan().kind().word(),
        backup.plan().parent(),
        backup.startedAt(),
        token.asOf(),
        capture.clock().instant(),
        token.consistency().name(),
        token.asOf(),
        capture.engine().profile().name(),
        token.engineVersion(),
        parts,
        lists,
        catalog,
        recall,
        profile,
        parts.stream().mapToLong(Manifest.Part::count).sum(),
        parts.stream().mapToLong(Manifest.Part::logicalBytes).sum(),
        addedBytes,
        run.records() - unchanged,
        changed,
        deleted,
        PRODUCT);
  }

  private BackupReport report(Manifest manifest, String key)
      throws DrillbookException, InterruptedException {
    byte[] envelope = Artifacts.read(store, key, ManifestCodec.MAX_BYTES);
    Instant started = manifest.startedAt();
    return new BackupReport(
        manifest.target(),
        manifest.backupId(),
        backup.plan().kind(),
        manifest.parent(),
        backup.plan().note(),
        (int) manifest.parts().stream().mapToInt(Manifest.Part::collection).distinct().count(),
        manifest.records(),
        manifest.changed(),
        manifest.deleted(),
        manifest.logicalBytes(),
        manifest.storedBytes() + envelope.length,
        manifest.asOf(),
        manifest.consistency(),
        run.generation() + 1,
        key,
        Artifacts.sha256(envelope),
        ContentDigest.of(manifest),
        Duration.between(started, manifest.finishedAt()).toMillis() / 1000.0,
        List.of());
  }

  private Stored put(String name, byte[] bytes) throws DrillbookException, InterruptedException {
    String key =
        Keys.backup(capture.target().name(), backup.backupId())
            + name
            + "-"
            + Workspace.attempt()
            + ".json";
    Stored stored = store.putNew(key, bytes);
    written.add(stored);
    addedBytes += stored.bytes();
    return stored;
  }

  private static long firstFreeNumber(List<Segment> captured, SortedMap<Long, Segment> before) {
    long last = before.isEmpty() ? -1 : before.lastKey();
    for (Segment segment : captured) {
      last = Math.max(last, segment.number());
    }
    return last + 1;
  }
}
