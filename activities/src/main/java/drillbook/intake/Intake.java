package drillbook.intake;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.EngineProfile;
import drillbook.engine.Engines;
import drillbook.engine.GuardedEngine;
import drillbook.engine.IndexTerms;
import drillbook.engine.NameTerms;
import drillbook.engine.OwnTerms;
import drillbook.engine.RecordWriter;
import drillbook.engine.SparseTerms;
import drillbook.engine.TenantTerms;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.VectorTerms;
import drillbook.export.ExportFolder;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.ForeignIds;
import drillbook.file.RecordShape;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.store.ArtifactStore;
import drillbook.translate.Loss;
import drillbook.translate.Translation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The steps of one import. Each can be repeated: files are only read, records are written by
 * upserts, and a collection that is there is merged into. Not thread-safe.
 */
public final class Intake {
  /** Files without an export.json, as if they came from an engine that holds everything. */
  private static final EngineProfile FILES =
      new EngineProfile(
          "files",
          Set.of(Capability.RECORDS, Capability.TENANTS),
          List.of(),
          List.of(),
          new NameTerms("(?s).+", 1000, '_', "drill_"),
          TenantTerms.ANY,
          new VectorTerms(
              Set.of(ElementType.values()),
              Integer.MAX_VALUE,
              Set.of(VectorTerms.Trait.values()),
              SparseTerms.MANY,
              "(?s).*"),
          new IndexTerms(Set.of(Metric.values()), Map.of(), Set.of(), Map.of()),
          Set.of("text"),
          OwnTerms.NONE);

  private final ArtifactStore store;
  private final ImportRequest request;
  private final Path scratch;

  /**
   * Prepares an import. Does no I/O.
   *
   * @param store what is read; its own folder or prefix is the one that is imported
   * @param scratch where a file is brought to before it is read
   */
  public Intake(ArtifactStore store, ImportRequest request, Path scratch) {
    this.store = store;
    this.request = request;
    this.scratch = scratch;
  }

  /** Looks which files there are, and what ids are in a collection that they are merged into. */
  public ImportPlan plan(Engine engine) throws DrillbookException, InterruptedException {
    IntakeFolder folder = IntakeFolder.look(store);
    List<Long> lengths = folder.files().stream().map(IntakeFile::bytes).toList();
    return ImportPlan.of(folder.digest(), idsOfLive(folder, engine), lengths);
  }

  private String idsOfLive(IntakeFolder folder, Engine engine)
      throws DrillbookException, InterruptedException {
    if (folder.export().isPresent()) {
      return "";
    }
    requireName();
    CollectionName files = new CollectionName(List.of(), request.collection());
    Optional<CollectionName> live =
        Translation.name(engine.profile(), name(files, FILES, engine.profile()));
    return live.isPresent() && engine.control().collections().contains(live.get())
        ? engine.control().schema(live.get()).idType()
        : "";
  }

  private void requireName() throws DrillbookException {
    if (request.collection().isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "files without an export.json do not say what their collection is called",
          "Name it: --collection NAME.");
    }
  }

  /**
   * Reads the files of a group to their ends, and writes nothing.
   *
   * @param from where it begins
   * @param progress told how far it is
   * @throws DrillbookException CORRUPT with file and row when one is not what it should be
   */
  public FileFacts check(ImportStep step, GroupProgress from, Consumer<GroupProgress> progress)
      throws DrillbookException, InterruptedException {
    IntakeFolder folder = same(step.plan());
    IntakeReader reader = reader(step);
    GroupProgress now = begin(step, from);
    while (now.position() < step.plan().end(step.position())) {
      GroupProgress before = now;
      IntakeFile file = folder.files().get(now.position());
      Counting counting =
          new Counting(
              file.key(),
              folder.export().isEmpty(),
              records -> progress.accept(before.within(records)));
      RecordShape shape = shape(folder, anything(), file);
      reader.read(file, shape, folder.isPinecone(), counting::add);
      now = now.next(counting.facts(), counting.records);
      progress.accept(now);
    }
    return now.facts();
  }

  /** What an attempt of another version told is of no group. */
  private static GroupProgress begin(ImportStep step, GroupProgress from) {
    boolean ours =
        from.position() >= step.position() && from.position() <= step.plan().end(step.position());
    return ours ? from : GroupProgress.start(step.position());
  }

  private IntakeReader reader(ImportStep step) {
    return new IntakeReader(store, scratch, step.plan().idType());
  }

  /**
   * Creates the collection where it is absent, and asks a live one whether it can take the records.
   *
   * @throws DrillbookException INCOMPATIBLE_TARGET before anything is written, when the target
   *     cannot hold them, or not without losses that were not accepted
   */
  public ImportPrepared prepare(ImportStep step, Engine engine)
      throws DrillbookException, InterruptedException {
    Planned planned = planned(step, engine.profile());
    CollectionName name = planned.translation.schema().name();
    boolean present = engine.control().collections().contains(name);
    List<String> losses = new ArrayList<>();
    for (Loss loss : planned.translation.losses()) {
      // A collection that is there keeps its own indexes.
      if (!present || !loss.subject().startsWith("index")) {
        losses.add(loss.subject() + " " + loss.what() + " (" + loss.reason() + ")");
      }
    }
    if (!losses.isEmpty() && !request.acceptLoss()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          engine.profile().name() + " cannot hold everything: " + String.join("; ", losses),
          "Nothing was written. Accept the losses: --accept-loss, acceptLoss.");
    }
    if (present) {
      CollectionSchema live = engine.control().schema(name);
      LayoutMatch.of(planned.translation.schema(), live);
      requireTenants(planned.translation.schema(), live, engine.profile());
    } else {
      guarded(engine, name).control().create(planned.translation.schema());
    }
    return new ImportPrepared(name.path(), !present, losses);
  }

  private static void requireTenants(
      CollectionSchema records, CollectionSchema live, EngineProfile profile)
      throws DrillbookException {
    for (String tenant : records.tenants()) {
      // What is outside of all tenants shows only once there is a record.
      boolean unnamed = tenant.equals(CollectionSchema.NO_TENANT);
      boolean beside = unnamed && profile.tenants().unnamedBeside();
      if (!live.tenants().contains(tenant) && !beside) {
        throw new DrillbookException(
            FailureKind.INCOMPATIBLE_TARGET,
            "records cannot be merged into " + live.name() + ": it has no tenant '" + tenant + "'",
            "Nothing was written. Create the tenant, or import into another collection.");
      }
    }
  }

  /**
   * Writes the records of a group of files; returns how many.
   *
   * @param from where it begins
   * @param progress told how far it is
   */
  public long load(
      ImportStep step, Engine engine, GroupProgress from, Consumer<GroupProgress> progress)
      throws DrillbookException, InterruptedException {
    Planned planned = planned(step, engine.profile());
    CollectionName name = planned.translation.schema().name();
    Engine guarded = guarded(engine, name);
    CollectionSchema live = guarded.control().schema(name);
    GroupProgress now = begin(step, from);
    while (now.position() < step.plan().end(step.position())) {
      GroupProgress before = now;
      long written =
          load(
              planned,
              planned.folder.files().get(now.position()),
              reader(step),
              guarded,
              live,
              records -> progress.accept(before.within(records)));
      now = now.next(FileFacts.NONE, written);
      progress.accept(now);
    }
    return now.finished();
  }

  private static long load(
      Planned planned,
      IntakeFile file,
      IntakeReader reader,
      Engine guarded,
      CollectionSchema live,
      LongConsumer progress)
      throws DrillbookException, InterruptedException {
    Translation translation = planned.translation;
    LayoutMatch match = LayoutMatch.of(translation.schema(), live);
    RecordBatch theirs = new RecordBatch(translation.schema().layout());
    RecordBatch ready = new RecordBatch(live.layout());
    RecordShape shape = shape(planned.folder, planned.layout, file);
    long[] written = new long[1];
    try (RecordWriter writer = guarded.records().writer(live, translation.tenant(file.tenant()))) {
      return reader.read(
          file,
          shape,
          planned.folder.isPinecone(),
          (batch, _) -> {
            theirs.clear();
            ready.clear();
            translation.apply(batch, theirs);
            match.apply(theirs, ready);
            writer.write(ready);
            written[0] += batch.size();
            progress.accept(written[0]);
          });
    }
  }

  /**
   * Builds the indexes that are missing. A collection that this import created gets those that were
   * planned. One that was there keeps its own; it gets the planned ones of vectors that it has no
   * index of where its vectors and ids are the planned ones and its engine builds indexes when it
   * is told to, since an import that failed leaves it so.
   */
  public void index(ImportStep step, Engine engine)
      throws DrillbookException, InterruptedException {
    Planned planned = planned(step, engine.profile());
    CollectionSchema wanted = planned.translation.schema();
    Control control = guarded(engine, wanted.name()).control();
    if (step.created()) {
      control.buildIndexes(wanted);
      return;
    }
    CollectionSchema live = control.schema(wanted.name());
    boolean same = live.layout().equals(wanted.layout()) && live.idType().equals(wanted.idType());
    if (same && engine.profile().has(Capability.BUILT_INDEXES)) {
      List<VectorIndex> all = new ArrayList<>(live.indexes());
      for (VectorIndex index : wanted.indexes()) {
        if (live.indexes().stream().noneMatch(own -> own.vector().equals(index.vector()))) {
          all.add(index);
        }
      }
      // Without any, there may be others that the engine keeps to itself.
      boolean own = all.isEmpty() && planned.from.name().equals(engine.profile().name());
      if (own || all.size() > live.indexes().size()) {
        control.buildIndexes(
            new CollectionSchema(
                wanted.name(),
                wanted.layout(),
                wanted.idType(),
                all,
                wanted.tenants(),
                wanted.aliases(),
                wanted.attributes()));
      }
    }
    // What else comes after records, such as numbers that go on after the largest.
    control.buildIndexes(control.schema(wanted.name()));
  }

  private static Engine guarded(Engine engine, CollectionName name) {
    return new GuardedEngine(engine, "an import into " + name, Set.of(name));
  }

  /** The records as the files hold them, and what becomes of them in the target. */
  private record Planned(
      IntakeFolder folder, EngineProfile from, RecordLayout layout, Translation translation) {}

  private Planned planned(ImportStep step, EngineProfile target)
      throws DrillbookException, InterruptedException {
    IntakeFolder folder = same(step.plan());
    CollectionSchema source = source(folder, step);
    EngineProfile from =
        folder.isPinecone() ? FILES : engineOf(folder.export().orElseThrow(), target);
    Translation translation =
        Translation.plan(source, from, target, name(source.name(), from, target));
    return new Planned(folder, from, source.layout(), translation);
  }

  private static EngineProfile engineOf(ExportFolder export, EngineProfile target)
      throws DrillbookException {
    return export.engine().equals(target.name()) ? target : Engines.profile(export.engine());
  }

  private CollectionName name(CollectionName source, EngineProfile from, EngineProfile target) {
    if (request.collection().isEmpty()) {
      return from.name().equals(target.name())
          ? source
          : new CollectionName(target.defaultScope(), source.name());
    }
    List<String> words = List.of(request.collection().split("/", -1));
    return words.size() == target.scopeLevels().size() + 1
        ? new CollectionName(words.subList(0, words.size() - 1), words.getLast())
        : new CollectionName(target.defaultScope(), request.collection());
  }

  private CollectionSchema source(IntakeFolder folder, ImportStep step) throws DrillbookException {
    FileFacts facts = step.facts();
    Optional<ExportFolder> export = folder.export();
    if (!folder.isPinecone()) {
      return export.orElseThrow().schema();
    }
    if (facts.least() != facts.most()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "vectors have "
              + facts.least()
              + " elements in "
              + facts.leastFile()
              + " and "
              + facts.most()
              + " in "
              + facts.mostFile(),
          "Nothing was written. A collection has vectors of one dimension.");
    }
    if (export.isEmpty()) {
      requireName();
    }
    CollectionName name =
        export.isPresent()
            ? new CollectionName(List.of(), export.get().schema().name().name())
            : new CollectionName(List.of(), request.collection());
    RecordLayout layout =
        new RecordLayout(
            facts.dense() > 0 ? List.of(dense(facts.most())) : List.of(),
            facts.sparse() > 0 ? List.of(sparse()) : List.of());
    List<VectorIndex> indexes =
        facts.dense() > 0
            ? List.of(new VectorIndex("", "hnsw", metric(export), Map.of()))
            : List.of();
    String idType = export.isPresent() ? export.get().schema().idType() : idType(step);
    return new CollectionSchema(
        name, layout, idType, indexes, folder.tenants(), List.of(), Map.of());
  }

  private static String idType(ImportStep step) throws DrillbookException {
    if (!step.plan().idType().isEmpty()) {
      return step.plan().idType();
    }
    try {
      return ForeignIds.type(step.facts().ids().keySet());
    } catch (IllegalArgumentException e) {
      List<String> firsts = new ArrayList<>();
      new TreeMap<>(step.facts().ids()).forEach((kind, where) -> firsts.add(kind + " in " + where));
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "ids are of several types: " + String.join(", ", firsts),
          "Nothing was written. Ids of a collection are of one type.",
          e);
    }
  }

  private Metric metric(Optional<ExportFolder> export) {
    return export
        .flatMap(one -> one.schema().indexes().stream().map(VectorIndex::metric).findFirst())
        .orElse(
            switch (request.metric()) {
              case "euclidean" -> Metric.EUCLIDEAN;
              case "dotproduct" -> Metric.INNER_PRODUCT;
              default -> Metric.COSINE;
            });
  }

  /** What a file without an export.json may hold: a vector of any dimension, and a sparse one. */
  private static RecordLayout anything() {
    return new RecordLayout(List.of(dense(0)), List.of(sparse()));
  }

  private static VectorField dense(int dimension) {
    return new VectorField("", ElementType.F32, dimension, false);
  }

  private static SparseField sparse() {
    return new SparseField("sparse_values", ElementType.F32, 0);
  }

  private static RecordShape shape(IntakeFolder folder, RecordLayout layout, IntakeFile file) {
    if (folder.isPinecone()) {
      return new RecordShape(layout, "text", "");
    }
    CollectionSchema schema = folder.export().orElseThrow().schema();
    return new RecordShape(schema.layout(), schema.idType(), file.tenant());
  }

  private IntakeFolder same(ImportPlan plan) throws DrillbookException, InterruptedException {
    IntakeFolder folder = IntakeFolder.open(store);
    if (!folder.digest().equals(plan.digest())) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "files in " + store.location() + " were changed during their import",
          "Import them again once nobody writes there.");
    }
    return folder;
  }

  /** Counts what records have. */
  private static final class Counting {
    private final String file;
    private final boolean anyIds;
    private final LongConsumer progress;
    private final Map<String, String> ids = new TreeMap<>();
    private long records;
    private long dense;
    private long sparse;
    private int least = Integer.MAX_VALUE;
    private int most;

    Counting(String file, boolean anyIds, LongConsumer progress) {
      this.file = file;
      this.anyIds = anyIds;
      this.progress = progress;
    }

    void add(RecordBatch batch, String cursor) {
      for (int i = 0; i < batch.size(); i++) {
        boolean present = !batch.vectors().isEmpty() && batch.vectors().getFirst().isPresent(i);
        if (present) {
          int dimension = batch.vectors().getFirst().dimension(i);
          dense++;
          least = Math.min(least, dimension);
          most = Math.max(most, dimension);
        }
        if (!batch.sparse().isEmpty() && batch.sparse().getFirst().isPresent(i)) {
          sparse++;
        }
        if (anyIds) {
          String kind = ForeignIds.kind(batch.ids().get(i));
          if (!ids.containsKey(kind)) {
            ids.put(kind, file + ", row " + (records + i + 1));
          }
        }
      }
      records += batch.size();
      progress.accept(records);
    }

    FileFacts facts() {
      return dense == 0
          ? new FileFacts(records, 0, sparse, 0, 0, "", "", ids)
          : new FileFacts(records, dense, sparse, least, most, file, file, ids);
    }
  }
}
