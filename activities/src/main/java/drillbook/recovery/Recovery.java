package drillbook.recovery;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.archive.PartId;
import drillbook.capture.Selection;
import drillbook.check.Check;
import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.Engines;
import drillbook.engine.GuardedEngine;
import drillbook.engine.IndexState;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.VectorField;
import drillbook.restore.LoadReport;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRun;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.target.Target;
import drillbook.translate.Translation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The steps of a restore, each of which can be repeated in another process: the plan lies in the
 * source's store. Safe for several threads.
 */
public final class Recovery {
  /** What a live collection's name gets appended while another takes its place. */
  static final String ASIDE = "_old";

  /** Marks that every collection is in its place: from here on there is no way back. */
  private static final String CUT = "cut";

  private static final int PAGE = 1000;
  private static final Duration INDEX_POLL = Duration.ofMillis(200);

  private final Archive archive;
  private final Target into;
  private final Engine unguarded;
  private final GuardedEngine engine;
  private final Path scratch;

  /**
   * Looks at engine and store when asked, not before.
   *
   * @param archive the source's backups
   * @param into what is written to
   * @param engine of the target that is written to
   * @param scratch a folder for comparing indexes
   */
  public Recovery(Archive archive, Target into, Engine engine, Path scratch) {
    this.archive = archive;
    this.into = into;
    this.unguarded = engine;
    this.engine = GuardedEngine.readOnly(engine, "a step that only reads");
    this.scratch = scratch;
  }

  /** Told how far a step is. */
  @FunctionalInterface
  public interface Progress {
    /** Takes a sentence without names of records. */
    void step(String sentence);
  }

  /** Decides what will be done, and records it in the store unless it is a dry run. */
  public RestorePlan plan(RestoreRun run, BackupChooser chooser)
      throws DrillbookException, InterruptedException {
    Optional<RecoveryPlan> earlier = find(run);
    if (earlier.isPresent()) {
      // A repetition whose answer was lost: the names it recorded stay the names.
      return earlier.get().summary();
    }
    RecoveryPlan plan = new Planner(run, into, engine, archive, chooser).plan();
    if (!run.request().dryRun()) {
      archive.store().putNew(planKey(run), plan.encode());
    }
    return plan.summary();
  }

  /** Creates the plan's collections; those that this run created already are left as they are. */
  public void create(RestoreRun run) throws DrillbookException, InterruptedException {
    Set<CollectionName> live = new HashSet<>(engine.control().collections());
    RecoveryPlan plan = read(run);
    Set<String> marks = marks(run, "");
    for (int i = 0; i < plan.destinations().size(); i++) {
      if (!marks.contains(made(i))) {
        create(run, plan, i, marks.contains(asked(i)), live);
      }
    }
  }

  private void create(
      RestoreRun run, RecoveryPlan plan, int i, boolean askedBefore, Set<CollectionName> live)
      throws DrillbookException, InterruptedException {
    CollectionSchema schema = plan.destinations().get(i).schema();
    Control control = guarded(run, plan.names()).control();
    if (askedBefore) {
      // An earlier attempt asked for it and did not hear the answer: what is there is its own.
      control.drop(schema.name());
    } else if (live.contains(schema.name())) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "collection " + schema.name() + " exists in '" + into.name() + "' meanwhile",
          "Nothing was written to it; start the restore again.");
    }
    putMark(run, asked(i));
    try {
      control.create(schema);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CONFLICT) {
        // Somebody else's: clean-up must not take it for this run's.
        archive.store().delete(folder(run) + asked(i));
      }
      throw e;
    }
    putMark(run, made(i));
  }

  private static String asked(int destination) {
    return "asked-" + destination;
  }

  private static String made(int destination) {
    return "made-" + destination;
  }

  /** Streams one part from the store into the engine. */
  public LoadReport load(RestoreRun run, int position, Progress progress)
      throws DrillbookException, InterruptedException {
    RecoveryPlan plan = read(run);
    RecoveryPlan.Load load = plan.loads().get(position);
    RecoveryPlan.Destination destination = plan.destinations().get(load.destination());
    ArchivedBackup backup = archive.open(plan.backupId());
    Optional<Translation> translation = translation(backup, plan, destination);
    String source = backup.tenant(load.part());
    String tenant = translation.isPresent() ? translation.get().tenant(source) : source;
    Set<String> marks = marks(run, "");
    String prefix = "loaded-" + position + "-";
    Set<Long> finished = new HashSet<>();
    for (String mark : marks) {
      if (mark.startsWith(prefix)) {
        finished.add(Long.parseLong(mark.substring(prefix.length())));
      }
    }
    // What was planned may be another engine's; a writer wants this one's own description.
    CollectionSchema live = engine.control().schema(destination.schema().name());
    requireDimensions(live, destination.schema());
    GuardedEngine writable = guarded(run, created(plan, marks));
    try (RecordWriter writer = writable.records().writer(live, tenant)) {
      return new Loader(backup, load.part(), translation, destination.schema().layout(), writer)
          .load(
              finished,
              (number, records) -> {
                putMark(run, prefix + number);
                progress.step(records + " records of " + load.part() + " loaded");
              });
    }
  }

  /** Fails where something else has come to where the records should go. */
  private static void requireDimensions(CollectionSchema live, CollectionSchema planned)
      throws DrillbookException {
    for (VectorField wanted : planned.layout().vectors()) {
      for (VectorField found : live.layout().vectors()) {
        boolean known = wanted.dimension() > 0 && found.dimension() > 0;
        if (found.name().equals(wanted.name())
            && known
            && found.dimension() != wanted.dimension()) {
          throw new DrillbookException(
              FailureKind.INCOMPATIBLE_TARGET,
              "collection "
                  + live.name()
                  + " cannot take the records: its vectors have dimension "
                  + found.dimension()
                  + ", the backup's have "
                  + wanted.dimension(),
              "Somebody else wrote to it while the restore ran, and nothing of the backup was."
                  + " Start the restore again: it creates a collection of its own.");
        }
      }
    }
  }

  /** Builds a collection's indexes and waits until they are ready, or will not become so. */
  public void index(RestoreRun run, int position, Progress progress)
      throws DrillbookException, InterruptedException {
    RecoveryPlan plan = read(run);
    RecoveryPlan.Destination destination = plan.destinations().get(position);
    CollectionSchema schema = destination.schema();
    Control writable = guarded(run, created(plan, marks(run, ""))).control();
    writable.buildIndexes(schema);
    nameAnew(writable, destination);
    while (true) {
      switch (engine.control().indexState(schema)) {
        case IndexState.Ready() -> {
          return;
        }
        case IndexState.Broken(var reason) -> {
          // The check that follows reports it as a finding, with what else is wrong.
          progress.step("index is broken: " + reason);
          return;
        }
        case IndexState.Building(var state) -> {
          progress.step(state);
          Thread.sleep(INDEX_POLL);
        }
      }
    }
  }

  /** Gives a collection that came back under its own name its aliases, those that are free. */
  private void nameAnew(Control writable, RecoveryPlan.Destination destination)
      throws DrillbookException, InterruptedException {
    CollectionName name = destination.schema().name();
    if (destination.schema().aliases().isEmpty()) {
      return;
    }
    Set<CollectionName> live = new HashSet<>(engine.control().collections());
    Map<CollectionName, CollectionName> pointed = new HashMap<>();
    engine.control().aliases().forEach(alias -> pointed.put(alias.name(), alias.collection()));
    for (String alias : destination.schema().aliases()) {
      CollectionName theirs = pointed.get(name.named(alias));
      boolean dangles = theirs != null && !live.contains(theirs);
      // One that leads clients to another collection stays; the check tells of it.
      if ((theirs == null && !live.contains(name.named(alias))) || dangles) {
        writable.pointAlias(new Alias(name.named(alias), name));
      }
    }
  }

  /** Asks a restored collection every check that its engine can answer. */
  public List<Check> check(RestoreRun run, int position, Progress progress)
      throws DrillbookException, InterruptedException {
    RecoveryPlan plan = read(run);
    RecoveryPlan.Destination destination = plan.destinations().get(position);
    ArchivedBackup backup = archive.open(plan.backupId());
    List<PartId> parts =
        plan.loads().stream()
            .filter(load -> load.destination() == position)
            .map(RecoveryPlan.Load::part)
            .toList();
    return new CollectionChecks(
            backup,
            engine,
            destination,
            translation(backup, plan, destination),
            parts,
            scratch,
            progress)
        .ask();
  }

  /**
   * Puts restored collections in the place of live ones, all or none, and drops what they replaced.
   */
  public void cutOver(RestoreRun run) throws DrillbookException, InterruptedException {
    RecoveryPlan plan = read(run);
    Set<String> marks = marks(run, "");
    if (!marks.contains(CUT)) {
      Control control = replacing(run, plan, marks).control();
      for (RecoveryPlan.Destination destination : plan.destinations()) {
        for (CollectionName live : destination.replaces()) {
          control.replace(live, destination.schema().name(), aside(live, destination));
        }
      }
      putMark(run, CUT);
    }
    leadAliases(run, plan, marks);
    dropReplaced(run, plan);
  }

  /** An alias follows a renamed collection in some engines, and stays behind in others. */
  private void leadAliases(RestoreRun run, RecoveryPlan plan, Set<String> marks)
      throws DrillbookException, InterruptedException {
    Control control = replacing(run, plan, marks).control();
    for (RecoveryPlan.Destination destination : plan.destinations()) {
      for (String alias : destination.aliases()) {
        CollectionName place = destination.place();
        control.pointAlias(new Alias(place.named(alias), place));
      }
    }
  }

  private void dropReplaced(RestoreRun run, RecoveryPlan plan)
      throws DrillbookException, InterruptedException {
    Control control = guarded(run, asides(plan)).control();
    for (RecoveryPlan.Destination destination : plan.destinations()) {
      for (CollectionName live : destination.replaces()) {
        control.drop(aside(live, destination));
      }
    }
  }

  /** Returns the engine with writing to some collections allowed. */
  private GuardedEngine guarded(RestoreRun run, Set<CollectionName> writable) {
    return new GuardedEngine(unguarded, "run " + run.run(), writable);
  }

  /** Returns the engine with what the run created, and what it was told to replace, allowed. */
  private GuardedEngine replacing(RestoreRun run, RecoveryPlan plan, Set<String> marks) {
    Set<CollectionName> writable = created(plan, marks);
    writable.addAll(asides(plan));
    plan.destinations().forEach(destination -> writable.addAll(destination.replaces()));
    return guarded(run, writable);
  }

  /** Returns the collections that the run has created, not only planned. */
  private static Set<CollectionName> created(RecoveryPlan plan, Set<String> marks) {
    Set<CollectionName> created = new HashSet<>();
    for (int i = 0; i < plan.destinations().size(); i++) {
      if (marks.contains(made(i))) {
        created.add(plan.destinations().get(i).schema().name());
      }
    }
    return created;
  }

  private static Set<CollectionName> asides(RecoveryPlan plan) {
    Set<CollectionName> asides = new HashSet<>();
    for (RecoveryPlan.Destination destination : plan.destinations()) {
      destination.replaces().forEach(live -> asides.add(aside(live, destination)));
    }
    return asides;
  }

  private static CollectionName aside(CollectionName live, RecoveryPlan.Destination destination) {
    return live.named(destination.schema().name().name() + ASIDE);
  }

  /**
   * Drops the collections that the plan recorded, and forgets the plan. Live collections that were
   * replaced already, while another could not be, get their places back first.
   */
  public void drop(RestoreRun run) throws DrillbookException, InterruptedException {
    Optional<RecoveryPlan> plan = find(run);
    if (plan.isEmpty()) {
      return;
    }
    Set<String> marks = marks(run, "");
    if (marks.contains(CUT)) {
      // The restore was done, whatever failed later: what it created is live.
      dropReplaced(run, plan.get());
    } else {
      putBack(run, plan.get(), marks);
      Control control = guarded(run, plan.get().names()).control();
      for (int i = 0; i < plan.get().destinations().size(); i++) {
        // Only what this run asked the engine to create; a name that it met there is not ours.
        if (marks.contains(asked(i))) {
          dropAll(control, plan.get().destinations().get(i).schema().name());
        }
      }
    }
    forget(run);
  }

  /** Drops a collection and, before it, the aliases that would dangle. */
  private void dropAll(Control control, CollectionName name)
      throws DrillbookException, InterruptedException {
    for (Alias alias : control.aliases()) {
      if (alias.collection().equals(name)) {
        control.dropAlias(alias.name());
      }
    }
    control.drop(name);
  }

  private void putBack(RestoreRun run, RecoveryPlan plan, Set<String> marks)
      throws DrillbookException, InterruptedException {
    if (plan.destinations().stream().allMatch(destination -> destination.replaces().isEmpty())) {
      return;
    }
    Set<CollectionName> there = new HashSet<>(engine.control().collections());
    for (RecoveryPlan.Destination destination : plan.destinations()) {
      CollectionName restored = destination.schema().name();
      for (CollectionName live : destination.replaces()) {
        CollectionName aside = aside(live, destination);
        boolean untouched = there.contains(live) && there.contains(restored);
        if (there.contains(aside) && !untouched) {
          replacing(run, plan, marks).control().replace(live, aside, restored);
        }
      }
    }
  }

  /** Forgets the plan. */
  public void forget(RestoreRun run) throws DrillbookException, InterruptedException {
    for (String mark : marks(run, "")) {
      archive.store().delete(folder(run) + mark);
    }
    archive.store().delete(planKey(run));
  }

  private Optional<Translation> translation(
      ArchivedBackup backup, RecoveryPlan plan, RecoveryPlan.Destination destination)
      throws DrillbookException, InterruptedException {
    if (!destination.translated()) {
      return Optional.empty();
    }
    CollectionSchema schema = backup.entry(destination.collection()).schema();
    int position = plan.destinations().indexOf(destination);
    List<String> tenants = new ArrayList<>();
    Set<Integer> numbers = new HashSet<>();
    for (RecoveryPlan.Load load : plan.loads()) {
      if (load.destination() == position) {
        tenants.add(backup.tenant(load.part()));
        numbers.add(load.tenant());
      }
    }
    CollectionSchema source = Selection.withTenants(schema, tenants);
    return Optional.of(
        Translation.plan(
            source,
            Engines.profile(backup.manifest().engine()),
            engine.profile(),
            destination.schema().name(),
            RecordDimensions.of(backup, destination.collection(), numbers)));
  }

  private Optional<RecoveryPlan> find(RestoreRun run)
      throws DrillbookException, InterruptedException {
    ArtifactStore store = archive.store();
    String key = planKey(run);
    for (Listed listed : store.list(Keys.intents(archive.target()), before(key), 1)) {
      if (listed.key().equals(key)) {
        byte[] json = Artifacts.read(store, key, listed.bytes());
        RecoveryPlan plan = RecoveryPlan.decode(json, key);
        plan.require(run, engine.profile(), into.name());
        return Optional.of(plan);
      }
    }
    return Optional.empty();
  }

  private RecoveryPlan read(RestoreRun run) throws DrillbookException, InterruptedException {
    return find(run)
        .orElseThrow(() ->
            new DrillbookException(
                FailureKind.NOT_FOUND,
                "the plan of restore " + run.run() + " is gone",
                "It ended or was cleaned up meanwhile; start the restore again."));
  }

  /** Marks a step as done; once more changes nothing. */
  private void putMark(RestoreRun run, String mark)
      throws DrillbookException, InterruptedException {
    archive.store().putNew(folder(run) + mark, mark.getBytes(StandardCharsets.US_ASCII));
  }

  private Set<String> marks(RestoreRun run, String prefix)
      throws DrillbookException, InterruptedException {
    Set<String> marks = new HashSet<>();
    String folder = folder(run);
    String after = "";
    while (true) {
      List<Listed> page = archive.store().list(folder, after, PAGE);
      for (Listed listed : page) {
        String name = listed.key().substring(folder.length());
        if (name.startsWith(prefix)) {
          marks.add(name);
        }
        after = listed.key();
      }
      if (page.size() < PAGE) {
        return marks;
      }
    }
  }

  private String planKey(RestoreRun run) {
    return Keys.intent(archive.target(), run.run());
  }

  private String folder(RestoreRun run) {
    return Keys.work(archive.target(), run.run());
  }

  /** Returns a key just before another one, for listing from it. */
  private static String before(String key) {
    return key.substring(0, key.length() - 1);
  }
}
