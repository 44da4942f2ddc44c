package drillbook.engine.milvus;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.ConsistencyLevel;
import io.milvus.grpc.QueryRequest;
import io.milvus.grpc.QueryResults;
import java.util.List;

/** Questions to loaded collections. */
final class MilvusQueries {
  private static final String COUNT = "count(*)";

  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;

  MilvusQueries(MilvusRpc rpc, MilvusCatalog catalog) {
    this.rpc = rpc;
    this.catalog = catalog;
  }

  /**
   * Counts records, with strong consistency.
   *
   * @param named the names of the collection's tenants
   * @param filter which of them; all where it is empty
   */
  long count(MilvusShape shape, String tenant, List<String> named, String filter)
      throws DrillbookException, InterruptedException {
    return count(shape, tenant, named, filter, ConsistencyLevel.Strong);
  }

  /** The same, without those that were written just now: it waits for nothing. */
  long estimate(MilvusShape shape, String tenant, List<String> named, String filter)
      throws DrillbookException, InterruptedException {
    return count(shape, tenant, named, filter, ConsistencyLevel.Eventually);
  }

  private long count(
      MilvusShape shape, String tenant, List<String> named, String filter, ConsistencyLevel level)
      throws DrillbookException, InterruptedException {
    QueryRequest request =
        request(shape, partitions(shape, tenant, named))
            .setExpr(filter)
            .setConsistencyLevel(level)
            .addOutputFields(COUNT)
            .build();
    QueryResults answer =
        send("records of " + shape.name() + " could not be counted", shape, request);
    for (var field : answer.getFieldsDataList()) {
      if (field.getScalars().hasLongData()
          && field.getScalars().getLongData().getDataCount() == 1) {
        return field.getScalars().getLongData().getData(0);
      }
    }
    throw new DrillbookException(
        FailureKind.CORRUPT,
        "records of " + shape.name() + " could not be counted: the answer has no count");
  }

  /**
   * Reads records.
   *
   * @param limit the most records; 0 for all that match
   * @param guarantee the timestamp whose writes must be seen; 0 for all writes so far
   */
  QueryResults read(
      MilvusShape shape, List<String> partitions, String filter, int limit, long guarantee)
      throws DrillbookException, InterruptedException {
    QueryRequest.Builder request =
        request(shape, partitions).setExpr(filter).addAllOutputFields(shape.asked());
    if (guarantee == 0) {
      request.setConsistencyLevel(ConsistencyLevel.Strong);
    } else {
      request.setConsistencyLevel(ConsistencyLevel.Customized).setGuaranteeTimestamp(guarantee);
    }
    if (limit > 0) {
      request.addQueryParams(MilvusSchema.pair("limit", Integer.toString(limit)));
      if (catalog.server().ordersOnRequest()) {
        // Without these a page's records are any that match, and the next page skips some.
        request
            .addQueryParams(MilvusSchema.pair("iterator", "True"))
            .addQueryParams(MilvusSchema.pair("reduce_stop_for_best", "True"));
      }
    }
    return send("records of " + shape.name() + " could not be read", shape, request.build());
  }

  private QueryResults send(String what, MilvusShape shape, QueryRequest request)
      throws DrillbookException, InterruptedException {
    return rpc.call(
        what,
        MilvusCatalog.database(shape.name()),
        stub -> stub.query(request),
        QueryResults::getStatus);
  }

  private static QueryRequest.Builder request(MilvusShape shape, List<String> partitions) {
    return QueryRequest.newBuilder()
        .setCollectionName(shape.name().name())
        .addAllPartitionNames(partitions);
  }

  /** Returns the partitions that hold a tenant's records; none means all. */
  static List<String> partitions(MilvusShape shape, String tenant, List<String> named) {
    if (!tenant.equals(CollectionSchema.NO_TENANT)) {
      return List.of(tenant);
    }
    return named.isEmpty() || shape.byPartitionKey()
        ? List.of()
        : List.of(MilvusCatalog.DEFAULT_PARTITION);
  }
}
