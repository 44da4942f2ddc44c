package drillbook.engine.milvus;

import drillbook.engine.CollectionName;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.DropIndexRequest;
import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.grpc.GetLoadStateResponse;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.LoadCollectionRequest;
import io.milvus.grpc.LoadPartitionsRequest;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.ReleaseCollectionRequest;
import io.milvus.grpc.ReleasePartitionsRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads collections that something is to be read of, since Milvus answers questions about loaded
 * ones only, and releases those that it loaded itself when the adapter is closed. Of a collection
 * that its users loaded by partition only the asked partition is loaded, and released.
 *
 * <p>A collection of which a vector has no index cannot be loaded; such a vector gets a flat one,
 * called {@value #SCAN_INDEX} and the field, which is dropped with the release. A reader in another
 * process may find the collection released by us, and then loads it for itself.
 */
final class MilvusLoads implements AutoCloseable {
  /** How indexes are called that only make a collection loadable. */
  static final String SCAN_INDEX = "drillbook_scan_";

  private static final Duration LONGEST_LOAD = Duration.ofMinutes(10);
  private static final long FIRST_POLL_MILLIS = 20;
  private static final long LONGEST_POLL_MILLIS = 500;

  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;
  private final Set<Loaded> ours = ConcurrentHashMap.newKeySet();

  /**
   * What was loaded by us.
   *
   * @param partitions which of a collection that others had loaded in part; none means all of it
   */
  private record Loaded(CollectionName name, List<String> partitions) {
    static Loaded whole(CollectionName name) {
      return new Loaded(name, List.of());
    }

    @Override
    public String toString() {
      return partitions.isEmpty()
          ? "collection " + name
          : "partition " + String.join(", ", partitions) + " of collection " + name;
    }
  }

  MilvusLoads(MilvusRpc rpc, MilvusCatalog catalog) {
    this.rpc = rpc;
    this.catalog = catalog;
  }

  /** Tells whether a collection is loaded, or about to be, for others than us. */
  boolean isLoadedForUsers(CollectionName name) throws DrillbookException, InterruptedException {
    return isLoadedOrLoading(state(name, List.of())) && !ours.contains(Loaded.whole(name));
  }

  /**
   * Returns whether something is loaded.
   *
   * @param partitions of what; none means any of them: Milvus calls a collection loaded whose users
   *     loaded one partition of many
   */
  LoadState state(CollectionName name, List<String> partitions)
      throws DrillbookException, InterruptedException {
    return rpc.call(
            new Loaded(name, partitions) + " could not be asked whether it is loaded",
            MilvusCatalog.database(name),
            stub ->
                stub.getLoadState(
                    GetLoadStateRequest.newBuilder()
                        .setCollectionName(name.name())
                        .addAllPartitionNames(partitions)
                        .build()),
            GetLoadStateResponse::getStatus)
        .getState();
  }

  /**
   * Returns once something is loaded.
   *
   * @param partitions what a question names; none where it is about all
   */
  void require(MilvusShape shape, List<String> partitions)
      throws DrillbookException, InterruptedException {
    CollectionName name = shape.name();
    LoadState state = state(name, partitions);
    if (state == LoadState.LoadStateLoaded) {
      return;
    }
    if (state != LoadState.LoadStateLoading) {
      boolean partly = !partitions.isEmpty() && isLoadedOrLoading(state(name, List.of()));
      Loaded wanted = new Loaded(name, partly ? partitions : List.of());
      ours.add(wanted);
      if (!partly && catalog.server().needsIndexes()) {
        addScanIndexes(shape);
      }
      load(wanted);
    }
    await(new Loaded(name, partitions));
  }

  /** Begins to load a collection for good. */
  void loadForUsers(CollectionName name) throws DrillbookException, InterruptedException {
    load(Loaded.whole(name));
    forget(name);
  }

  /** Releases a collection and drops the indexes that only made it loadable. */
  void release(CollectionName name) throws DrillbookException, InterruptedException {
    release(Loaded.whole(name));
    for (IndexDescription index : catalog.indexes(name)) {
      if (index.getIndexName().startsWith(SCAN_INDEX)) {
        rpc.run(
            releasing(Loaded.whole(name)),
            MilvusCatalog.database(name),
            FailureKind.UNAVAILABLE,
            stub ->
                stub.dropIndex(
                    DropIndexRequest.newBuilder()
                        .setCollectionName(name.name())
                        .setFieldName(index.getFieldName())
                        .setIndexName(index.getIndexName())
                        .build()));
      }
    }
    forget(name);
  }

  /** Notes that a collection is gone. */
  void forget(CollectionName name) {
    ours.removeIf(one -> one.name().equals(name));
  }

  /** Notes that a collection has another name now. */
  void renamed(CollectionName from, CollectionName to) {
    for (Loaded one : Set.copyOf(ours)) {
      if (one.name().equals(from) && ours.remove(one)) {
        ours.add(new Loaded(to, one.partitions()));
      }
    }
  }

  private void load(Loaded what) throws DrillbookException, InterruptedException {
    String collection = what.name().name();
    rpc.run(
        loading(what),
        MilvusCatalog.database(what.name()),
        FailureKind.CONFIGURATION,
        stub ->
            what.partitions().isEmpty()
                ? stub.loadCollection(
                    LoadCollectionRequest.newBuilder().setCollectionName(collection).build())
                : stub.loadPartitions(
                    LoadPartitionsRequest.newBuilder()
                        .setCollectionName(collection)
                        .addAllPartitionNames(what.partitions())
                        .build()));
  }

  private void release(Loaded what) throws DrillbookException, InterruptedException {
    String collection = what.name().name();
    rpc.run(
        releasing(what),
        MilvusCatalog.database(what.name()),
        FailureKind.UNAVAILABLE,
        stub ->
            what.partitions().isEmpty()
                ? stub.releaseCollection(
                    ReleaseCollectionRequest.newBuilder().setCollectionName(collection).build())
                : stub.releasePartitions(
                    ReleasePartitionsRequest.newBuilder()
                        .setCollectionName(collection)
                        .addAllPartitionNames(what.partitions())
                        .build()));
  }

  private void await(Loaded what) throws DrillbookException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_LOAD.toNanos();
    long pause = FIRST_POLL_MILLIS;
    LoadState state = state(what.name(), what.partitions());
    while (state != LoadState.LoadStateLoaded) {
      if (state != LoadState.LoadStateLoading || System.nanoTime() - deadline > 0) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE,
            loading(what) + ": after " + LONGEST_LOAD + " at most its state is " + state,
            "Look whether the query nodes have the memory for it.");
      }
      Thread.sleep(pause);
      pause = Math.min(pause * 2, LONGEST_POLL_MILLIS);
      state = state(what.name(), what.partitions());
    }
  }

  /**
   * Gives a flat index to each vector that has none: Milvus refuses to load a collection of which
   * any vector has none, since 2.4 in words alone.
   */
  private void addScanIndexes(MilvusShape shape) throws DrillbookException, InterruptedException {
    for (MilvusIndexes.Plan plan :
        MilvusIndexes.flat(shape, catalog.indexes(shape.name()), SCAN_INDEX)) {
      rpc.run(
          "collection " + shape.name() + " could not be made loadable",
          MilvusCatalog.database(shape.name()),
          FailureKind.UNSUPPORTED,
          stub -> stub.createIndex(plan.creation(shape.name())));
    }
  }

  private static boolean isLoadedOrLoading(LoadState state) {
    return state == LoadState.LoadStateLoaded || state == LoadState.LoadStateLoading;
  }

  private static String loading(Loaded what) {
    return what + " could not be loaded";
  }

  private static String releasing(Loaded what) {
    return what + " could not be released";
  }

  /** Releases what was loaded by us; what cannot be reached stays loaded. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (Loaded one : Set.copyOf(ours)) {
      try {
        rpc.hurry();
        if (one.partitions().isEmpty()) {
          release(one.name());
        } else if (!ours.contains(Loaded.whole(one.name()))) {
          release(one);
        }
      } catch (DrillbookException e) {
        // Gone meanwhile, or the server is: there is nobody to tell.
      } catch (InterruptedException e) {
        interrupted = true;
      }
      ours.remove(one);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
