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
import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.engine.LiveEngines;
import drillbook.engine.MemoryNotes;
import drillbook.engine.NameTerms;
import drillbook.engine.RecordWriter;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
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
import drillbook.store.LocalStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

/** An engine, a store, and the steps of a backup one after the other, as a workflow would. */
public class EngineRun implements AutoCloseable {
  private final String target;
  private final EngineAddress address;
  private final Engine engine;
  private final Path folder;
  private final SigningKey key;
  private final ArtifactStore store;
  private final String mark;
  private final List<String> collections = new ArrayList<>();
  private List<String> tenants = List.of();
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private int padding;
  private int runs;

  /**
   * Runs on any engine.
   *
   * @param mark ends the name of every collection, so that those of others are left alone; empty
   *     where there are no others
   */
  protected EngineRun(
      String target,
      EngineAddress address,
      Engine engine,
      Path folder,
      ArtifactStore store,
      String mark)
      throws Exception {
    this.target = target;
    this.address = address;
    this.engine = engine;
    this.folder = folder;
    this.key = SigningKey.loadOrCreate(folder.resolve("keys"));
    this.store = store;
    this.mark = mark;
  }

  /** Runs on a live engine by its word. */
  public static EngineRun of(String engine, Path folder, ArtifactStore store) throws Exception {
    return of(engine, folder, store, Map.of());
  }

  /** Runs on a real engine that is opened with options, and stores in the folder {@code store}. */
  public static EngineRun of(String engine, Path folder, Map<String, String> options)
      throws Exception {
    return of(engine, folder, new LocalStore(folder.resolve("store")), options);
  }

  /** Runs on a live engine as a target of a name; one engine may be several targets. */
  public static EngineRun of(String engine, String target, Path folder) throws Exception {
    return of(engine, target, folder, new LocalStore(folder.resolve("store")), Map.of());
  }

  private static EngineRun of(
      String engine, Path folder, ArtifactStore store, Map<String, String> options)
      throws Exception {
    return of(engine, "on-" + engine, folder, store, options);
  }

  private static EngineRun of(
      String engine, String target, Path folder, ArtifactStore store, Map<String, String> options)
      throws Exception {
    EngineAddress address = LiveEngines.start(engine, options);
    return new EngineRun(
        target,
        address,
        Engines.open(address, InstantSource.system()),
        folder,
        store,
        "_" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** Runs on a real engine and stores in the folder {@code store}. */
  public static EngineRun of(String engine, Path folder) throws Exception {
    return of(engine, folder, Map.of());
  }

  private static LocalPostgres postgres() {
    return RealServers.postgres(LocalPostgres.Version.PG18);
  }

  public Engine engine() {
    return engine;
  }

  public ArtifactStore store() {
    return store;
  }

  public Target target() {
    return new Target(
        target,
        address,
        mark.isEmpty() ? List.of() : collections,
        tenants,
        StoreAddress.folder(folder));
  }

  /** Lets the target mean some tenants only. */
  public void tenants(String... meant) {
    tenants = List.of(meant);
  }

  public Path scratch() {
    return folder.resolve("scratch");
  }

  public Instant now() {
    return now;
  }

  public Archive archive() {
    return new Archive(store, target, TrustedKeys.ofKeys(List.of(key.publicKey())));
  }

  public CollectionName name(String name) {
    NameTerms names = engine.profile().names();
    String marked = names.joined(name + mark);
    boolean fits = marked.matches(names.grammar());
    return new CollectionName(
        engine.profile().defaultScope(),
        fits ? marked : Character.toUpperCase(marked.charAt(0)) + marked.substring(1));
  }

  /** Takes a collection that was made past the adapter into the target. */
  public CollectionName adopt(String name) {
    CollectionName adopted = name(name);
    adopt(adopted);
    return adopted;
  }

  /** Takes a collection of any name into the target. */
  public void adopt(CollectionName name) {
    collections.add(name.name());
  }

  /** Drops a collection and no longer means it. */
  public void forget(CollectionName name) throws Exception {
    engine.control().drop(name);
    collections.remove(name.name());
  }

  /** Creates a collection of f32 vectors of a dimension, searched by distance. */
  public CollectionSchema create(String name, int dimension, String... tenants) throws Exception {
    String vector = engine.profile().vectors().many() ? "embedding" : "";
    return create(
        new CollectionSchema(
            adopt(name),
            RecordLayout.dense(new VectorField(vector, ElementType.F32, dimension, false)),
            "text",
            List.of(new VectorIndex(vector, "hnsw", VectorIndex.Metric.EUCLIDEAN, Map.of())),
            tenants.length == 0 ? List.of("") : List.of(tenants),
            List.of(),
            Map.of()));
  }

  /** Creates a collection and its indexes, and returns it as the engine has it. */
  public CollectionSchema create(CollectionSchema schema) throws Exception {
    engine.control().create(schema);
    engine.control().buildIndexes(schema);
    CollectionSchema live = engine.control().schema(schema.name());
    // Where dimensions are learnt by writing, they are as asked for.
    return new CollectionSchema(
        live.name(),
        schema.layout(),
        live.idType(),
        live.indexes(),
        live.tenants(),
        live.aliases(),
        live.attributes());
  }

  /** Makes payloads of records written from now on longer. */
  public void padding(int bytes) {
    padding = bytes;
  }

  public void write(CollectionSchema schema, String tenant, int from, int count, long seed)
      throws Exception {
    write(schema, tenant, IntStream.range(from, from + count).toArray(), seed);
  }

  public void write(CollectionSchema schema, String tenant, int[] numbers, long seed)
      throws Exception {
    try (RecordWriter writer = engine.records().writer(schema, tenant)) {
      RecordBatch batch = new RecordBatch(schema.layout());
      for (int i : numbers) {
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

  private void add(RecordBatch batch, int i, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
    float[] vector = new float[batch.layout().vectors().getFirst().dimension()];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) random.nextDouble(-1, 1);
    }
    batch.ids().add(RecordId.of("record-" + i));
    batch.vectors().getFirst().add(vector, 0, vector.length);
    batch
        .payloads()
        .add(
            Payload.encode(
                padding == 0
                    ? Map.of("number", (long) i, "even", i % 2 == 0)
                    : Map.of("number", (long) i, "padding", "p".repeat(padding))));
    batch.endRecord();
  }

  /** Hands every record of a collection to a consumer, in the order of the engine. */
  public void read(CollectionName name, BatchConsumer consumer) throws Exception {
    MemoryNotes notes = new MemoryNotes();
    CollectionSchema schema = engine.control().schema(name);
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine.records().read(capture.token(), range, "", notes, consumer);
      }
    }
  }

  /** Hands every record of a tenant to a consumer. */
  public void readTenant(CollectionSchema schema, String tenant, BatchConsumer consumer)
      throws Exception {
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        if (range.tenant().equals(tenant)) {
          engine.records().read(capture.token(), range, "", notes, consumer);
        }
      }
    }
  }

  /** Returns every record of a collection. */
  public SeenRecords contents(CollectionName name) throws Exception {
    SeenRecords contents = new SeenRecords();
    read(name, (batch, cursor) -> contents.add(batch));
    return contents;
  }

  /** Deletes records past the adapter. */
  public void delete(CollectionName name, int from, int count) throws Exception {
    delete(name, IntStream.range(from, from + count).toArray());
  }

  /** Deletes records past the adapter. */
  public void delete(CollectionName name, int[] numbers) throws Exception {
    List<byte[]> ids = IntStream.of(numbers).mapToObj(i -> RecordId.of("record-" + i)).toList();
    delete(engine.control().schema(name), CollectionSchema.NO_TENANT, ids);
  }

  /** Deletes records of a tenant past the adapter. */
  public void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    LiveEngines.delete(address, schema, tenant, ids);
  }

  /** Returns a connection to PostgreSQL past the adapter. */
  public static Connection connect() throws Exception {
    return postgres().connect();
  }

  /** Runs SQL past the adapter. */
  public static void sql(String... statements) throws Exception {
    try (Connection connection = postgres().connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns the first column of a query past the adapter. */
  public static List<String> query(String sql) throws Exception {
    try (Connection connection = postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
      return values;
    }
  }

  /** Returns a table's name in SQL. */
  public static String quoted(CollectionName name) {
    return '"' + String.join("\".\"", name.scope()) + "\".\"" + name.name() + '"';
  }

  public TargetCapture capture() {
    return capture(engine);
  }

  public TargetCapture capture(Engine other) {
    return new TargetCapture(
        target(), other, archive(), new SharedIndexes(), scratch(), InstantSource.fixed(now));
  }

  public CaptureRun begin(BackupKind kind) throws Exception {
    return begin(BackupRequest.of(target, kind));
  }

  private CaptureRun begin(BackupRequest request) throws Exception {
    now = now.plusSeconds(3600);
    CapturePlan plan = capture().plan(request);
    String id = BackupId.of(now, plan.kind(), "%06d".formatted(++runs)).text();
    return new CaptureRun(request, plan, id, now);
  }

  public BackupReport backup(BackupKind kind) throws Exception {
    return finish(begin(kind), 0);
  }

  /** Makes a full backup that stores every record again. */
  public BackupReport backupAnew() throws Exception {
    return finish(begin(new BackupRequest(target, BackupKind.FULL, true)), 0);
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
    return Keys.backup(target, report.backupId());
  }

  /** Returns the run's own collections that exist: those that it made, and what became of them. */
  public List<CollectionName> own() throws DrillbookException, InterruptedException {
    return engine.control().collections().stream()
        .filter(name ->
            name.name().contains(engine.profile().names().joined(mark))
                || collections.contains(name.name()))
        .toList();
  }

  /** Drops what the run left in a real engine. */
  @Override
  public void close() throws DrillbookException {
    try {
      if (!mark.isEmpty()) {
        for (CollectionName name : own()) {
          engine.control().drop(name);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.close();
      engine.close();
    }
  }
}
