package drillbook.engine.milvus;

import drillbook.engine.Alias;
import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.AllocTimestampRequest;
import io.milvus.grpc.AllocTimestampResponse;
import io.milvus.grpc.DescribeAliasRequest;
import io.milvus.grpc.DescribeAliasResponse;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.DescribeIndexRequest;
import io.milvus.grpc.DescribeIndexResponse;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.GetVersionResponse;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.ListAliasesRequest;
import io.milvus.grpc.ListAliasesResponse;
import io.milvus.grpc.ListDatabasesRequest;
import io.milvus.grpc.ListDatabasesResponse;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.ShowCollectionsResponse;
import io.milvus.grpc.ShowPartitionsRequest;
import io.milvus.grpc.ShowPartitionsResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What there is on a server: databases, collections, aliases, partitions, indexes. */
final class MilvusCatalog {
  /** The partition that every collection has. */
  static final String DEFAULT_PARTITION = "_default";

  private static final String DEFAULT_DATABASE = "default";

  private final MilvusRpc rpc;
  private volatile Optional<MilvusLine> server = Optional.empty();

  MilvusCatalog(MilvusRpc rpc) {
    this.rpc = rpc;
  }

  /** Returns the server's version, as it says it. */
  String version() throws DrillbookException, InterruptedException {
    return rpc.call(
            "milvus could not be asked for its version",
            "",
            stub -> stub.getVersion(GetVersionRequest.getDefaultInstance()),
            GetVersionResponse::getStatus)
        .getVersion();
  }

  /** Returns the line of the server that answers, asked once. */
  MilvusLine server() throws DrillbookException, InterruptedException {
    Optional<MilvusLine> known = server;
    if (known.isEmpty()) {
      known = Optional.of(MilvusLine.ofVersion(version()));
      server = known;
    }
    return known.get();
  }

  /**
   * Returns a timestamp after all writes that were answered so far; 0 where the server gives none.
   */
  long timestamp() throws DrillbookException, InterruptedException {
    try {
      return rpc.call(
              "milvus could not be asked for a timestamp",
              "",
              stub -> stub.allocTimestamp(AllocTimestampRequest.getDefaultInstance()),
              AllocTimestampResponse::getStatus)
          .getTimestamp();
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.UNSUPPORTED) {
        return 0;
      }
      throw e;
    }
  }

  /** Returns the databases that the credential sees, sorted. */
  List<String> databases() throws DrillbookException, InterruptedException {
    ListDatabasesResponse answer =
        rpc.call(
            "databases could not be listed",
            "",
            stub -> stub.listDatabases(ListDatabasesRequest.getDefaultInstance()),
            ListDatabasesResponse::getStatus);
    return List.copyOf(new TreeSet<>(answer.getDbNamesList()));
  }

  /** Returns the collections of a database. */
  List<CollectionName> collections(String database)
      throws DrillbookException, InterruptedException {
    ShowCollectionsResponse answer =
        rpc.call(
            "collections of " + database + " could not be listed",
            database,
            stub -> stub.showCollections(ShowCollectionsRequest.getDefaultInstance()),
            ShowCollectionsResponse::getStatus);
    return answer.getCollectionNamesList().stream()
        .map(name -> new CollectionName(List.of(database), name))
        .toList();
  }

  /**
   * Describes a collection.
   *
   * @throws DrillbookException NOT_FOUND when there is none of the name; CONFLICT when an alias has
   *     it
   */
  MilvusShape describe(CollectionName name) throws DrillbookException, InterruptedException {
    CollectionName place = placed(name);
    DescribeCollectionResponse answer =
        rpc.call(
            "collection " + name + " could not be looked up",
            database(place),
            stub ->
                stub.describeCollection(
                    DescribeCollectionRequest.newBuilder().setCollectionName(place.name()).build()),
            DescribeCollectionResponse::getStatus);
    String real = answer.getCollectionName();
    boolean aliased =
        answer.getAliasesList().contains(place.name())
            // Milvus Lite names the collection here and no alias.
            || (!real.isEmpty() && !real.equals(place.name()));
    if (aliased) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "collection "
              + name
              + " cannot be meant: it is an alias of "
              + answer.getSchema().getName(),
          "Name the collection itself.");
    }
    return MilvusShape.of(place, answer);
  }

  /** Describes a collection; empty where there is none. */
  Optional<MilvusShape> find(CollectionName name) throws DrillbookException, InterruptedException {
    try {
      return Optional.of(describe(name));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Returns the aliases of a database that lead to a collection. */
  List<Alias> aliases(String database) throws DrillbookException, InterruptedException {
    ListAliasesResponse answer =
        rpc.call(
            "aliases of " + database + " could not be listed",
            database,
            stub -> stub.listAliases(ListAliasesRequest.newBuilder().setDbName(database).build()),
            ListAliasesResponse::getStatus);
    List<Alias> aliases = new ArrayList<>();
    for (String name : answer.getAliasesList()) {
      CollectionName alias = new CollectionName(List.of(database), name);
      led(alias).ifPresent(to -> aliases.add(new Alias(alias, to)));
    }
    aliases.sort(Comparator.comparing(alias -> alias.name().path()));
    return aliases;
  }

  /** Returns the names of the aliases that lead to a collection, sorted. */
  List<String> aliasesOf(CollectionName name) throws DrillbookException, InterruptedException {
    ListAliasesResponse answer =
        rpc.call(
            "aliases of " + name + " could not be listed",
            database(name),
            stub ->
                stub.listAliases(
                    ListAliasesRequest.newBuilder()
                        .setDbName(database(name))
                        .setCollectionName(name.name())
                        .build()),
            ListAliasesResponse::getStatus);
    return answer.getAliasesList().stream().sorted().toList();
  }

  /** Returns what an alias leads to; empty where there is no such alias, or it leads nowhere. */
  Optional<CollectionName> led(CollectionName alias)
      throws DrillbookException, InterruptedException {
    String what = "alias " + alias + " could not be looked up";
    CollectionName place = placed(alias);
    DescribeAliasResponse answer =
        rpc.send(
            what,
            database(place),
            stub ->
                stub.describeAlias(
                    DescribeAliasRequest.newBuilder()
                        .setDbName(database(place))
                        .setAlias(place.name())
                        .build()));
    if (MilvusFailures.isMissing(answer.getStatus()) || answer.getCollection().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(place.named(answer.getCollection()));
  }

  /** Returns the names of a collection's partitions, sorted, the default one among them. */
  List<String> partitions(CollectionName name) throws DrillbookException, InterruptedException {
    ShowPartitionsResponse answer =
        rpc.call(
            "partitions of " + name + " could not be listed",
            database(name),
            stub ->
                stub.showPartitions(
                    ShowPartitionsRequest.newBuilder().setCollectionName(name.name()).build()),
            ShowPartitionsResponse::getStatus);
    return answer.getPartitionNamesList().stream().sorted().toList();
  }

  /** Returns the names of a collection's tenants, sorted; none where it has no named ones. */
  List<String> tenants(MilvusShape shape, MilvusLine line)
      throws DrillbookException, InterruptedException {
    List<String> names = new ArrayList<>();
    if (line.profile().has(Capability.TENANTS) && !shape.byPartitionKey()) {
      names.addAll(partitions(shape.name()));
      names.remove(DEFAULT_PARTITION);
    }
    return names;
  }

  /** Returns a collection's indexes, sorted by field and name. */
  List<IndexDescription> indexes(CollectionName name)
      throws DrillbookException, InterruptedException {
    String what = "indexes of " + name + " could not be looked up";
    DescribeIndexResponse answer =
        rpc.send(
            what,
            database(name),
            stub ->
                stub.describeIndex(
                    DescribeIndexRequest.newBuilder().setCollectionName(name.name()).build()));
    if (answer.getStatus().getCode() == MilvusFailures.NO_INDEX) {
      return List.of();
    }
    rpc.require(what, answer.getStatus());
    return answer.getIndexDescriptionsList().stream()
        .sorted(
            Comparator.comparing(IndexDescription::getFieldName)
                .thenComparing(IndexDescription::getIndexName))
        .toList();
  }

  /** Returns a name with its database; a bare one means the default. */
  static CollectionName placed(CollectionName name) throws DrillbookException {
    return switch (name.scope().size()) {
      case 0 -> new CollectionName(List.of(DEFAULT_DATABASE), name.name());
      case 1 -> name;
      default ->
          throw new DrillbookException(
              FailureKind.CONFIGURATION,
              "a milvus collection is named database/collection: " + name);
    };
  }

  static String database(CollectionName placed) {
    return placed.scope().getFirst();
  }
}
