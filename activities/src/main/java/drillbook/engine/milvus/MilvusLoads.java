package drillbook.engine.milvus;

import drillbook.engine.CollectionName;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.CreateIndexRequest;
import io.milvus.grpc.DropIndexRequest;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.grpc.GetLoadStateResponse;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.KeyValuePair;
import io.milvus.grpc.LoadCollectionRequest;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.ReleaseCollectionRequest;
import io.milvus.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads collections that something is to be read of, since Milvus answers questions about loaded
 * ones only, and releases those that it loaded itself when the adapter is closed.
 *
 * <p>A collection whose vectors have no index cannot be loaded; such a vector gets a flat one,
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
  private final Set<CollectionName> ours = ConcurrentHashMap.newKeySet();

  MilvusLoads(MilvusRpc rpc, MilvusCatalog catalog) {
    this.rpc = rpc;
    this.catalog = catalog;
  }

  /** Tells whether a collection is loaded, or about to be, for others than us. */
  boolean isLoadedForUsers(CollectionName name) throws DrillbookException, InterruptedException {
    LoadState state = state(name);
    return (state == LoadState.LoadStateLoaded || state == LoadState.LoadStateLoading)
        && !ours.contains(name);
  }

  /** Returns whether a collection is loaded. */
  LoadState state(CollectionName name) throws DrillbookException, InterruptedException {
    return rpc.call(
            "collection " + name + " could not be asked whether it is loaded",
            MilvusCatalog.database(name),
            stub ->
                stub.getLoadState(
                    GetLoadStateRequest.newBuilder().setCollectionName(name.name()).build()),
            GetLoadStateResponse::getStatus)
        .getState();
  }

  /** Returns once a collection is loaded. */
  void require(MilvusShape shape) throws DrillbookException, InterruptedException {
    CollectionName name = shape.name();
    LoadState state = state(name);
    if (state == LoadState.LoadStateLoaded) {
      return;
    }
    if (state != LoadState.LoadStateLoading) {
      ours.add(name);
      Status refused = tryLoad(name);
      if (refused.getCode() == MilvusFailures.NO_INDEX) {
        addScanIndexes(shape);
        load(name);
      } else {
        rpc.require(loading(name), refused);
      }
    }
    await(name);
  }

  /** Begins to load a collection for good. */
  void loadForUsers(CollectionName name) throws DrillbookException, InterruptedException {
    load(name);
    ours.remove(name);
  }

  /** Releases a collection and drops the indexes that only made it loadable. */
  void release(CollectionName name) throws DrillbookException, InterruptedException {
    String what = "collection " + name + " could not be released";
    rpc.run(
        what,
        MilvusCatalog.database(name),
        FailureKind.UNAVAILABLE,
        stub ->
            stub.releaseCollection(
                ReleaseCollectionRequest.newBuilder().setCollectionName(name.name()).build()));
    for (IndexDescription index : catalog.indexes(name)) {
      if (index.getIndexName().startsWith(SCAN_INDEX)) {
        rpc.run(
            what,
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
    ours.remove(name);
  }

  /** Notes that a collection is gone. */
  void forget(CollectionName name) {
    ours.remove(name);
  }

  /** Notes that a collection has another name now. */
  void renamed(CollectionName from, CollectionName to) {
    if (ours.remove(from)) {
      ours.add(to);
    }
  }

  private void load(CollectionName name) throws DrillbookException, InterruptedException {
    rpc.require(loading(name), tryLoad(name));
  }

  private Status tryLoad(CollectionName name) throws DrillbookException, InterruptedException {
    return rpc.send(
        loading(name),
        MilvusCatalog.database(name),
        stub ->
            stub.loadCollection(
                LoadCollectionRequest.newBuilder().setCollectionName(name.name()).build()));
  }

  private void await(CollectionName name) throws DrillbookException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_LOAD.toNanos();
    long pause = FIRST_POLL_MILLIS;
    LoadState state = state(name);
    while (state != LoadState.LoadStateLoaded) {
      if (state != LoadState.LoadStateLoading || System.nanoTime() - deadline > 0) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE,
            loading(name) + ": after " + LONGEST_LOAD + " at most its state is " + state,
            "Look whether the query nodes have the memory for it.");
      }
      Thread.sleep(pause);
      pause = Math.min(pause * 2, LONGEST_POLL_MILLIS);
      state = state(name);
    }
  }

  private void addScanIndexes(MilvusShape shape) throws DrillbookException, InterruptedException {
    Set<String> indexed =
        catalog.indexes(shape.name()).stream()
            .map(IndexDescription::getFieldName)
            .collect(java.util.stream.Collectors.toSet());
    for (FieldSchema field : shape.vectorFields()) {
      if (!indexed.contains(field.getName())) {
        CreateIndexRequest.Builder request =
            CreateIndexRequest.newBuilder()
                .setCollectionName(shape.name().name())
                .setFieldName(field.getName())
                .setIndexName(SCAN_INDEX + field.getName());
        scan(field)
            .forEach((key, value) ->
                request.addExtraParams(KeyValuePair.newBuilder().setKey(key).setValue(value)));
        rpc.run(
            "collection " + shape.name() + " could not be made loadable",
            MilvusCatalog.database(shape.name()),
            FailureKind.UNSUPPORTED,
            stub -> stub.createIndex(request.build()));
      }
    }
  }

  private static Map<String, String> scan(FieldSchema field) {
    return switch (field.getDataType()) {
      case BinaryVector ->
          Map.of("index_type", "BIN_FLAT", "metric_type", "HAMMING", "params", "{}");
      case SparseFloatVector ->
          Map.of(
              "index_type",
              "SPARSE_INVERTED_INDEX",
              "metric_type",
              field.getIsFunctionOutput() ? "BM25" : "IP",
              "params",
              "{}");
      default -> Map.of("index_type", "FLAT", "metric_type", "L2", "params", "{}");
    };
  }

  private static String loading(CollectionName name) {
    return "collection " + name + " could not be loaded";
  }

  /** Releases what was loaded by us; what cannot be reached stays loaded. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (CollectionName name : Set.copyOf(ours)) {
      try {
        rpc.hurry();
        release(name);
      } catch (DrillbookException e) {
        // Gone meanwhile, or the server is: there is nobody to tell.
        ours.remove(name);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
