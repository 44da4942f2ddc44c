package drillbook.engine.milvus;

import com.google.protobuf.util.JsonFormat;
import io.milvus.grpc.CreateIndexRequest;
import io.milvus.grpc.DataType;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.DescribeIndexRequest;
import io.milvus.grpc.DescribeIndexResponse;
import io.milvus.grpc.DropIndexRequest;
import io.milvus.grpc.FieldSchema;
import io.milvus.grpc.FlushRequest;
import io.milvus.grpc.FlushResponse;
import io.milvus.grpc.GetFlushStateRequest;
import io.milvus.grpc.GetFlushStateResponse;
import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.grpc.GetLoadStateResponse;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.GetVersionResponse;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.IndexState;
import io.milvus.grpc.LoadCollectionRequest;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.ReleaseCollectionRequest;
import io.milvus.grpc.Status;
import io.milvus.shaded.io.grpc.Server;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Milvus of a version that cannot be run here, with one collection, as far as loading goes.
 *
 * <p>Source: Milvus 2.6, internal/proxy/task.go (a load is refused while a vector has no index,
 * with no number of its own), internal/datacoord/index_service.go; read 2026-11.
 */
final class TestingMilvusServer extends MilvusServiceGrpc.MilvusServiceImplBase
    implements AutoCloseable {
  private static final Status GOOD = Status.getDefaultInstance();

  private final io.milvus.grpc.CollectionSchema schema;
  private final Map<String, CreateIndexRequest> indexes = new TreeMap<>();
  private final Server server;
  private boolean loaded;

  /** Starts a server whose collection has Milvus's own schema, JSON, and is not loaded. */
  TestingMilvusServer(String fields) throws Exception {
    io.milvus.grpc.CollectionSchema.Builder builder = io.milvus.grpc.CollectionSchema.newBuilder();
    JsonFormat.parser().merge(fields, builder);
    this.schema = builder.build();
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  /** Returns where it listens. */
  String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** Returns each index's field, name, kind and metric. */
  synchronized List<String> indexes() {
    List<String> told = new ArrayList<>();
    indexes.forEach((field, index) ->
        told.add(
            String.join(
                " ",
                field,
                index.getIndexName(),
                MilvusShape.value(index.getExtraParamsList(), "index_type").orElse(""),
                MilvusShape.value(index.getExtraParamsList(), "metric_type").orElse(""))));
    return told;
  }

  synchronized boolean isLoaded() {
    return loaded;
  }

  @Override
  public void getVersion(GetVersionRequest request, StreamObserver<GetVersionResponse> answer) {
    send(answer, GetVersionResponse.newBuilder().setVersion("v2.6.4").build());
  }

  @Override
  public void describeCollection(
      DescribeCollectionRequest request, StreamObserver<DescribeCollectionResponse> answer) {
    send(
        answer,
        DescribeCollectionResponse.newBuilder()
            .setCollectionName(request.getCollectionName())
            .setSchema(schema)
            .build());
  }

  @Override
  public synchronized void describeIndex(
      DescribeIndexRequest request, StreamObserver<DescribeIndexResponse> answer) {
    DescribeIndexResponse.Builder all = DescribeIndexResponse.newBuilder();
    if (indexes.isEmpty()) {
      all.setStatus(refusal(700, "index not found"));
    }
    indexes.forEach((field, index) ->
        all.addIndexDescriptions(
            IndexDescription.newBuilder()
                .setFieldName(field)
                .setIndexName(index.getIndexName())
                .setState(IndexState.Finished)
                .addAllParams(index.getExtraParamsList())));
    send(answer, all.build());
  }

  @Override
  public synchronized void createIndex(CreateIndexRequest request, StreamObserver<Status> answer) {
    if (indexes.containsKey(request.getFieldName())) {
      send(answer, refusal(65535, "at most one distinct index is allowed per field"));
      return;
    }
    boolean bytes =
        schema.getFieldsList().stream()
            .filter(field -> field.getName().equals(request.getFieldName()))
            .anyMatch(field -> field.getDataType() == DataType.Int8Vector);
    String type = MilvusShape.value(request.getExtraParamsList(), "index_type").orElse("");
    if (bytes && !type.equals("HNSW")) {
      String words = "data type Int8Vector can't build with this index " + type;
      send(answer, refusal(1100, words));
      return;
    }
    indexes.put(request.getFieldName(), request);
    send(answer, GOOD);
  }

  @Override
  public synchronized void dropIndex(DropIndexRequest request, StreamObserver<Status> answer) {
    if (loaded) {
      send(answer, refusal(65535, "index cannot be dropped, collection is loaded"));
      return;
    }
    indexes.remove(request.getFieldName());
    send(answer, GOOD);
  }

  @Override
  public synchronized void loadCollection(
      LoadCollectionRequest request, StreamObserver<Status> answer) {
    List<String> bare =
        schema.getFieldsList().stream()
            .filter(field -> MilvusShape.isVector(field.getDataType()))
            .map(FieldSchema::getName)
            .filter(name -> !indexes.containsKey(name))
            .toList();
    if (bare.isEmpty()) {
      loaded = true;
      send(answer, GOOD);
    } else {
      String words = "there is no vector index on field: " + bare + ", please create index firstly";
      send(answer, refusal(65535, words));
    }
  }

  @Override
  public synchronized void releaseCollection(
      ReleaseCollectionRequest request, StreamObserver<Status> answer) {
    loaded = false;
    send(answer, GOOD);
  }

  @Override
  public synchronized void getLoadState(
      GetLoadStateRequest request, StreamObserver<GetLoadStateResponse> answer) {
    send(
        answer,
        GetLoadStateResponse.newBuilder()
            .setState(loaded ? LoadState.LoadStateLoaded : LoadState.LoadStateNotLoad)
            .build());
  }

  @Override
  public void flush(FlushRequest request, StreamObserver<FlushResponse> answer) {
    send(answer, FlushResponse.getDefaultInstance());
  }

  @Override
  public void getFlushState(
      GetFlushStateRequest request, StreamObserver<GetFlushStateResponse> answer) {
    send(answer, GetFlushStateResponse.newBuilder().setFlushed(true).build());
  }

  private static Status refusal(int code, String words) {
    return Status.newBuilder().setCode(code).setReason(words).build();
  }

  private static <T> void send(StreamObserver<T> to, T answer) {
    to.onNext(answer);
    to.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
