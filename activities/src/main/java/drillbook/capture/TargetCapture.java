package drillbook.capture;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.backup.BackupKind;
import drillbook.backup.BackupRequest;
import drillbook.backup.CaptureOpened;
import drillbook.backup.CapturePlan;
import drillbook.backup.CaptureRun;
import drillbook.backup.RangeReport;
import drillbook.backup.RangeRun;
import drillbook.engine.Capability;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.Mark;
import drillbook.engine.Probe;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.SegmentContext;
import drillbook.manifest.Catalog;
import drillbook.manifest.Manifest;
import drillbook.store.ArtifactStore;
import drillbook.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Captures a target: the steps of a backup before it is sealed, each of which can be repeated in
 * another process. Safe for several threads.
 */
public final class TargetCapture {
  /** Segment numbers that one range can use; a range is far smaller than as many segments. */
  private static final long NUMBERS_A_RANGE = 4096;

  private final Target target;
  private final Engine engine;
  private final Archive archive;
  private final SharedIndexes indexes;
  private final Path scratch;
  private final InstantSource clock;

  /**
   * Looks at engine and store when asked, not before.
   *
   * @param indexes shared by all captures of the process
   */
  public TargetCapture(
      Target target,
      Engine engine,
      Archive archive,
      SharedIndexes indexes,
      Path scratch,
      InstantSource clock) {
    this.target = target;
    this.engine = engine;
    this.archive = archive;
    this.indexes = indexes;
    this.scratch = scratch;
    this.clock = clock;
  }

  /** Told how far a range is, after each batch. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Takes the figures of one range, what earlier attempts read included.
     *
     * @param records how many records were read
     * @param stored how many of them were written
     * @param segments how many segments are finished
     */
    void read(long records, long stored, int segments);
  }

  /** Decides what the backup will be. Writes nothing. */
  public CapturePlan plan(BackupRequest request) throws DrillbookException, InterruptedException {
    engine.records();
    engine.control().probe();
    Selection.schemas(target, engine.profile(), engine.control());
    boolean held = engine.profile().has(Capability.HELD_SNAPSHOT);
    String word = engine.profile().name();
    if (request.anew()) {
      return new CapturePlan(BackupKind.FULL, "", "", held, word);
    }
    List<String> ids = archive.ids();
    if (ids.isEmpty()) {
      String note =
          request.kind() == BackupKind.FULL ? "" : "made as a full: there is no backup to continue";
      return new CapturePlan(BackupKind.FULL, "", note, held, word);
    }
    try {
      Manifest parent =
          archive.newest(manifest -> manifest.engine().equals(word), "of engine " + word);
      archive.open(parent.backupId());
      return new CapturePlan(request.kind(), parent.backupId(), "", held, word);
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.CORRUPT && e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      return new CapturePlan(
          BackupKind.FULL,
          "",
          "made as a full: the newest backup cannot be continued: " + e.getMessage(),
          held,
          word);
    }
  }

  /** Begins a capture that nobody needs to hold; a repetition finds what the first one began. */
  public CaptureOpened open(CaptureRun run) throws DrillbookException, InterruptedException {
    Workspace workspace = workspace(run);
    declare(workspace, run);
    Optional<TokenFile> earlier = workspace.findToken(0);
    if (earlier.isPresent()) {
      return opened(0, earlier.get());
    }
    try (Held held = begin(run, 0)) {
      return held.opened();
    }
  }

  /**
   * Begins a capture whose snapshot lives until the returned object is closed.
   *
   * @param generation which snapshot of the run
   */
  public Held hold(CaptureRun run, int generation) throws DrillbookException, InterruptedException {
    declare(workspace(run), run);
    return begin(run, generation);
  }

  /** A begun capture. */
  public static final class Held implements AutoCloseable {
    private final Capture capture;
    private final CaptureOpened opened;

    private Held(Capture capture, CaptureOpened opened) {
      this.capture = capture;
      this.opened = opened;
    }

    /** Returns what the workflow is told. */
    public CaptureOpened opened() {
      return opened;
    }

    /**
     * Asks whether the snapshot still lives.
     *
     * @throws DrillbookException SNAPSHOT_LOST when it does not
     */
    public void touch() throws DrillbookException, InterruptedException {
      capture.touch();
    }

    @Override
    public void close() {
      capture.close();
    }
  }

  /** Reads one range into segments. */
  public RangeReport captureRange(RangeRun run, Progress progress)
      throws DrillbookException, InterruptedException {
    CaptureRun backup = run.run();
    Workspace workspace = workspace(backup);
    TokenFile token = workspace.token(run.generation());
    PartId part = token.ranges().get(run.range()).part();
    Chain chain = Chain.of(archive.store(), parent(backup), workspace, run.generation());
    SegmentContext context = new SegmentContext(target.name(), backup.backupId());
    long firstNumber =
        chain.nextSegment(part)
            + ((long) run.generation() * token.ranges().size() + run.range()) * NUMBERS_A_RANGE;
    if (!chain.knows(part)) {
      return new RangeCapture(
              archive.store(),
              workspace,
              context,
              run.generation(),
              run.range(),
              token,
              Optional.empty(),
              firstNumber,
              progress::read,
              clock)
          .capture(engine);
    }
    String key =
        backup.backupId() + "-g" + run.generation() + "-" + part.toString().replace('/', '-');
    try (SharedIndexes.Lease base =
        indexes.acquire(key, () -> chain.base(part, scratchFile("base-" + key)))) {
      return new RangeCapture(
              archive.store(),
              workspace,
              context,
              run.generation(),
              run.range(),
              token,
              Optional.of(base.index()),
              firstNumber,
              progress::read,
              clock)
          .capture(engine);
    }
  }

  /** Removes what an unfinished backup left in the store; a sealed one is left alone. */
  public void abandon(CaptureRun run) throws DrillbookException, InterruptedException {
    Workspace workspace = workspace(run);
    if (archive.exists(run.backupId())) {
      workspace.drop();
    } else {
      workspace.dropUnsealed();
    }
  }

  /** Returns the backup that a run continues. */
  Optional<ArchivedBackup> parent(CaptureRun run) throws DrillbookException, InterruptedException {
    String parent = run.plan().parent();
    return parent.isEmpty() ? Optional.empty() : Optional.of(archive.open(parent));
  }

  Workspace workspace(CaptureRun run) {
    return new Workspace(archive.store(), target.name(), run.backupId());
  }

  /** Returns a scratch file's path that nobody else uses. */
  Path scratchFile(String name) throws DrillbookException {
    try {
      Files.createDirectories(scratch);
      return scratch.resolve(name + "-" + Workspace.attempt());
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "scratch folder " + scratch + " cannot be used: " + e.getMessage(),
          "Name one with the setting 'scratch' that the worker may write to.",
          e);
    }
  }

  Target target() {
    return target;
  }

  Engine engine() {
    return engine;
  }

  Archive archive() {
    return archive;
  }

  InstantSource clock() {
    return clock;
  }

  private void declare(Workspace workspace, CaptureRun run)
      throws DrillbookException, InterruptedException {
    workspace.declare(new Intent(run.backupId(), run.plan().parent(), run.startedAt()));
  }

  private Held begin(CaptureRun run, int generation)
      throws DrillbookException, InterruptedException {
    Workspace workspace = workspace(run);
    Probe probe = engine.control().probe();
    List<CollectionSchema> schemas = Selection.schemas(target, engine.profile(), engine.control());
    String notesFolder = workspace.newNotesFolder(generation);
    Optional<ArchivedBackup> parent = parent(run);
    Capture capture = begin(run, parent, schemas, workspace.notes(notesFolder));
    boolean complete = false;
    try {
      CaptureToken seen = meant(capture.token());
      Catalog catalog = Numbering.of(asSeen(schemas, seen), seen.marks(), parent);
      Set<PartId> known = parent.map(backup -> backup.parts().keySet()).orElse(Set.of());
      TokenFile token = TokenFile.of(seen, probe.version(), notesFolder, catalog, known);
      workspace.putToken(generation, token);
      Held held = new Held(capture, opened(generation, token));
      complete = true;
      return held;
    } finally {
      if (!complete) {
        capture.close();
      }
    }
  }

  /** An increment asks for what changed; a full reads everything, whatever the engine can tell. */
  private Capture begin(
      CaptureRun run,
      Optional<ArchivedBackup> parent,
      List<CollectionSchema> schemas,
      CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    boolean told = engine.profile().has(Capability.CHANGES_BY_WATERMARK);
    if (parent.isEmpty() || run.plan().kind() != BackupKind.INCREMENTAL || !told) {
      return engine.records().begin(schemas, notes);
    }
    List<Mark> since =
        parent.get().catalog().collections().stream()
            .filter(entry -> !entry.mark().isEmpty())
            .map(entry -> new Mark(entry.schema().name(), entry.mark()))
            .toList();
    return engine.changes().begin(schemas, since, notes);
  }

  /** Leaves out tenants that the target does not mean, of those that the capture sees. */
  private CaptureToken meant(CaptureToken token) {
    List<CaptureToken.Range> ranges = new ArrayList<>();
    for (CaptureToken.Range range : token.ranges()) {
      CollectionSchema schema = range.schema();
      List<String> tenants =
          Selection.tenants(target.tenants(), engine.profile(), schema.name(), schema.tenants());
      if (tenants.contains(range.tenant())) {
        ranges.add(
            new CaptureToken.Range(
                Selection.withTenants(schema, tenants),
                range.tenant(),
                range.position(),
                range.changes()));
      }
    }
    return new CaptureToken(
        token.snapshot(), token.consistency(), token.asOf(), ranges, token.marks());
  }

  /** Returns the schemas as the capture sees them: a tenant may have come since they were read. */
  private static List<CollectionSchema> asSeen(List<CollectionSchema> schemas, CaptureToken token) {
    Map<CollectionName, CollectionSchema> seen = new HashMap<>();
    token.ranges().forEach(range -> seen.put(range.schema().name(), range.schema()));
    return schemas.stream().map(schema -> seen.getOrDefault(schema.name(), schema)).toList();
  }

  private static CaptureOpened opened(int generation, TokenFile token) {
    return new CaptureOpened(generation, token.ranges().size(), token.consistency().name());
  }

  /** Returns the store, for the seal. */
  ArtifactStore store() {
    return archive.store();
  }
}
