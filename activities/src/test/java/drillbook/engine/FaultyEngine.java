package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.secret.SecretReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An engine with one planted fault, of the sort that adapters really have. */
final class FaultyEngine implements Engine, Control {
  /** What is wrong. */
  enum Fault {
    /** The control: nothing is wrong. */
    NONE,
    /** The server is asked when the adapter is made. */
    IO_IN_CONSTRUCTOR,
    /** A request that failed is sent once more. */
    RETRIES_INSIDE,
    /** A failure's message shows the credential. */
    TELLS_SECRET,
    /** A server that is down is reported as a defect of ours. */
    HIDES_OUTAGE,
    /** An interrupt between batches is cleared. */
    SWALLOWS_INTERRUPT,
    /** Creating drops what bears the name. */
    CREATE_OVERWRITES,
    /** An index parameter is not passed on. */
    DROPS_INDEX_PARAMETER,
    /** What cannot be held is created without a word, as far as it goes. */
    CREATES_IN_PART,
    /** The count is the engine's estimate. */
    COUNT_ESTIMATED,
    /** Search compares with all tenants' records. */
    SEARCHES_ALL_TENANTS,
    /** Dropping always claims that there was something. */
    DROP_ALWAYS_TRUE,
    /** Dropping an alias drops what it leads to. */
    DROPS_THROUGH_ALIAS,
    /** An alias that exists stays where it leads. */
    KEEPS_ALIAS,
    /** Replacing leaves nothing of what was live. */
    REPLACE_FORGETS_LIVE,
    /** A read leaves a record out. */
    LOSES_RECORD,
    /** A read hands a record out twice. */
    REPEATS_RECORD,
    /** A read changes one bit of one vector. */
    CHANGES_BIT,
    /** A resumed read leaves the record after the cursor out. */
    RESUME_SKIPS,
    /** Reading pages through the live collection by offset. */
    PAGES_BY_OFFSET,
    /** Writing an id again keeps the old document where the new record has none. */
    MERGES_ON_UPSERT,
    /** A write beyond the request limit ends at the limit. */
    TRUNCATES_BATCH,
    /** Fetching an id that does not exist fails. */
    FETCH_FAILS_ON_UNKNOWN,
    /** A record that changed is told by its id alone. */
    CHANGE_UNTOLD,
    /** A record that did not change is not named. */
    UNCHANGED_UNNAMED
  }

  private final MemoryEngine inner;
  private final Fault fault;
  private final SecretReference credential;

  FaultyEngine(MemoryEngine inner, Fault fault, SecretReference credential) {
    this.inner = inner;
    this.fault = fault;
    this.credential = credential;
    if (fault == Fault.IO_IN_CONSTRUCTOR) {
      try {
        inner.probe();
      } catch (DrillbookException e) {
        // The fault is that the server was asked at all.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public EngineProfile profile() {
    return inner.profile();
  }

  @Override
  public Control control() {
    return this;
  }

  @Override
  public Records records() {
    return new FaultyRecords(inner.records(), inner, fault);
  }

  @Override
  public Changes changes() throws DrillbookException {
    return new FaultyChanges(inner.changes(), fault);
  }

  @Override
  public void close() {
    inner.close();
  }

  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    try {
      return inner.probe();
    } catch (DrillbookException e) {
      if (fault == Fault.RETRIES_INSIDE) {
        return inner.probe();
      }
      if (fault == Fault.TELLS_SECRET) {
        throw new DrillbookException(e.kind(), e.getMessage() + " " + credential.resolve());
      }
      if (fault == Fault.HIDES_OUTAGE) {
        throw new DrillbookException(FailureKind.INTERNAL, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    return inner.collections();
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    return inner.schema(name);
  }

  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    long count = inner.count(name, tenant);
    return fault == Fault.COUNT_ESTIMATED ? count / 10 * 10 : count;
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    try {
      inner.create(schema);
    } catch (DrillbookException e) {
      if (fault == Fault.CREATE_OVERWRITES && e.kind() == FailureKind.CONFLICT) {
        inner.drop(schema.name());
        inner.create(schema);
      } else if (fault != Fault.CREATES_IN_PART || e.kind() != FailureKind.INCOMPATIBLE_TARGET) {
        throw e;
      }
    }
  }

  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    inner.buildIndexes(fault == Fault.DROPS_INDEX_PARAMETER ? lessParameters(schema) : schema);
  }

  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    return inner.indexState(fault == Fault.DROPS_INDEX_PARAMETER ? lessParameters(schema) : schema);
  }

  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    if (fault == Fault.DROPS_THROUGH_ALIAS) {
      for (Alias alias : inner.aliases()) {
        if (alias.name().equals(name)) {
          return inner.drop(alias.collection());
        }
      }
    }
    return inner.drop(name) || fault == Fault.DROP_ALWAYS_TRUE;
  }

  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException, InterruptedException {
    inner.replace(live, replacement, aside);
    if (fault == Fault.REPLACE_FORGETS_LIVE) {
      inner.drop(aside);
    }
  }

  @Override
  public List<Alias> aliases() throws DrillbookException, InterruptedException {
    return inner.aliases();
  }

  @Override
  public void pointAlias(Alias alias) throws DrillbookException, InterruptedException {
    boolean exists = inner.aliases().stream().anyMatch(one -> one.name().equals(alias.name()));
    if (fault != Fault.KEEPS_ALIAS || !exists) {
      inner.pointAlias(alias);
    }
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException {
    return inner.dropAlias(alias);
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return inner.requirements();
  }

  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    if (fault != Fault.SEARCHES_ALL_TENANTS) {
      return inner.nearest(query);
    }
    List<Neighbour> hits = new ArrayList<>();
    for (String tenant : inner.schema(query.collection()).tenants()) {
      hits.addAll(
          inner.nearest(
              new NearestQuery(
                  query.collection(),
                  tenant,
                  query.vector(),
                  query.bits(),
                  query.dimension(),
                  query.k(),
                  query.exact())));
    }
    hits.sort((a, b) -> Double.compare(a.distance(), b.distance()));
    return hits.subList(0, Math.min(query.k(), hits.size()));
  }

  private static CollectionSchema lessParameters(CollectionSchema schema) {
    List<VectorIndex> indexes = new ArrayList<>();
    for (VectorIndex index : schema.indexes()) {
      Map<String, String> parameters = new TreeMap<>(index.parameters());
      parameters.remove("m");
      indexes.add(new VectorIndex(index.vector(), index.kind(), index.metric(), parameters));
    }
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        indexes,
        schema.tenants(),
        schema.aliases(),
        schema.attributes());
  }

  /** Returns a copy of records {@code from} to {@code to} of a batch. */
  static RecordBatch copy(RecordBatch batch, int from, int to) {
    RecordBatch copy = new RecordBatch(batch.layout());
    for (int i = from; i < to; i++) {
      copy.append(batch, i);
    }
    return copy;
  }
}
