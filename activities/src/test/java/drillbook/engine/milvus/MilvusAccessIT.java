package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Throwables;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryNotes;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalMilvus;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.secret.SecretReference;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.CreateRoleRequest;
import io.milvus.grpc.GrantEntity;
import io.milvus.grpc.GrantorEntity;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.ObjectEntity;
import io.milvus.grpc.OperatePrivilegeRequest;
import io.milvus.grpc.OperatePrivilegeType;
import io.milvus.grpc.OperateUserRoleRequest;
import io.milvus.grpc.OperateUserRoleType;
import io.milvus.grpc.PrivilegeEntity;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.Status;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a Milvus is reached, and in which state a capture leaves it. */
class MilvusAccessIT {
  @TempDir Path folder;

  @Test
  void a_server_that_asks_for_a_password_gets_it_and_refuses_another() throws Exception {
    RealServers.installed("milvus", LocalMilvus.PACKAGE);
    try (LocalMilvus milvus =
        LocalMilvus.start(
            RealServers.cache(),
            folder.resolve("server"),
            Map.of("common.security.authorizationEnabled", "true"))) {
      String wrong = "root:hunter2-Zq81";
      for (SecretReference refused : List.of(SecretReference.NONE, secret(wrong))) {
        try (MilvusEngine engine = TestingMilvus.open(milvus.url(), "2.3", refused)) {
          DrillbookException failure =
              catchThrowableOfType(DrillbookException.class, () -> engine.control().collections());
          assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(FailureKind.DENIED);
          assertThat(Throwables.getStackTraceAsString(failure)).doesNotContain(wrong);
        }
      }
      // Source: Milvus's documentation of authentication: what a fresh server's root is called.
      try (MilvusEngine engine = TestingMilvus.open(milvus.url(), "2.3", secret("root:Milvus"))) {
        assertThat(engine.control().collections()).isEmpty();
        assertThat(engine.control().requirements())
            .contains(
                Requirement.met("line", "2.3"),
                Requirement.met("version", "v2.3.5-lite"),
                Requirement.met("permissions", "user root may do everything"));
        assertThat(line(engine, "topology"))
            .satisfies(nodes -> {
              assertThat(nodes.standing()).isEqualTo(Standing.MET);
              assertThat(nodes.found()).contains("1 querynode", "1 rootcoord");
            });
      }
    }
  }

  @Test
  void who_may_do_what_is_asked_for() throws Exception {
    RealServers.installed("milvus", LocalMilvus.PACKAGE);
    try (LocalMilvus milvus =
            LocalMilvus.start(
                RealServers.cache(),
                folder.resolve("server"),
                Map.of("common.security.authorizationEnabled", "true"));
        MilvusRpc root = new MilvusRpc(URI.create(milvus.url()), secret("root:Milvus"))) {
      for (String user : List.of("nobody", "reader", "boss")) {
        run(
            root,
            stub ->
                stub.createCredential(
                    CreateCredentialRequest.newBuilder()
                        .setUsername(user)
                        .setPassword(
                            Base64.getEncoder()
                                .encodeToString("Secret1!".getBytes(StandardCharsets.UTF_8)))
                        .build()));
      }
      run(
          root,
          stub ->
              stub.createRole(
                  CreateRoleRequest.newBuilder()
                      .setEntity(RoleEntity.newBuilder().setName("backup"))
                      .build()));
      run(
          root,
          stub ->
              stub.operatePrivilege(
                  OperatePrivilegeRequest.newBuilder()
                      .setType(OperatePrivilegeType.Grant)
                      .setEntity(
                          GrantEntity.newBuilder()
                              .setRole(RoleEntity.newBuilder().setName("backup"))
                              .setObject(ObjectEntity.newBuilder().setName("Collection"))
                              .setObjectName("*")
                              .setGrantor(
                                  GrantorEntity.newBuilder()
                                      .setPrivilege(PrivilegeEntity.newBuilder().setName("Query"))))
                      .build()));
      for (String[] pair : new String[][] {{"reader", "backup"}, {"boss", "admin"}}) {
        run(
            root,
            stub ->
                stub.operateUserRole(
                    OperateUserRoleRequest.newBuilder()
                        .setUsername(pair[0])
                        .setRoleName(pair[1])
                        .setType(OperateUserRoleType.AddUserToRole)
                        .build()));
      }
      assertThat(permissions(milvus, "nobody").toString()).contains("MISSING", "has no role");
      assertThat(permissions(milvus, "reader").toString())
          .contains("UNKNOWN", "the roles backup with", "Query");
      assertThat(permissions(milvus, "boss"))
          .isEqualTo(Requirement.met("permissions", "user boss has the role admin"));
    }
  }

  private Requirement permissions(LocalMilvus milvus, String user) throws Exception {
    try (MilvusEngine engine =
        TestingMilvus.open(milvus.url(), "2.3", secret(user + ":Secret1!"))) {
      return line(engine, "permissions");
    }
  }

  private static Requirement line(MilvusEngine engine, String subject) throws Exception {
    return engine.control().requirements().stream()
        .filter(requirement -> requirement.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  private static void run(MilvusRpc rpc, MilvusRpc.Call<Status> call) throws Exception {
    rpc.run("it could not be prepared", "", FailureKind.CONFIGURATION, call);
  }

  @Test
  void a_collection_that_was_not_loaded_is_not_loaded_after_a_capture() throws Exception {
    String url = RealServers.milvus().url();
    CollectionSchema schema = schema();
    try (MilvusEngine writer = TestingMilvus.open(url, "2.3")) {
      writer.control().create(schema);
      RecordBatch batch = new RecordBatch(schema.layout());
      batch.ids().add(RecordId.of("one"));
      batch.vectors().getFirst().add(new float[] {1, 2}, 0, 2);
      batch.endRecord();
      writer.records().writer(schema, "").write(batch);
    }
    try (MilvusRpc rpc = new MilvusRpc(URI.create(url), SecretReference.NONE)) {
      MilvusCatalog catalog = new MilvusCatalog(rpc);
      MilvusLoads look = new MilvusLoads(rpc, catalog);
      assertThat(look.state(schema.name(), List.of())).isEqualTo(LoadState.LoadStateNotLoad);
      try (MilvusEngine reader = TestingMilvus.open(url, "2.3")) {
        CollectionSchema before = reader.control().schema(schema.name());
        MemoryNotes notes = new MemoryNotes();
        try (var capture = reader.records().begin(List.of(before), notes)) {
          CaptureToken token = capture.token();
          int[] records = new int[1];
          for (CaptureToken.Range range : token.ranges()) {
            reader
                .records()
                .read(token, range, "", notes, (batch, cursor) -> records[0] += batch.size());
          }
          assertThat(records[0]).isEqualTo(1);
          assertThat(look.state(schema.name(), List.of())).isEqualTo(LoadState.LoadStateLoaded);
          assertThat(catalog.indexes(schema.name())).hasSize(1);
          assertThat(reader.control().schema(schema.name()))
              .as("what a user has of it")
              .isEqualTo(before);
        }
      }
      assertThat(look.state(schema.name(), List.of())).isEqualTo(LoadState.LoadStateNotLoad);
      assertThat(catalog.indexes(schema.name())).isEmpty();
    }
    try (MilvusEngine engine = TestingMilvus.open(url, "2.3")) {
      assertThat(engine.control().drop(schema.name())).isTrue();
    }
  }

  @Test
  void ranges_of_a_live_collection_hold_each_record_once() throws Exception {
    String url = RealServers.milvus().url();
    CollectionSchema schema = schema();
    try (MilvusEngine engine = TestingMilvus.open(url, "2.3");
        MilvusRpc rpc = new MilvusRpc(URI.create(url), SecretReference.NONE)) {
      engine.control().create(schema);
      RecordBatch batch = new RecordBatch(schema.layout());
      for (int i = 0; i < 4_000; i++) {
        batch.ids().add(RecordId.of("doc-" + i));
        batch.vectors().getFirst().add(new float[] {i, 2}, 0, 2);
        batch.endRecord();
      }
      engine.records().writer(schema, "").write(batch);
      assertThat(engine.control().count(schema.name(), "")).isEqualTo(4_000);
      MilvusCatalog catalog = new MilvusCatalog(rpc);
      MilvusShape shape = catalog.describe(schema.name());
      MilvusQueries queries = new MilvusQueries(rpc, catalog);
      List<MilvusSplit.Part> parts =
          new MilvusSplit(shape, 1_000, filter -> queries.count(shape, "", List.of(), filter))
              .parts();
      assertThat(parts).hasSize(4);
      long sum = 0;
      for (MilvusSplit.Part part : parts) {
        String filter = MilvusKeys.between(shape, bound(part.after()), bound(part.upTo()));
        long size = queries.count(shape, "", List.of(), filter);
        assertThat(size).isBetween(500L, 1_500L);
        sum += size;
      }
      assertThat(sum).isEqualTo(4_000);
      engine.control().drop(schema.name());
    }
  }

  @Test
  void an_address_that_is_none_is_refused_without_asking_anybody() {
    for (String url : List.of("postgresql://127.0.0.1:19530", "milvus.db")) {
      assertThat(
              catchThrowableOfType(
                  DrillbookException.class,
                  () -> new MilvusEngine(EngineAddress.of("milvus", url), InstantSource.system())))
          .extracting(DrillbookException::kind)
          .isEqualTo(FailureKind.CONFIGURATION);
    }
    for (Map<String, String> options : List.of(Map.of("line", "9"), Map.of("lines", "2.3"))) {
      assertThat(
              catchThrowableOfType(
                  DrillbookException.class,
                  () ->
                      new MilvusEngine(
                          new EngineAddress(
                              "milvus",
                              URI.create("http://127.0.0.1:1"),
                              SecretReference.NONE,
                              options),
                          InstantSource.system())))
          .extracting(DrillbookException::kind)
          .isEqualTo(FailureKind.CONFIGURATION);
    }
  }

  private static java.util.Optional<String> bound(String token) {
    return token.isEmpty()
        ? java.util.Optional.empty()
        : java.util.Optional.of(MilvusKeys.ofToken(token));
  }

  private static CollectionSchema schema() {
    return new CollectionSchema(
        TestingMilvus.newName("access"),
        RecordLayout.dense(new VectorField("v", ElementType.F32, 2, false)),
        "text",
        List.of(),
        List.of(""),
        List.of(),
        Map.of());
  }

  private SecretReference secret(String value) throws Exception {
    Path file = Files.createTempFile(folder, "secret", "");
    Files.writeString(file, value);
    return new SecretReference("file:" + file);
  }
}
