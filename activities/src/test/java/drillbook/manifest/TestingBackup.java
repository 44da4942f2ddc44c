package drillbook.manifest;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.format.Address;
import drillbook.format.MerkleRoot;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentContext;
import drillbook.format.SegmentWriter;
import drillbook.format.SegmentWriter.Limits;
import drillbook.format.TestingRecords;
import drillbook.index.EntryBuffer;
import drillbook.index.IndexCursor;
import drillbook.index.IndexRunWriter;
import drillbook.index.IndexRuns;
import drillbook.index.RunReceipt;
import drillbook.manifest.Manifest.Part;
import drillbook.manifest.SegmentList.PartSegments;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a full backup and an incremental one on top of it by hand: two collections, one with two
 * tenants; some records of the full one are changed or deleted by the incremental one.
 */
public final class TestingBackup {
  /** The target's name. */
  public static final String TARGET = "docs";

  /** The full backup. */
  public static final String FULL = "20261101t000000z_full_aaaaaa";

  /** The incremental one. */
  public static final String INCREMENTAL = "20261101t010000z_inc_bbbbbb";

  private static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");
  private static final RecordLayout DENSE =
      RecordLayout.dense(new VectorField("", ElementType.F32, 40, false));

  private final ArtifactStore store;
  private final SigningKey key;

  /** Writes nothing yet. */
  public TestingBackup(ArtifactStore store, SigningKey key) {
    this.store = store;
    this.key = key;
  }

  /** Writes both backups. */
  public void write() throws Exception {
    List<PartSegments> full = new ArrayList<>();
    List<PartSegments> changes = new ArrayList<>();
    int[][] parts = {{0, 0, 90}, {0, 1, 3}, {1, 0, 200}};
    for (int[] part : parts) {
      RecordLayout layout = layout(part[0]);
      RecordBatch first = TestingRecords.random(layout, 10L * part[0] + part[1], part[2]);
      full.add(part(FULL, part, 0, first, 0, first.size(), List.of()));
      RecordBatch second = changed(first);
      List<Integer> deleted = List.of(part[2] - 1);
      changes.add(part(INCREMENTAL, part, 50, second, 0, part[2] / 3, deleted));
    }
    Stored fullList = put(FULL, "segments.json", new SegmentList(FULL, full).encode());
    manifest(FULL, "full", "", List.of(fullList), List.of(full));
    Stored changeList =
        put(INCREMENTAL, "segments.json", new SegmentList(INCREMENTAL, changes).encode());
    manifest(INCREMENTAL, "inc", FULL, List.of(fullList, changeList), List.of(full, changes));
  }

  private static RecordLayout layout(int collection) {
    return collection == 0 ? TestingRecords.EVERYTHING : DENSE;
  }

  /** Returns the same ids with other documents. */
  private static RecordBatch changed(RecordBatch batch) {
    RecordBatch changed = new RecordBatch(batch.layout());
    for (int i = 0; i < batch.size(); i++) {
      changed.ids().add(batch.ids().get(i));
      changed.documents().add(new byte[] {'c', (byte) ('a' + i % 26)});
      changed.endRecord();
    }
    return changed;
  }

  private PartSegments part(
      String backup,
      int[] part,
      long number,
      RecordBatch batch,
      int from,
      int to,
      List<Integer> deleted)
      throws Exception {
    List<Segment> segments = new ArrayList<>();
    List<RunReceipt> runs = new ArrayList<>();
    RecordHasher hasher = new RecordHasher(batch.layout());
    byte[] idHash = new byte[32];
    byte[] contentHash = new byte[32];
    String folder = TARGET + "/backups/" + backup + "/c" + part[0] + "/t" + part[1] + "/";
    for (int start = from; start < to; start += 60) {
      try (SegmentWriter writer =
          new SegmentWriter(
              store,
              folder,
              number + segments.size(),
              batch.layout(),
              new SegmentContext(TARGET, backup),
              new Limits(4000, 1 << 20, 1000))) {
        for (int i = start; i < Math.min(to, start + 60); i++) {
          hasher.hash(batch, i, idHash, contentHash);
          writer.append(batch, i, idHash, contentHash);
        }
        Segment segment = writer.commit();
        segments.add(segment);
        runs.add(segment.run());
      }
    }
    EntryBuffer tombstones = new EntryBuffer();
    for (int row : deleted) {
      hasher.hash(batch, row, idHash, contentHash);
      tombstones.add(idHash, new byte[32], Address.TOMBSTONE);
    }
    if (!deleted.isEmpty()) {
      runs.add(IndexRunWriter.write(store, folder + "deleted-0.run", tombstones.sorted()));
    }
    return new PartSegments(part[0], part[1], segments, runs);
  }

  private void manifest(
      String backup,
      String kind,
      String parent,
      List<Stored> lists,
      List<List<PartSegments>> layers)
      throws Exception {
    List<Part> parts = new ArrayList<>();
    long records = 0;
    for (int i = 0; i < layers.getFirst().size(); i++) {
      Part part = fold(layers, i);
      parts.add(part);
      records += part.count();
    }
    Stored catalog = put(backup, "catalog.json", catalog().encode());
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            backup,
            TARGET,
            kind,
            parent,
            TIME,
            TIME,
            TIME.plusSeconds(5),
            "snapshot",
            TIME,
            "memory",
            "1",
            parts,
            lists,
            catalog,
            List.of(),
            List.of(),
            records,
            0,
            0,
            records,
            records,
            0,
            "drillbook test");
    put(backup, "manifest.json", ManifestCodec.seal(manifest, key));
  }

  private Part fold(List<List<PartSegments>> layers, int index) throws Exception {
    List<IndexCursor> newestFirst = new ArrayList<>();
    for (List<PartSegments> layer : layers) {
      for (RunReceipt run : layer.get(index).runs()) {
        newestFirst.addFirst(IndexRuns.open(store, run));
      }
    }
    MultisetSum sum = MultisetSum.empty();
    MerkleRoot root = new MerkleRoot();
    try (IndexCursor live = IndexRuns.merge(newestFirst, true)) {
      while (live.next()) {
        sum.add(live.contentHash());
        root.add(live.idHash(), live.contentHash());
      }
    }
    PartSegments part = layers.getFirst().get(index);
    return new Part(part.collection(), part.tenant(), sum.count(), sum.hex(), root.hex(), 0);
  }

  private Stored put(String backup, String name, byte[] bytes) throws Exception {
    return store.putNew(TARGET + "/backups/" + backup + "/" + name, bytes);
  }

  private static Catalog catalog() {
    return new Catalog(
        List.of(
            new Catalog.Entry(
                0, schema("everything", TestingRecords.EVERYTHING), List.of("a", "b")),
            new Catalog.Entry(1, schema("Gr\u00fc\u00dfe", DENSE), List.of(""))));
  }

  private static CollectionSchema schema(String name, RecordLayout layout) {
    return new CollectionSchema(
        new CollectionName(List.of(), name),
        layout,
        "text",
        List.of(),
        List.of(""),
        List.of(),
        Map.of());
  }
}
