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
   * Reads records as they are now.
   *
   * @param limit the most records; 0 for all that match
   * @param guarantee the timestamp whose writes must be seen at least; 0 for all writes so far
   */
  QueryResults read(
      MilvusShape shape, List<String> partitions, String filter, int limit, long guarantee)
      throws DrillbookException, InterruptedException {
    QueryRequest request = request(shape, partitions, filter, limit, guarantee, catalog.server());
    return send("records of " + shape.name() + " could not be read", shape, request);
  }

  /**
   * Returns the request for records, in the order of their keys where they are limited.
   *
   * <p>Servers that are asked for that order take a guaranteed timestamp for the very moment to
   * look at, and not for the earliest. A record upserted since would be read in its old version,
   * which Milvus may have compacted away by then: in none. They are asked for all writes so far at
   * each page instead. Source: Milvus 2.4 to 2.6, internal/proxy/task_query.go: an iterator's
   * guarantee becomes its MVCC timestamp.
   */
  static QueryRequest request(
      MilvusShape shape,
      List<String> partitions,
      String filter,
      int limit,
      long guarantee,
      MilvusLine server) {
    QueryRequest.Builder request =
        request(shape, partitions).setExpr(filter).addAllOutputFields(shape.asked());
    if (guarantee == 0 || server.ordersOnRequest()) {
      request.setConsistencyLevel(ConsistencyLevel.Strong);
    } else {
      request.setConsistencyLevel(ConsistencyLevel.Customized).setGuaranteeTimestamp(guarantee);
    }
    if (limit > 0) {
      request.addQueryParams(MilvusSchema.pair("limit", Integer.toString(limit)));
      if (server.ordersOnRequest()) {
        // Without these a page's records are any that match, and the next page skips some.
        request
            .addQueryParams(MilvusSchema.pair("iterator", "True"))
            .addQueryParams(MilvusSchema.pair("reduce_stop_for_best", "True"));
      }
    }
    return request.build();
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
