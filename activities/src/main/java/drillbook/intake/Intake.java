package drillbook.intake;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.EngineProfile;
import drillbook.engine.Engines;
import drillbook.engine.GuardedEngine;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex;
import drillbook.export.ExportFolder;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.file.ForeignIds;
import drillbook.file.RecordShape;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.VectorColumn;
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
    ForeignCollection.requireName(request);
    CollectionName files = new CollectionName(List.of(), request.collection());
    Optional<CollectionName> live =
        Translation.name(engine.profile(), name(files, ForeignCollection.FILES, engine.profile()));
    return live.isPresent() && engine.control().collections().contains(live.get())
        ? engine.control().schema(live.get()).idType()
        : "";
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
      RecordShape shape = shape(folder, ForeignCollection.anything(), file);
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
      LayoutMatch.of(planned.translation.schema(), live)
          .requireDimensions(targetDimensions(step.facts(), planned.translation));
      requireTenants(planned.translation.schema(), live, engine.profile());
    } else {
      guarded(engine, name).control().create(planned.translation.schema());
    }
    return new ImportPrepared(name.path(), !present, losses);
  }

  private static Map<String, Integer> targetDimensions(FileFacts facts, Translation translation) {
    Map<String, Integer> dimensions = new TreeMap<>();
    facts
        .dimensions()
        .forEach((name, dimension) ->
            translation.vector(name).ifPresent(theirs -> dimensions.put(theirs, dimension)));
    return dimensions;
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
    Optional<ExportFolder> export = folder.export();
    CollectionSchema source =
        export.isPresent() ? export.get().schema() : ForeignCollection.of(folder, step);
    EngineProfile from =
        export.isPresent() ? engineOf(export.get(), target) : ForeignCollection.FILES;
    Map<String, Integer> known = new TreeMap<>(step.facts().dimensions());
    known.values().removeIf(dimension -> dimension == 0);
    Translation translation =
        Translation.plan(source, from, target, name(source.name(), from, target), known);
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

  private static RecordShape shape(IntakeFolder folder, RecordLayout layout, IntakeFile file) {
    if (folder.export().isEmpty()) {
      return new RecordShape(layout, "text", "");
    }
    CollectionSchema schema = folder.export().get().schema();
    return folder.isPinecone()
        ? new RecordShape(schema.layout(), "text", "")
        : new RecordShape(schema.layout(), schema.idType(), file.tenant());
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
    private final Map<String, Integer> dimensions = new TreeMap<>();
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
        for (VectorColumn column : batch.vectors()) {
          if (column.isPresent(i) && column.rows(i) > 0) {
            dimensions.merge(
                column.field().name(),
                column.dimension(i),
                (one, another) -> one.equals(another) ? one : 0);
          }
        }
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
          ? new FileFacts(records, 0, sparse, 0, 0, "", "", ids, dimensions)
          : new FileFacts(records, dense, sparse, least, most, file, file, ids, dimensions);
    }
  }
}
