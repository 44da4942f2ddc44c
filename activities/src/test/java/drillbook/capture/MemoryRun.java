package drillbook.capture;

import drillbook.archive.Archive;
import drillbook.archive.Keys;
import drillbook.backup.BackupId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupReport;
import drillbook.backup.BackupRequest;
import drillbook.backup.CaptureOpened;
import drillbook.backup.CapturePlan;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.backup.SealRun;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryServer;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.manifest.Manifest;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.ArtifactStore;
import drillbook.store.MemoryArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A memory engine, a store, and the steps of a backup one after the other, as a workflow would. */
public final class MemoryRun {
  public static final int DIMENSION = 64;
  public static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("", ElementType.F32, DIMENSION, false));

  private final MemoryServer server = new MemoryServer();
  private final Target target;
  private final SigningKey key;
  private final Path scratch;
  private final ArtifactStore store;
  private final boolean snapshots;
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private int runs;

  public MemoryRun(Path folder, ArtifactStore store, boolean snapshots) throws Exception {
    this.key = SigningKey.loadOrCreate(folder.resolve("keys"));
    this.scratch = folder.resolve("scratch");
    this.store = store;
    this.snapshots = snapshots;
    this.target =
        new Target(
            "docs",
            EngineAddress.of("memory", "memory://here"),
            List.of(),
            List.of(),
            StoreAddress.folder(folder));
  }

  public MemoryRun(Path folder) throws Exception {
    this(folder, new MemoryArtifactStore(), true);
  }

  public Engine engine() {
    return snapshots ? MemoryEngine.rich(server) : MemoryEngine.modest(server);
  }

  public ArtifactStore store() {
    return store;
  }

  public Target target() {
    return target;
  }

  public Path scratch() {
    return scratch;
  }

  public Archive archive() {
    return new Archive(store, "docs", TrustedKeys.ofKeys(List.of(key.publicKey())));
  }

  public CollectionName name(String name) {
    return new CollectionName(engine().profile().defaultScope(), name);
  }

  public CollectionSchema create(String name, String... tenants) throws Exception {
    CollectionSchema schema =
        new CollectionSchema(
            name(name),
            LAYOUT,
            "text",
            List.of(
                new VectorIndex(
                    "",
                    "hnsw",
                    VectorIndex.Metric.COSINE,
                    snapshots ? Map.of("m", "24") : Map.of())),
            tenants.length == 0 ? List.of("") : List.of(tenants),
            List.of(),
            Map.of());
    engine().control().create(schema);
    return engine().control().schema(schema.name());
  }

  public void write(CollectionSchema schema, String tenant, int from, int count, long seed)
      throws Exception {
    try (RecordWriter writer = engine().records().writer(schema, tenant)) {
      RecordBatch batch = new RecordBatch(LAYOUT);
      for (int i = from; i < from + count; i++) {
        add(batch, i, seed);
        if (batch.size() == 500) {
          writer.write(batch);
          batch.clear();
        }
      }
      if (batch.size() > 0) {
        writer.write(batch);
      }
    }
  }

  public static void add(RecordBatch batch, int i, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) random.nextDouble(-1, 1);
    }
    batch.ids().add(RecordId.of("record-" + i));
    batch.vectors().getFirst().add(vector, 0, DIMENSION);
    batch.payloads().add(Payload.encode(Map.of("number", (long) i, "even", i % 2 == 0)));
    batch.endRecord();
  }

  public TargetCapture capture() {
    return capture(engine());
  }

  public TargetCapture capture(Engine engine) {
    return new TargetCapture(
        target, engine, archive(), new SharedIndexes(), scratch, InstantSource.fixed(now));
  }

  public CaptureRun begin(BackupKind kind) throws Exception {
    now = now.plusSeconds(3600);
    BackupRequest request = BackupRequest.of("docs", kind);
    CapturePlan plan = capture().plan(request);
    String id = BackupId.of(now, plan.kind(), "%06d".formatted(++runs)).text();
    return new CaptureRun(request, plan, id, now);
  }

  public BackupReport backup(BackupKind kind) throws Exception {
    return finish(begin(kind), 0);
  }

  /** Runs all ranges of a generation and seals. */
  public BackupReport finish(CaptureRun run, int generation) throws Exception {
    TargetCapture capture = capture();
    try (TargetCapture.Held held = capture.hold(run, generation)) {
      CaptureOpened opened = held.opened();
      long records = 0;
      for (RangeReport report : ranges(capture, run, opened)) {
        records += report.records();
      }
      return seal(run, opened, records);
    }
  }

  public List<RangeReport> ranges(TargetCapture capture, CaptureRun run, CaptureOpened opened)
      throws DrillbookException, InterruptedException {
    List<RangeReport> reports = new ArrayList<>();
    for (int range = 0; range < opened.ranges(); range++) {
      reports.add(
          capture.captureRange(
              new RangeRun(run, opened.generation(), range), (records, stored, segments) -> {}));
    }
    return reports;
  }

  public BackupReport seal(CaptureRun run, CaptureOpened opened, long records) throws Exception {
    SealRun seal = new SealRun(run, opened.generation(), opened.ranges(), records);
    return new Seal(capture(), key, seal, sentence -> {}).seal();
  }

  public Manifest manifest(BackupReport report) throws Exception {
    return archive().manifest(report.backupId());
  }

  public long bytesBelow(String prefix) throws Exception {
    return store.list(prefix, "", 100_000).stream().mapToLong(ArtifactStore.Listed::bytes).sum();
  }

  public String folder(BackupReport report) {
    return Keys.backup("docs", report.backupId());
  }
}
