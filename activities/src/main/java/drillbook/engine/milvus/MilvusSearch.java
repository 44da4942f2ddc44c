package drillbook.engine.milvus;

import com.google.protobuf.ByteString;
import drillbook.engine.NearestQuery;
import drillbook.engine.Neighbour;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.Reserved;
import io.milvus.grpc.ConsistencyLevel;
import io.milvus.grpc.DslType;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.PlaceholderGroup;
import io.milvus.grpc.PlaceholderType;
import io.milvus.grpc.PlaceholderValue;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.SearchRequest;
import io.milvus.grpc.SearchResultData;
import io.milvus.grpc.SearchResults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Searches for the nearest records. */
final class MilvusSearch {
  /** Wide enough to look at every record of what a drill searches. */
  private static final int EXHAUSTIVE = 32_768;

  private static final int USUAL_WIDTH = 64;

  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;

  MilvusSearch(MilvusRpc rpc, MilvusCatalog catalog) {
    this.rpc = rpc;
    this.catalog = catalog;
  }

  /** Searches a loaded collection. */
  List<Neighbour> nearest(NearestQuery query, MilvusShape shape, List<String> named)
      throws DrillbookException, InterruptedException {
    String what = "nearest records of " + shape.name() + " could not be searched";
    FieldSchema field =
        shape
            .fieldOf(query.vector())
            .orElseThrow(() ->
                new DrillbookException(
                    FailureKind.NOT_FOUND, what + ": it has no vector '" + query.vector() + "'"));
    String type = "";
    String metric = "L2";
    for (IndexDescription index : catalog.indexes(shape.name())) {
      if (index.getFieldName().equals(field.getName())) {
        type = MilvusShape.value(index.getParamsList(), "index_type").orElse("");
        metric = MilvusShape.value(index.getParamsList(), "metric_type").orElse(metric);
      }
    }
    SearchRequest.Builder request =
        SearchRequest.newBuilder()
            .setCollectionName(shape.name().name())
            .addAllPartitionNames(MilvusQueries.partitions(shape, query.tenant(), named))
            .setDslType(DslType.BoolExprV1)
            .setNq(1)
            .setPlaceholderGroup(placeholders(field, query.bits()))
            .setConsistencyLevel(ConsistencyLevel.Strong)
            .addSearchParams(MilvusSchema.pair("anns_field", field.getName()))
            .addSearchParams(MilvusSchema.pair("topk", Integer.toString(query.k())))
            .addSearchParams(MilvusSchema.pair("metric_type", metric))
            .addSearchParams(MilvusSchema.pair("params", parameters(type, query)))
            .addSearchParams(MilvusSchema.pair("round_decimal", "-1"))
            .addOutputFields(shape.key().getName());
    if (shape.dynamic()) {
      request.addOutputFields(MilvusShape.META);
    }
    if (shape.parts()) {
      request.addOutputFields(Reserved.KEY);
    }
    SearchResults answer =
        rpc.call(
            what,
            MilvusCatalog.database(shape.name()),
            stub -> stub.search(request.build()),
            SearchResults::getStatus);
    return neighbours(shape, answer.getResults(), metric);
  }

  private static List<Neighbour> neighbours(
      MilvusShape shape, SearchResultData found, String metric) throws DrillbookException {
    List<FieldData> columns = new ArrayList<>();
    for (FieldData column : found.getFieldsDataList()) {
      if (!column.getFieldName().equals(shape.key().getName())) {
        columns.add(column);
      }
    }
    ScalarField.Builder keys = ScalarField.newBuilder();
    if (found.getIds().hasIntId()) {
      keys.setLongData(found.getIds().getIntId());
    } else {
      keys.setStringData(found.getIds().getStrId());
    }
    columns.add(
        FieldData.newBuilder().setFieldName(shape.key().getName()).setScalars(keys).build());
    MilvusReader reader = new MilvusReader(shape.withoutScalars(), columns);
    List<Neighbour> neighbours = new ArrayList<>();
    for (int row = 0; row < reader.rows(); row++) {
      double score = found.getScores(row);
      double distance =
          MilvusIndexes.metric(metric)
              .map(known ->
                  switch (known) {
                    case COSINE -> 1 - score;
                    case INNER_PRODUCT -> -score;
                    default -> score;
                  })
              .orElse(-score);
      neighbours.add(new Neighbour(reader.id(row), distance));
    }
    neighbours.sort(Comparator.comparingDouble(Neighbour::distance));
    return neighbours;
  }

  /** An index is searched as widely as it can be where an exact answer is wanted. */
  private static String parameters(String type, NearestQuery query) {
    int width = query.exact() ? EXHAUSTIVE : Math.max(USUAL_WIDTH, query.k());
    if (type.contains("HNSW")) {
      return "{\"ef\":" + Math.max(width, query.k()) + "}";
    }
    if (type.contains("IVF")) {
      return "{\"nprobe\":" + (query.exact() ? EXHAUSTIVE * 2 : USUAL_WIDTH) + "}";
    }
    return "{}";
  }

  private static ByteString placeholders(FieldSchema field, byte[] bits) {
    PlaceholderType type =
        switch (field.getDataType()) {
          case BinaryVector -> PlaceholderType.BinaryVector;
          case Float16Vector -> PlaceholderType.Float16Vector;
          case BFloat16Vector -> PlaceholderType.BFloat16Vector;
          case SparseFloatVector -> PlaceholderType.SparseFloatVector;
          case Int8Vector -> PlaceholderType.Int8Vector;
          default -> PlaceholderType.FloatVector;
        };
    return PlaceholderGroup.newBuilder()
        .addPlaceholders(
            PlaceholderValue.newBuilder()
                .setTag("$0")
                .setType(type)
                .addValues(ByteString.copyFrom(bits)))
        .build()
        .toByteString();
  }
}
