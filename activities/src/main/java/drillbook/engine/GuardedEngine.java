package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An engine of which a run may read everything and write to named collections only. Where scratch
 * and live collections share an instance, a wrong name must not reach it: whoever restores gets the
 * engine through this. The engine itself is somebody else's to close.
 */
public final class GuardedEngine implements Engine {
  private final Engine engine;
  private final String who;
  private final Set<CollectionName> writable;

  /**
   * Guards an engine, without I/O.
   *
   * @param who whom the names belong to, for the message
   * @param writable what may be created, written to, indexed, replaced and dropped
   */
  public GuardedEngine(Engine engine, String who, Set<CollectionName> writable) {
    this.engine = engine;
    this.who = who;
    this.writable = Set.copyOf(writable);
  }

  /** Guards an engine that a run only reads. */
  public static GuardedEngine readOnly(Engine engine, String who) {
    return new GuardedEngine(engine, who, Set.of());
  }

  @Override
  public EngineProfile profile() {
    return engine.profile();
  }

  @Override
  public Control control() {
    return new GuardedControl(engine.control());
  }

  @Override
  public Records records() throws DrillbookException {
    return new GuardedRecords(engine.records());
  }

  @Override
  public Changes changes() throws DrillbookException {
    return engine.changes();
  }

  /** Leaves the engine open. */
  @Override
  public void close() {}

  private void require(String what, CollectionName name) throws DrillbookException {
    if (writable.contains(name)) {
      return;
    }
    String allowed =
        writable.isEmpty()
            ? "nothing"
            : writable.stream()
                .map(CollectionName::path)
                .collect(Collectors.toCollection(TreeSet::new))
                .toString();
    throw new DrillbookException(
        FailureKind.INTERNAL,
        "refused to " + what + " collection " + name + ": " + who + " may write to " + allowed,
        "Nothing was sent to the engine. Report it with the worker's log.");
  }

  private final class GuardedControl implements Control {
    private final Control control;

    GuardedControl(Control control) {
      this.control = control;
    }

    @Override
    public Probe probe() throws DrillbookException, InterruptedException {
      return control.probe();
    }

    @Override
    public List<CollectionName> collections() throws DrillbookException, InterruptedException {
      return control.collections();
    }

    @Override
    public CollectionSchema schema(CollectionName name)
        throws DrillbookException, InterruptedException {
      return control.schema(name);
    }

    @Override
    public long count(CollectionName name, String tenant)
        throws DrillbookException, InterruptedException {
      return control.count(name, tenant);
    }

    @Override
    public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
      require("create", schema.name());
      control.create(schema);
    }

    @Override
    public void buildIndexes(CollectionSchema schema)
        throws DrillbookException, InterruptedException {
      require("build the indexes of", schema.name());
      control.buildIndexes(schema);
    }

    @Override
    public IndexState indexState(CollectionSchema schema)
        throws DrillbookException, InterruptedException {
      return control.indexState(schema);
    }

    @Override
    public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
      require("drop", name);
      return control.drop(name);
    }

    @Override
    public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
        throws DrillbookException, InterruptedException {
      require("replace", live);
      require("rename", replacement);
      require("set aside as", aside);
      control.replace(live, replacement, aside);
    }

    @Override
    public List<Alias> aliases() throws DrillbookException, InterruptedException {
      return control.aliases();
    }

    @Override
    public void pointAlias(Alias alias) throws DrillbookException, InterruptedException {
      require("point alias " + alias.name() + " to", alias.collection());
      control.pointAlias(alias);
    }

    @Override
    public boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException {
      require("drop the alias instead of", alias);
      return control.dropAlias(alias);
    }

    @Override
    public List<Requirement> requirements() throws DrillbookException, InterruptedException {
      return control.requirements();
    }

    @Override
    public List<Neighbour> nearest(NearestQuery query)
        throws DrillbookException, InterruptedException {
      return control.nearest(query);
    }
  }

  private final class GuardedRecords implements Records {
    private final Records records;

    GuardedRecords(Records records) {
      this.records = records;
    }

    @Override
    public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
        throws DrillbookException, InterruptedException {
      return records.begin(collections, notes);
    }

    @Override
    public void read(
        CaptureToken token,
        CaptureToken.Range range,
        String cursor,
        CaptureNotes notes,
        BatchConsumer consumer)
        throws DrillbookException, InterruptedException {
      records.read(token, range, cursor, notes, consumer);
    }

    @Override
    public void fetch(
        CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
        throws DrillbookException, InterruptedException {
      records.fetch(schema, tenant, ids, consumer);
    }

    @Override
    public RecordWriter writer(CollectionSchema schema, String tenant)
        throws DrillbookException, InterruptedException {
      require("write to", schema.name());
      return records.writer(schema, tenant);
    }
  }
}
