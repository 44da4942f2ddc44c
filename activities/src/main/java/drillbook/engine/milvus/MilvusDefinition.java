package drillbook.engine.milvus;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import io.milvus.grpc.CreateCollectionRequest;
import io.milvus.grpc.CreateDatabaseRequest;
import io.milvus.grpc.CreatePartitionRequest;
import io.milvus.grpc.DropCollectionRequest;
import java.util.List;

/** Creates collections. */
final class MilvusDefinition {
  private final MilvusRpc rpc;
  private final MilvusCatalog catalog;
  private final MilvusLine line;

  MilvusDefinition(MilvusRpc rpc, MilvusCatalog catalog, MilvusLine line) {
    this.rpc = rpc;
    this.catalog = catalog;
    this.line = line;
  }

  void create(CollectionSchema schema) throws DrillbookException, InterruptedException {
    requireFit(schema, line);
    CollectionName place = MilvusCatalog.placed(schema.name());
    MilvusLine server = catalog.server();
    if (server != line) {
      // An older server takes fields that it does not know, and then fails to read them.
      requireFit(schema, server);
    }
    if (catalog.find(place).isPresent()) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "collection " + place + " could not be created: it exists",
          "Choose another name, or drop it first.");
    }
    String database = MilvusCatalog.database(place);
    if (!catalog.databases().contains(database)) {
      rpc.run(
          "database " + database + " could not be created",
          "",
          FailureKind.INCOMPATIBLE_TARGET,
          stub ->
              stub.createDatabase(CreateDatabaseRequest.newBuilder().setDbName(database).build()));
    }
    CreateCollectionRequest request = MilvusSchema.request(schema, server == MilvusLine.LITE);
    rpc.run(
        "collection " + place + " could not be created",
        database,
        FailureKind.INCOMPATIBLE_TARGET,
        stub -> stub.createCollection(request));
    try {
      createPartitions(place, schema.tenants());
    } catch (DrillbookException | InterruptedException e) {
      drop(place);
      throw e;
    }
  }

  private void createPartitions(CollectionName place, List<String> tenants)
      throws DrillbookException, InterruptedException {
    for (String tenant : tenants) {
      if (!tenant.equals(CollectionSchema.NO_TENANT)) {
        rpc.run(
            "partition " + tenant + " of " + place + " could not be created",
            MilvusCatalog.database(place),
            FailureKind.INCOMPATIBLE_TARGET,
            stub ->
                stub.createPartition(
                    CreatePartitionRequest.newBuilder()
                        .setCollectionName(place.name())
                        .setPartitionName(tenant)
                        .build()));
      }
    }
  }

  private void drop(CollectionName place) throws DrillbookException, InterruptedException {
    rpc.run(
        "collection " + place + " could not be dropped",
        MilvusCatalog.database(place),
        FailureKind.UNAVAILABLE,
        stub ->
            stub.dropCollection(
                DropCollectionRequest.newBuilder().setCollectionName(place.name()).build()));
  }

  /** Fails unless servers of a line can hold a schema. */
  static void requireFit(CollectionSchema schema, MilvusLine line) throws DrillbookException {
    String reason = reason(schema, line);
    if (!reason.isEmpty()) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          "collection "
              + schema.name()
              + " cannot be created: milvus "
              + line.word()
              + " cannot hold it: "
              + reason);
    }
  }

  private static String reason(CollectionSchema schema, MilvusLine line) {
    EngineProfile profile = line.profile();
    RecordLayout layout = schema.layout();
    if (!schema.name().name().matches(profile.names().grammar())) {
      return "names match " + profile.names().grammar();
    }
    if (layout.sparse().size() > profile.vectors().sparse().most()) {
      return "it has no sparse vectors";
    }
    boolean writesNone = layout.vectors().isEmpty() && layout.sparse().isEmpty();
    if (writesNone && !MilvusSchema.computesVectors(schema)) {
      return "its records have at least one vector";
    }
    if (!profile.vectors().many() && layout.vectors().size() != 1) {
      return "its records have exactly one dense vector";
    }
    for (VectorField vector : layout.vectors()) {
      if (!profile.vectors().elementTypes().contains(vector.elementType()) || vector.multi()) {
        return "it has no vectors like " + vector;
      }
      if (vector.dimension() > profile.vectors().maxDimension() || vector.dimension() == 0) {
        return "vectors have 1 to " + profile.vectors().maxDimension() + " elements";
      }
      if (!vector.name().isEmpty() && !vector.name().matches(profile.vectors().grammar())) {
        return "names of vectors match " + profile.vectors().grammar();
      }
    }
    boolean tenants = !schema.tenants().equals(List.of(CollectionSchema.NO_TENANT));
    if (tenants && !profile.has(Capability.TENANTS)) {
      return "its collections have no tenants within";
    }
    return "";
  }
}
