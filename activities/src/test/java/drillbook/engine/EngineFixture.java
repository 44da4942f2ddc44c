package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What {@link EngineContract} asks an engine's subclass for, and what its tests share. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class EngineFixture {
  /** How many records of 4 KiB make a capture of several batches. */
  protected static final int BULK = 1_000;

  /** The dimension of sample vectors; no multiple of eight, so that bit vectors are padded. */
  protected static final int DIMENSION = 12;

  private final List<Engine> engines = new ArrayList<>();
  private final List<CollectionName> created = new ArrayList<>();
  private final List<CollectionName> aliases = new ArrayList<>();

  /** Returns a fresh adapter to the live engine under test. */
  protected abstract Engine open() throws Exception;

  /**
   * Returns a fresh adapter to 127.0.0.1 at another port, where no such engine is.
   *
   * @param credential to be used as the engine's password or token
   */
  protected abstract Engine openAt(int port, SecretReference credential) throws Exception;

  /**
   * Returns a name in the engine's grammar that no collection has.
   *
   * @param hint a lower-case word to show in the name
   */
  protected abstract CollectionName newName(String hint);

  /**
   * Returns index parameters by the engine's own names, none with the engine's default value: a
   * parameter that is dropped must not come back by itself.
   */
  protected abstract Map<String, String> indexParameters();

  /** Deletes records in the live engine, past the adapter. */
  protected abstract void delete(CollectionSchema schema, String tenant, List<byte[]> ids)
      throws Exception;

  /** A change that another client made and has not committed. */
  protected interface Pending {
    /** Commits it. */
    void commit() throws Exception;
  }

  /**
   * Changes the document of a record, past the adapter, in a transaction that stays open; empty
   * where the engine has no transactions.
   */
  protected Optional<Pending> changeLater(CollectionSchema schema, String tenant, byte[] id)
      throws Exception {
    return Optional.empty();
  }

  /** Returns how many small records exceed what the engine takes in one request. */
  protected int beyondOneRequest() {
    return 12_000;
  }

  /** Returns the metrics that the engine's index can have. */
  protected Set<VectorIndex.Metric> metrics() {
    return Set.of(
        VectorIndex.Metric.COSINE, VectorIndex.Metric.EUCLIDEAN, VectorIndex.Metric.INNER_PRODUCT);
  }

  /** Returns how long, in seconds, an interrupted call may take to end. */
  protected int interruptSeconds() {
    return 5;
  }

  /** Returns a collection of dense f32 vectors with an index, as it may come from elsewhere. */
  protected CollectionSchema sampleSchema(CollectionName name) {
    return schema(name, RecordLayout.dense(vector(ElementType.F32)), "text")
        .withIndex(VectorIndex.Metric.COSINE);
  }

  /** Returns an adapter whose address nobody listens at. */
  protected Engine openUnreachable() throws Exception {
    return openAt(TestingListener.deadPort(), SecretReference.NONE);
  }

  /** Drops what the test created and closes what it opened. */
  @AfterEach
  void dropCollections() throws Exception {
    Thread.interrupted();
    if (!created.isEmpty()) {
      try (Engine engine = open()) {
        if (engine.profile().has(Capability.ALIASES)) {
          for (CollectionName alias : aliases) {
            engine.control().dropAlias(alias);
          }
        }
        for (CollectionName name : created) {
          engine.control().drop(name);
        }
      }
    }
    engines.forEach(Engine::close);
  }

  /** Returns a live adapter that is closed after the test. */
  final Engine engine() throws Exception {
    return closedLater(open());
  }

  final Engine closedLater(Engine engine) {
    engines.add(engine);
    return engine;
  }

  /** Returns a fresh name whose collection is dropped after the test. */
  final CollectionName name(String hint) {
    CollectionName name = newName(hint);
    created.add(name);
    return name;
  }

  /** Returns a fresh name whose alias is dropped after the test. */
  final CollectionName alias(String hint) {
    CollectionName name = newName(hint);
    aliases.add(name);
    return name;
  }

  /** Creates a collection of the sample schema and returns the schema as the engine has it. */
  final CollectionSchema create(Engine engine, String hint) throws Exception {
    return create(engine, sampleSchema(name(hint)));
  }

  /** Creates a collection; where the engine learns dimensions by writing, they are as asked for. */
  static CollectionSchema create(Engine engine, CollectionSchema schema) throws Exception {
    engine.control().create(schema);
    CollectionSchema live = engine.control().schema(schema.name());
    boolean unknown = live.layout().vectors().stream().anyMatch(field -> field.dimension() == 0);
    return new CollectionSchema(
        live.name(),
        unknown ? schema.layout() : live.layout(),
        live.idType(),
        live.indexes(),
        live.tenants(),
        live.aliases(),
        live.attributes());
  }

  final VectorField vector(ElementType type) {
    return new VectorField(
        engineProfile().vectors().many() ? "embedding" : "", type, DIMENSION, false);
  }

  final EngineProfile engineProfile() {
    try {
      return engine().profile();
    } catch (Exception e) {
      throw new AssertionError("the adapter could not be opened", e);
    }
  }

  /** A schema under construction. */
  final Draft schema(CollectionName name, RecordLayout layout, String idType) {
    List<String> tenants =
        engineProfile().has(Capability.TENANTS)
            ? List.of("alpha", "beta")
            : List.of(CollectionSchema.NO_TENANT);
    return new Draft(
        new CollectionSchema(name, layout, idType, List.of(), tenants, List.of(), Map.of()),
        indexParameters());
  }

  record Draft(CollectionSchema withoutIndex, Map<String, String> parameters) {
    CollectionSchema withIndex(VectorIndex.Metric metric) {
      CollectionSchema s = withoutIndex;
      VectorIndex index =
          new VectorIndex(s.layout().vectors().getFirst().name(), "hnsw", metric, parameters);
      return new CollectionSchema(
          s.name(),
          s.layout(),
          s.idType(),
          List.of(index),
          s.tenants(),
          s.aliases(),
          s.attributes());
    }
  }

  static void write(Engine engine, CollectionSchema schema, String tenant, RecordBatch batch)
      throws Exception {
    try (RecordWriter writer = engine.records().writer(schema, tenant)) {
      writer.write(batch);
    }
  }

  /** Writes records and returns them as they have to come back. */
  static SeenRecords wrote(Engine engine, CollectionSchema schema, String tenant, RecordBatch batch)
      throws Exception {
    write(engine, schema, tenant, batch);
    return SeenRecords.of(batch);
  }

  static String tenant(CollectionSchema schema) {
    return schema.tenants().getFirst();
  }

  /** Captures a tenant of a collection. */
  static SeenRecords capture(Engine engine, CollectionName name, String tenant) throws Exception {
    CollectionSchema schema = engine.control().schema(name);
    MemoryNotes notes = new MemoryNotes();
    SeenRecords seen = new SeenRecords();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : ranges(capture.token(), tenant)) {
        engine
            .records()
            .read(capture.token(), range, "", notes, (batch, cursor) -> seen.add(batch));
      }
    }
    return seen;
  }

  /** Captures a collection with all its tenants, and returns its records as they are read. */
  public static RecordBatch records(Engine engine, CollectionSchema schema) throws Exception {
    RecordBatch all = new RecordBatch(schema.layout());
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  for (int i = 0; i < batch.size(); i++) {
                    all.append(batch, i);
                  }
                });
      }
    }
    return all;
  }

  static List<CaptureToken.Range> ranges(CaptureToken token, String tenant) {
    return token.ranges().stream().filter(range -> range.tenant().equals(tenant)).toList();
  }

  /** Fails unless a call fails with a kind, and in the message grammar. */
  static DrillbookException requireFailure(FailureKind kind, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("a failure of kind " + kind).isInstanceOf(DrillbookException.class);
    DrillbookException failure = (DrillbookException) thrown;
    assertThat(failure.kind()).as(String.valueOf(failure.getMessage())).isEqualTo(kind);
    assertThat(failure).hasMessageMatching("(?s)\\S.*: \\S.*");
    return failure;
  }

  /** Returns a schema of a layout, without index unless sparse vectors need one beside them. */
  final CollectionSchema draft(String hint, RecordLayout layout) {
    Draft draft = schema(name(hint), layout, "text");
    return engineProfile()
        .vectors()
        .sparse()
        .besideMetric()
        .filter(metric -> !layout.sparse().isEmpty())
        .map(draft::withIndex)
        .orElseGet(draft::withoutIndex);
  }

  /** Returns a layout of two dense vectors. */
  final RecordLayout many() {
    return new RecordLayout(
        List.of(vector(ElementType.F32), new VectorField("second", ElementType.F32, 3, false)),
        List.of());
  }

  /** Returns a layout of a dense and a sparse vector, which is called as the engine wants it. */
  final RecordLayout sparse() {
    String only = engineProfile().vectors().sparse().onlyName();
    return new RecordLayout(
        List.of(vector(ElementType.F32)),
        List.of(new SparseField(only.isEmpty() ? "words" : only, ElementType.F32, 1000)));
  }

  /** Returns the ten nearest records. */
  static List<Neighbour> nearest(
      Engine engine, CollectionSchema schema, String tenant, byte[] query, boolean exact)
      throws Exception {
    String vector = schema.layout().vectors().getFirst().name();
    return engine
        .control()
        .nearest(new NearestQuery(schema.name(), tenant, vector, query, DIMENSION, 10, exact));
  }

  /** Returns a file that holds a secret. */
  static SecretReference secretFile(Path folder, String secret) throws IOException {
    Path file = folder.resolve("secret");
    Files.writeString(file, secret);
    return new SecretReference("file:" + file);
  }
}
