package drillbook.engine.milvus;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.IndexState;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.FlushRequest;
import io.milvus.grpc.FlushResponse;
import io.milvus.grpc.GetFlushStateRequest;
import io.milvus.grpc.GetFlushStateResponse;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.LoadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds indexes and loads what was built. */
final class MilvusBuild {
  private static final Duration LONGEST_FLUSH = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 100;

  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;
  private final MilvusLoads loads;

  MilvusBuild(MilvusRpc rpc, MilvusCatalog catalog, MilvusLoads loads) {
    this.rpc = rpc;
    this.catalog = catalog;
    this.loads = loads;
  }

  /**
   * Builds what is missing, then loads the collection unless its schema says that it was not: an
   * index of a collection that is not loaded answers nothing. Records are flushed before, since
   * only what was flushed is indexed. To be loaded a collection needs an index of every vector: one
   * of which the schema has no index gets a flat one, {@value MilvusIndexes#FLAT_INDEX} and the
   * field, which does what a search without an index would.
   */
  void build(CollectionSchema schema) throws DrillbookException, InterruptedException {
    MilvusShape shape = catalog.describe(schema.name());
    List<MilvusIndexes.Plan> planned = MilvusIndexes.planned(schema, shape);
    List<MilvusIndexes.Plan> missing = missing(planned, shape.name());
    if (!missing.isEmpty()) {
      flush(shape.name());
      if (hasScanIndex(shape.name(), fields(missing, shape))) {
        loads.release(shape.name());
      }
      for (MilvusIndexes.Plan plan : missing) {
        create(shape.name(), plan);
      }
    }
    if (wantsLoad(schema, planned) && !loads.isLoadedForUsers(shape.name())) {
      if (catalog.server().needsIndexes()) {
        addFlatIndexes(shape);
      }
      loads.loadForUsers(shape.name());
    }
  }

  private void addFlatIndexes(MilvusShape shape) throws DrillbookException, InterruptedException {
    if (hasScanIndex(shape.name(), shape.vectorFields())) {
      // It goes with the next release of a capture, and would leave its vector without.
      loads.release(shape.name());
    }
    for (MilvusIndexes.Plan plan :
        MilvusIndexes.flat(shape, catalog.indexes(shape.name()), MilvusIndexes.FLAT_INDEX)) {
      create(shape.name(), plan);
    }
  }

  /** Returns how far the planned indexes are, and the load that makes use of them. */
  IndexState state(CollectionSchema schema) throws DrillbookException, InterruptedException {
    MilvusShape shape = catalog.describe(schema.name());
    List<MilvusIndexes.Plan> planned = MilvusIndexes.planned(schema, shape);
    List<MilvusIndexes.Plan> missing = missing(planned, shape.name());
    if (!missing.isEmpty()) {
      return new IndexState.Broken(
          "index of field '" + missing.getFirst().field() + "' is missing");
    }
    for (IndexDescription index : catalog.indexes(shape.name())) {
      switch (index.getState()) {
        case Failed -> {
          return new IndexState.Broken(
              "index " + index.getIndexName() + ": " + index.getIndexStateFailReason());
        }
        case Finished, IndexStateNone -> {}
        default -> {
          return new IndexState.Building(
              "index "
                  + index.getIndexName()
                  + ": "
                  + index.getIndexedRows()
                  + " of "
                  + index.getTotalRows()
                  + " records");
        }
      }
    }
    if (wantsLoad(schema, planned)) {
      LoadState state = loads.state(shape.name(), List.of());
      if (state == LoadState.LoadStateLoading) {
        return new IndexState.Building("the collection is being loaded");
      }
      if (state != LoadState.LoadStateLoaded) {
        return new IndexState.Broken("the collection is not loaded");
      }
    }
    return new IndexState.Ready();
  }

  private static boolean wantsLoad(CollectionSchema schema, List<MilvusIndexes.Plan> planned) {
    return !planned.isEmpty() && MilvusSchema.settings(schema).loaded();
  }

  private List<MilvusIndexes.Plan> missing(List<MilvusIndexes.Plan> planned, CollectionName name)
      throws DrillbookException, InterruptedException {
    List<MilvusIndexes.Plan> live = MilvusIndexes.of(catalog.indexes(name));
    List<MilvusIndexes.Plan> missing = new ArrayList<>(planned);
    missing.removeIf(plan -> live.stream().anyMatch(one -> one.field().equals(plan.field())));
    return missing;
  }

  private static List<FieldSchema> fields(List<MilvusIndexes.Plan> plans, MilvusShape shape) {
    return shape.vectorFields().stream()
        .filter(field -> plans.stream().anyMatch(plan -> plan.field().equals(field.getName())))
        .toList();
  }

  private boolean hasScanIndex(CollectionName name, List<FieldSchema> fields)
      throws DrillbookException, InterruptedException {
    return catalog.indexes(name).stream()
        .anyMatch(index ->
            index.getIndexName().startsWith(MilvusLoads.SCAN_INDEX)
                && fields.stream().anyMatch(field -> field.getName().equals(index.getFieldName())));
  }

  private void create(CollectionName name, MilvusIndexes.Plan plan)
      throws DrillbookException, InterruptedException {
    rpc.run(
        "index " + plan.name() + " of " + name + " could not be built",
        MilvusCatalog.database(name),
        FailureKind.INCOMPATIBLE_TARGET,
        stub -> stub.createIndex(plan.creation(name)));
  }

  private void flush(CollectionName name) throws DrillbookException, InterruptedException {
    String what = "collection " + name + " could not be flushed";
    FlushResponse flushed =
        rpc.call(
            what,
            MilvusCatalog.database(name),
            stub -> stub.flush(FlushRequest.newBuilder().addCollectionNames(name.name()).build()),
            FlushResponse::getStatus);
    GetFlushStateRequest question =
        GetFlushStateRequest.newBuilder()
            .setCollectionName(name.name())
            .setFlushTs(
                Optional.ofNullable(flushed.getCollFlushTsMap().get(name.name())).orElse(0L))
            .addAllSegmentIDs(
                flushed.containsCollSegIDs(name.name())
                    ? flushed.getCollSegIDsOrThrow(name.name()).getDataList()
                    : List.of())
            .build();
    long deadline = System.nanoTime() + LONGEST_FLUSH.toNanos();
    while (!isFlushed(what, name, question)) {
      if (System.nanoTime() - deadline > 0) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE, what + ": it was not after " + LONGEST_FLUSH);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean isFlushed(String what, CollectionName name, GetFlushStateRequest question)
      throws DrillbookException, InterruptedException {
    return rpc.call(
            what,
            MilvusCatalog.database(name),
            stub -> stub.getFlushState(question),
            GetFlushStateResponse::getStatus)
        .getFlushed();
  }
}
