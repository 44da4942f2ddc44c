package drillbook.engine.milvus;

import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Control;
import drillbook.engine.IndexState;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.engine.Probe;
import drillbook.engine.Requirement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.AlterAliasRequest;
import io.milvus.grpc.CreateAliasRequest;
import io.milvus.grpc.DropAliasRequest;
import io.milvus.grpc.DropCollectionRequest;
import io.milvus.grpc.GetPartitionStatisticsRequest;
import io.milvus.grpc.GetPartitionStatisticsResponse;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.RenameCollectionRequest;
import io.milvus.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at, creates and drops collections. */
final class MilvusControl implements Control {
  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;
  private final MilvusLoads loads;
  private final MilvusLine line;
  private final MilvusQueries queries;
  private final MilvusDefinition definition;
  private final MilvusBuild build;

  MilvusControl(MilvusRpc rpc, MilvusCatalog catalog, MilvusLoads loads, MilvusLine line) {
    this.rpc = rpc;
    this.catalog = catalog;
    this.loads = loads;
    this.line = line;
    this.queries = new MilvusQueries(rpc, catalog);
    this.definition = new MilvusDefinition(rpc, catalog, line);
    this.build = new MilvusBuild(rpc, catalog, loads);
  }

  @Override
  public Probe probe() throws DrillbookException, InterruptedException {
    String version = catalog.version();
    return new Probe(
        version, Map.of("line", line.word(), "server", MilvusLine.ofVersion(version).word()));
  }

  @Override
  public List<CollectionName> collections() throws DrillbookException, InterruptedException {
    List<CollectionName> names = new ArrayList<>();
    for (String database : catalog.databases()) {
      names.addAll(catalog.collections(database));
    }
    names.sort(Comparator.comparing(CollectionName::path));
    return names;
  }

  @Override
  public CollectionSchema schema(CollectionName name)
      throws DrillbookException, InterruptedException {
    MilvusShape shape = catalog.describe(name);
    List<MilvusIndexes.Plan> indexes = MilvusIndexes.of(catalog.indexes(shape.name()));
    return new CollectionSchema(
        shape.name(),
        shape.layout(),
        shape.idType(),
        MilvusIndexes.vectorIndexes(shape, indexes),
        tenants(shape),
        catalog.aliasesOf(shape.name()),
        MilvusSchema.attributes(shape, indexes, loads.isLoadedForUsers(shape.name())));
  }

  /**
   * Returns the tenants. The default partition counts as one beside named ones where it has
   * records. While it is not loaded only its flushed records are known; what a capture finds beyond
   * them it adds.
   */
  private List<String> tenants(MilvusShape shape) throws DrillbookException, InterruptedException {
    List<String> named = named(shape);
    if (named.isEmpty()) {
      return List.of(CollectionSchema.NO_TENANT);
    }
    LoadState state = loads.state(shape.name(), List.of(MilvusCatalog.DEFAULT_PARTITION));
    boolean unnamed =
        state == LoadState.LoadStateLoaded
            ? queries.count(shape, CollectionSchema.NO_TENANT, named, "") > 0
            : flushed(shape) > 0;
    if (unnamed) {
      named.add(CollectionSchema.NO_TENANT);
    }
    return named;
  }

  private List<String> named(MilvusShape shape) throws DrillbookException, InterruptedException {
    return catalog.tenants(shape, line);
  }

  private long flushed(MilvusShape shape) throws DrillbookException, InterruptedException {
    GetPartitionStatisticsResponse answer =
        rpc.call(
            "records of " + shape.name() + " could not be estimated",
            MilvusCatalog.database(shape.name()),
            stub ->
                stub.getPartitionStatistics(
                    GetPartitionStatisticsRequest.newBuilder()
                        .setCollectionName(shape.name().name())
                        .setPartitionName(MilvusCatalog.DEFAULT_PARTITION)
                        .build()),
            GetPartitionStatisticsResponse::getStatus);
    return Long.parseLong(MilvusShape.value(answer.getStatsList(), "row_count").orElse("0"));
  }

  /**
   * {@inheritDoc} By {@code count(*)} with strong consistency on the loaded collection: what Milvus
   * keeps as statistics counts flushed records and ignores deletes.
   */
  @Override
  public long count(CollectionName name, String tenant)
      throws DrillbookException, InterruptedException {
    MilvusShape shape = catalog.describe(name);
    List<String> named = named(shape);
    loads.require(shape, MilvusQueries.partitions(shape, tenant, named));
    return queries.count(shape, tenant, named, "");
  }

  @Override
  public void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    definition.create(schema);
  }

  @Override
  public void buildIndexes(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    build.build(schema);
  }

  @Override
  public IndexState indexState(CollectionSchema schema)
      throws DrillbookException, InterruptedException {
    return build.state(schema);
  }

  /** {@inheritDoc} Its aliases go with it: left alone they would lead nowhere, unseen. */
  @Override
  public boolean drop(CollectionName name) throws DrillbookException, InterruptedException {
    Optional<MilvusShape> found = catalog.find(name);
    if (found.isEmpty()) {
      return false;
    }
    CollectionName place = found.get().name();
    for (String alias : catalog.aliasesOf(place)) {
      dropAlias(place.named(alias));
    }
    rpc.run(
        "collection " + name + " could not be dropped",
        MilvusCatalog.database(place),
        FailureKind.CONFLICT,
        stub ->
            stub.dropCollection(
                DropCollectionRequest.newBuilder().setCollectionName(place.name()).build()));
    loads.forget(place);
    return true;
  }

  /**
   * {@inheritDoc} Two renames: between them nothing has the live name. Aliases follow a collection
   * that is renamed, so those of the live one are led back to its successor afterwards; a call that
   * was cut short does that when it is repeated.
   */
  @Override
  public void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException, InterruptedException {
    CollectionName place = MilvusCatalog.placed(live);
    CollectionName from = MilvusCatalog.placed(replacement);
    CollectionName away = MilvusCatalog.placed(aside);
    String what = "collection " + live + " could not be replaced by " + replacement;
    if (!from.scope().equals(place.scope()) || !away.scope().equals(place.scope())) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, what + ": milvus renames within one database only");
    }
    Optional<MilvusShape> coming = catalog.find(from);
    Optional<MilvusShape> gone = catalog.find(away);
    if (coming.isPresent()) {
      Optional<MilvusShape> current = catalog.find(place);
      if (current.isPresent() == gone.isPresent()) {
        throw new DrillbookException(
            gone.isPresent() ? FailureKind.CONFLICT : FailureKind.NOT_FOUND,
            what
                + (gone.isPresent()
                    ? ": the name " + aside + " is taken"
                    : ": there is no " + live));
      }
      if (current.isPresent()) {
        rename(what, place, away);
      }
      rename(what, from, place);
    } else if (gone.isEmpty()) {
      throw new DrillbookException(FailureKind.NOT_FOUND, what + ": there is no " + replacement);
    }
    for (String alias : catalog.aliasesOf(away)) {
      pointAlias(new Alias(place.named(alias), place));
    }
  }

  private void rename(String what, CollectionName from, CollectionName to)
      throws DrillbookException, InterruptedException {
    rpc.run(
        what,
        MilvusCatalog.database(from),
        FailureKind.CONFLICT,
        stub ->
            stub.renameCollection(
                RenameCollectionRequest.newBuilder()
                    .setOldName(from.name())
                    .setNewName(to.name())
                    .build()));
    loads.renamed(from, to);
  }

  /**
   * {@inheritDoc} Milvus does not list an alias whose collection is gone, although it keeps the
   * name taken.
   */
  @Override
  public List<Alias> aliases() throws DrillbookException, InterruptedException {
    List<Alias> aliases = new ArrayList<>();
    for (String database : catalog.databases()) {
      aliases.addAll(catalog.aliases(database));
    }
    aliases.sort(Comparator.comparing(alias -> alias.name().path()));
    return aliases;
  }

  @Override
  public void pointAlias(Alias alias) throws DrillbookException, InterruptedException {
    CollectionName name = MilvusCatalog.placed(alias.name());
    CollectionName to = catalog.describe(alias.collection()).name();
    String what = "alias " + alias.name() + " could not be led to " + alias.collection();
    Optional<CollectionName> led = catalog.led(name);
    if (led.isEmpty() && catalog.find(name).isPresent()) {
      throw new DrillbookException(
          FailureKind.CONFLICT, what + ": a collection has the name", "Choose another name.");
    }
    if (led.equals(Optional.of(to))) {
      return;
    }
    String database = MilvusCatalog.database(to);
    if (led.isEmpty()) {
      Status status =
          rpc.send(
              what,
              database,
              stub ->
                  stub.createAlias(
                      CreateAliasRequest.newBuilder()
                          .setDbName(database)
                          .setCollectionName(to.name())
                          .setAlias(name.name())
                          .build()));
      if (MilvusFailures.isGood(status)) {
        return;
      }
      if (status.getCode() != MilvusFailures.ALIAS_EXISTS) {
        rpc.require(what, status);
      }
      // Its collection was dropped: it is found no more, and altering it is what brings it back.
    }
    rpc.run(
        what,
        database,
        FailureKind.CONFLICT,
        stub ->
            stub.alterAlias(
                AlterAliasRequest.newBuilder()
                    .setDbName(database)
                    .setCollectionName(to.name())
                    .setAlias(name.name())
                    .build()));
  }

  @Override
  public boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException {
    CollectionName name = MilvusCatalog.placed(alias);
    boolean existed = catalog.led(name).isPresent();
    String database = MilvusCatalog.database(name);
    Status status =
        rpc.send(
            "alias " + alias + " could not be dropped",
            database,
            stub ->
                stub.dropAlias(
                    DropAliasRequest.newBuilder()
                        .setDbName(database)
                        .setAlias(name.name())
                        .build()));
    if (existed || !MilvusFailures.isMissing(status)) {
      rpc.require("alias " + alias + " could not be dropped", status);
    }
    return existed;
  }

  @Override
  public List<Requirement> requirements() throws DrillbookException, InterruptedException {
    return new MilvusRequirements(catalog, loads, new MilvusAccess(rpc), line).all();
  }

  /** {@inheritDoc} Exact as far as the index holds vectors as they are: see the class. */
  @Override
  public List<Neighbour> nearest(NearestQuery query)
      throws DrillbookException, InterruptedException {
    MilvusShape shape = catalog.describe(query.collection());
    List<String> named = named(shape);
    loads.require(shape, MilvusQueries.partitions(shape, query.tenant(), named));
    return new MilvusSearch(rpc, catalog).nearest(query, shape, named);
  }
}
