package drillbook.capture;

import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.archive.PartId;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.format.Address;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentReader;
import drillbook.index.IndexCursor;
import drillbook.recall.ExactSearch;
import drillbook.recall.Question;
import drillbook.recall.QuestionChoice;
import drillbook.recall.RecallFold;
import drillbook.recall.RecallSet;
import drillbook.record.RecordBatch;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes the recall set while a backup is read back: a part that is read whole gets fresh questions
 * and true answers; a part of which only changes are read inherits its parent's. One thread.
 */
final class RecallSeal {
  /** Records with the smallest id hashes that are offered; some may have no vector. */
  private static final int CANDIDATES = 4 * RecallSet.QUESTIONS;

  private static final long MAX_BYTES = 16 << 20;

  private final boolean whole;
  private final Optional<ArchivedBackup> parent;
  private final ArtifactStore store;
  private final RecallFold fold;
  private final List<Question> fresh = new ArrayList<>();

  private PartId part = new PartId(0, 0);
  private Optional<ExactSearch> search = Optional.empty();

  RecallSeal(boolean whole, Optional<ArchivedBackup> parent, ArtifactStore store)
      throws DrillbookException, InterruptedException {
    this.whole = whole;
    this.parent = parent;
    this.store = store;
    this.fold = new RecallFold(parentSet(parent, store));
  }

  /** Begins a part; its listed segments are read next. */
  void begin(PartId next, CollectionSchema schema, PartSeal seal, SortedMap<Long, Segment> listed)
      throws DrillbookException, InterruptedException {
    part = next;
    boolean known = parent.isPresent() && parent.get().parts().containsKey(part);
    search = Optional.empty();
    if (whole || !known) {
      fold.dropped(part.collection(), part.tenant());
      List<Question> questions = choose(schema, seal, listed);
      search = Optional.of(new ExactSearch(schema.layout(), questions, RecallSet.K));
    }
  }

  /** Takes a live record that was read back. */
  void take(RecordBatch batch, int record, byte[] idHash) {
    if (search.isPresent()) {
      search.get().take(batch, record, idHash);
    } else {
      fold.changed(part.collection(), part.tenant(), batch, record, idHash);
    }
  }

  /** Ends a part. */
  void end(PartSeal seal) throws DrillbookException, InterruptedException {
    if (search.isPresent()) {
      fresh.addAll(search.get().answered());
    } else {
      seal.forEachDeleted(idHash -> fold.deleted(part.collection(), part.tenant(), idHash));
    }
  }

  /** Returns the set, if it asks anything. */
  Optional<byte[]> encode(List<PartId> now) throws DrillbookException {
    parent.ifPresent(backup ->
        backup
            .parts()
            .keySet()
            .forEach(before -> {
              if (!now.contains(before)) {
                fold.dropped(before.collection(), before.tenant());
              }
            }));
    List<Question> questions = new ArrayList<>(fold.folded().questions());
    questions.addAll(fresh);
    questions.removeIf(question -> question.hits().isEmpty());
    return questions.isEmpty()
        ? Optional.empty()
        : Optional.of(new RecallSet(RecallSet.K, questions).within(MAX_BYTES).encode());
  }

  /** Returns the parent's set where it has the same bytes, so that it need not be stored again. */
  Optional<Stored> unchanged(byte[] encoded) {
    return parent.flatMap(backup ->
        backup.manifest().recall().stream()
            .filter(stored -> stored.sha256().equals(Artifacts.sha256(encoded)))
            .findFirst());
  }

  private List<Question> choose(
      CollectionSchema schema, PartSeal seal, SortedMap<Long, Segment> listed)
      throws DrillbookException, InterruptedException {
    SortedMap<Long, List<Integer>> rows = new TreeMap<>();
    try (IndexCursor cursor = seal.live().cursor()) {
      for (int i = 0; i < CANDIDATES && cursor.next(); i++) {
        rows.computeIfAbsent(Address.segment(cursor.address()), _ -> new ArrayList<>())
            .add(Address.row(cursor.address()));
      }
    }
    QuestionChoice choice =
        new QuestionChoice(part.collection(), part.tenant(), schema, RecallSet.QUESTIONS);
    RecordHasher hasher = new RecordHasher(schema.layout());
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    for (Map.Entry<Long, List<Integer>> entry : rows.entrySet()) {
      Segment segment = listed.get(entry.getKey());
      if (segment == null) {
        throw new IllegalStateException("a live segment is not listed: " + entry.getKey());
      }
      int[] sorted = entry.getValue().stream().mapToInt(Integer::intValue).sorted().toArray();
      SegmentReader.fetch(
          store,
          segment,
          schema.layout(),
          sorted,
          (batch, record, row) -> {
            hasher.hash(batch, record, idHash, contentHash);
            choice.offer(batch, record, idHash);
          });
    }
    return choice.questions();
  }

  private static RecallSet parentSet(Optional<ArchivedBackup> parent, ArtifactStore store)
      throws DrillbookException, InterruptedException {
    if (parent.isEmpty() || parent.get().manifest().recall().isEmpty()) {
      return RecallSet.empty();
    }
    Stored stored = parent.get().manifest().recall().getFirst();
    return RecallSet.decode(Artifacts.read(store, stored), stored.key());
  }
}
