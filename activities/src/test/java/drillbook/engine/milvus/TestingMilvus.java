package drillbook.engine.milvus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.MutationResult;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the tests of the Milvus adapter share. */
public final class TestingMilvus {
  private TestingMilvus() {}

  /** Returns an adapter for servers of a line. */
  static MilvusEngine open(String url, String line) throws Exception {
    return open(url, line, SecretReference.NONE);
  }

  static MilvusEngine open(String url, String line, SecretReference credential) throws Exception {
    return new MilvusEngine(
        new EngineAddress(MilvusEngine.NAME, URI.create(url), credential, Map.of("line", line)),
        InstantSource.system());
  }

  static CollectionName newName(String hint) {
    return new CollectionName(
        List.of("default"), hint + "_" + UUID.randomUUID().toString().substring(0, 8));
  }

  /**
   * Returns the schema of a collection as a user of Milvus makes it.
   *
   * @param fields Milvus's own schema, JSON
   */
  static CollectionSchema own(CollectionName name, String fields, MilvusSchema.Settings settings)
      throws Exception {
    MilvusShape shape = shape(name, fields);
    return new CollectionSchema(
        name,
        shape.layout(),
        shape.idType(),
        List.of(),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        Map.of(
            MilvusSchema.ATTRIBUTE,
            fields,
            MilvusSchema.SETTINGS,
            new ObjectMapper().writeValueAsString(settings)));
  }

  /** Returns the shape of a collection of Milvus's own schema, JSON. */
  static MilvusShape shape(CollectionName name, String fields) throws Exception {
    io.milvus.grpc.CollectionSchema.Builder schema = io.milvus.grpc.CollectionSchema.newBuilder();
    JsonFormat.parser().merge(fields, schema);
    return MilvusShape.of(name, DescribeCollectionResponse.newBuilder().setSchema(schema).build());
  }

  /** Deletes records past the adapter. */
  public static void delete(String url, CollectionSchema schema, String tenant, List<byte[]> ids)
      throws Exception {
    try (MilvusRpc rpc = new MilvusRpc(URI.create(url), SecretReference.NONE)) {
      MilvusShape shape = new MilvusCatalog(rpc).describe(schema.name());
      List<MilvusKeys.Key> keys = new ArrayList<>();
      for (byte[] id : ids) {
        keys.add(MilvusKeys.of(shape, id));
      }
      rpc.call(
          "records could not be deleted",
          "default",
          FailureKind.INTERNAL,
          stub ->
              stub.delete(
                  DeleteRequest.newBuilder()
                      .setCollectionName(schema.name().name())
                      .setPartitionName(tenant)
                      .setExpr(MilvusKeys.among(shape, keys))
                      .build()),
          MutationResult::getStatus);
    }
  }
}
