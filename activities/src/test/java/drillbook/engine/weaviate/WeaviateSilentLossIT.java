package drillbook.engine.weaviate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Alias;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.Requirement;
import drillbook.engine.Requirement.Standing;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalS3;
import drillbook.localserver.LocalWeaviate;
import drillbook.localserver.RealServers;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.rest.RestJson;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Weaviate answers with a success while something is missing. */
class WeaviateSilentLossIT {
  private static final String ID = "00000000-0000-0000-0000-00000000000";
  private static final RecordLayout DENSE =
      RecordLayout.dense(new VectorField("", ElementType.F32, 3, false));

  @TempDir Path folder;

  @Test
  void sl_15_fresh_objects_are_counted_although_nodes_tell_none() throws Exception {
    String url = RealServers.weaviate().url();
    try (WeaviateHttp http = TestingWeaviate.http(url);
        Engine engine = TestingWeaviate.open(url, SecretReference.NONE)) {
      CollectionName name = TestingWeaviate.newName("fresh");
      create(http, name, "'multiTenancyConfig':{'enabled':true}");
      tenants(http, "POST", name, "{'name':'one'},{'name':'two'}");
      TestingWeaviate.write(engine, name, "one", records(4000));
      TestingWeaviate.write(engine, name, "two", records(70));
      Object nodes =
          http.get(
              "no nodes",
              http.url("nodes", name.name()).newBuilder().query("output=verbose").build());
      assertThat(RestJson.text(nodes))
          .as("what nodes tell of 4070 objects")
          .contains("\"stats\":{\"objectCount\":0,\"shardCount\":2}");
      assertThat(engine.control().count(name, "one")).isEqualTo(4000);
      assertThat(engine.control().count(name, "two")).isEqualTo(70);
      engine.control().drop(name);
    }
  }

  @Test
  void sl_16_inactive_tenants_are_captured_and_put_back() throws Exception {
    requireCapturedAndPutBack("'enabled':true");
    requireCapturedAndPutBack("'enabled':true,'autoTenantActivation':true");
  }

  private static void requireCapturedAndPutBack(String tenancy) throws Exception {
    String url = RealServers.weaviate().url();
    try (WeaviateHttp http = TestingWeaviate.http(url);
        Engine engine = TestingWeaviate.open(url, SecretReference.NONE)) {
      CollectionName name = withTenants(http, tenancy);
      tenants(http, "PUT", name, "{'name':'asleep','activityStatus':'COLD'}");
      assertThat(TestingWeaviate.seen(engine, name).size()).isEqualTo(2);
      assertThat(engine.control().count(name, "asleep")).isEqualTo(1);
      assertThat(new WeaviateTenants(http).statuses(name))
          .isEqualTo(Map.of("awake", "HOT", "asleep", "COLD"));
      assertThat(requirement(engine, "tenants").found()).contains("1 inactive", "put back");
      engine.control().drop(name);
    }
  }

  @Test
  void sl_16_an_offloaded_tenant_fails_the_capture_by_name() throws Exception {
    LocalS3 s3 = RealServers.s3();
    s3.createBucket("weaviate-offload");
    Map<String, String> environment =
        Map.of(
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true",
            "ENABLE_MODULES", "offload-s3",
            "OFFLOAD_S3_BUCKET", "weaviate-offload",
            "OFFLOAD_S3_ENDPOINT", s3.url(),
            "AWS_REGION", s3.region(),
            "AWS_ACCESS_KEY_ID", s3.accessKey().resolve(),
            "AWS_SECRET_ACCESS_KEY", s3.secretKey().resolve());
    try (LocalWeaviate server = start(environment);
        WeaviateHttp http = TestingWeaviate.http(server.url());
        Engine engine = TestingWeaviate.open(server.url(), SecretReference.NONE)) {
      CollectionName name = withTenants(http, "'enabled':true");
      tenants(http, "PUT", name, "{'name':'asleep','activityStatus':'FROZEN'}");
      WeaviateTenants tenants = new WeaviateTenants(http);
      for (int i = 0; i < 120 && !"FROZEN".equals(tenants.statuses(name).get("asleep")); i++) {
        Thread.sleep(250);
      }
      assertThat(tenants.statuses(name)).containsEntry("asleep", "FROZEN");
      CollectionSchema schema = engine.control().schema(name);
      assertThat(schema.tenants()).containsExactly("asleep", "awake");
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> TestingWeaviate.seen(engine, name),
              () -> engine.control().count(name, "asleep"))) {
        DrillbookException failure = requireFailure(FailureKind.UNSUPPORTED, call);
        assertThat(failure).hasMessageContaining("tenant asleep").hasMessageContaining("offloaded");
        assertThat(failure.hint()).contains("Load it");
      }
      Requirement told = requirement(engine, "tenants");
      assertThat(told.standing()).isEqualTo(Standing.MISSING);
      assertThat(told.found()).contains(name + "/asleep");
    }
  }

  @Test
  void sl_17_a_list_cut_by_lack_of_permission_is_not_an_empty_one() throws Exception {
    Map<String, String> environment =
        Map.of(
            "AUTHENTICATION_APIKEY_ENABLED", "true",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS", "root-key,backup-key,nobody-key",
            "AUTHENTICATION_APIKEY_USERS", "root,backup,nobody",
            "AUTHORIZATION_RBAC_ENABLED", "true",
            "AUTHORIZATION_RBAC_ROOT_USERS", "root");
    try (LocalWeaviate server = start(environment);
        WeaviateHttp http = new WeaviateHttp(URI.create(server.url()), credential("root-key"));
        Engine root = TestingWeaviate.open(server.url(), credential("root-key"));
        Engine backup = TestingWeaviate.open(server.url(), credential("backup-key"));
        Engine nobody = TestingWeaviate.open(server.url(), credential("nobody-key"))) {
      assertThat(root.control().collections()).as("nothing is there").isEmpty();
      CollectionName name = withTenants(http, "'enabled':true");
      assertThat(backupPermission(() -> nobody.control().collections()))
          .contains("read_collections");
      role(http, "1", "{'action':'read_collections','collections':{'collection':'*'}}");
      assertThat(backup.control().collections()).containsExactly(name);
      assertThat(backupPermission(() -> backup.control().schema(name))).contains("read_tenants");
      role(http, "2", "{'action':'read_tenants','tenants':{'collection':'*','tenant':'*'}}");
      assertThat(requireFailure(FailureKind.DENIED, () -> backup.control().schema(name)))
          .hasMessageContaining("read_data");
      role(http, "3", "{'action':'read_data','data':{'collection':'*'}}");
      assertThat(backupPermission(() -> backup.control().schema(name))).contains("read_aliases");
      Requirement told = requirement(backup, "permissions to back up");
      assertThat(told.standing()).isEqualTo(Standing.MISSING);
      assertThat(told.found()).contains("read_aliases, read_nodes").doesNotContain("read_data");
      role(http, "4", "{'action':'read_aliases','aliases':{'collection':'*','alias':'*'}}");
      assertThat(backup.control().schema(name).tenants()).containsExactly("asleep", "awake");
      assertThat(TestingWeaviate.seen(backup, name).size()).isEqualTo(2);
      assertThat(requireFailure(FailureKind.DENIED, () -> backup.control().drop(name)))
          .hasMessageContaining("delete_collections");
      assertThat(requirement(nobody, "classes in sight").standing()).isEqualTo(Standing.MISSING);
    }
  }

  @Test
  void an_alias_outlives_its_class_and_is_told() throws Exception {
    String url = RealServers.weaviate().url();
    try (WeaviateHttp http = TestingWeaviate.http(url);
        Engine engine = TestingWeaviate.open(url, SecretReference.NONE)) {
      CollectionName gone = TestingWeaviate.newName("gone");
      create(http, gone, "'vectorIndexType':'hnsw'");
      Alias alias = new Alias(TestingWeaviate.newName("alias"), gone);
      engine.control().pointAlias(alias);
      assertThat(engine.control().drop(gone)).isTrue();
      assertThat(engine.control().aliases()).contains(alias);
      requireFailure(
          FailureKind.CONFLICT,
          () -> engine.control().create(TestingWeaviate.foreign(alias.name(), DENSE, "uuid")));
      requireFailure(FailureKind.NOT_FOUND, () -> engine.control().pointAlias(alias));
      assertThat(engine.control().dropAlias(alias.name())).isTrue();
    }
  }

  @Test
  void a_batch_that_succeeds_with_a_failed_object_fails() throws Exception {
    String url = RealServers.weaviate().url();
    try (WeaviateHttp http = TestingWeaviate.http(url);
        Engine engine = TestingWeaviate.open(url, SecretReference.NONE)) {
      CollectionName name = TestingWeaviate.newName("failed");
      create(http, name, "'vectorIndexType':'hnsw'");
      CollectionSchema unknown = engine.control().schema(name);
      TestingWeaviate.objects(http, "{'class':'%s','id':'%s1','vector':[1,2]}".formatted(name, ID));
      DrillbookException failure =
          requireFailure(
              FailureKind.INCOMPATIBLE_TARGET,
              () -> {
                try (var writer = engine.records().writer(unknown, "")) {
                  writer.write(records(1));
                }
              });
      assertThat(failure)
          .hasMessageContaining("length 3")
          .hasMessageContaining("0000-000000000000");
      requireFailure(
          FailureKind.INCOMPATIBLE_TARGET,
          () -> TestingWeaviate.write(engine, name, "", records(9)));
      assertThat(engine.control().count(name, "")).isEqualTo(1);
      engine.control().drop(name);
    }
  }

  @Test
  void an_object_whose_vector_is_refused_is_stored_all_the_same_so_that_it_is_not_sent()
      throws Exception {
    String url = RealServers.weaviate().url();
    try (WeaviateHttp http = TestingWeaviate.http(url);
        Engine engine = TestingWeaviate.open(url, SecretReference.NONE)) {
      CollectionName name = TestingWeaviate.newName("stored");
      create(http, name, "'vectorIndexType':'hnsw'");
      RecordBatch batch =
          new RecordBatch(RecordLayout.dense(new VectorField("", ElementType.F32, 0, false)));
      for (int i = 0; i < 20; i++) {
        batch.ids().add(RecordId.of(new UUID(7, i)));
        batch.vectors().getFirst().add(new float[] {i, 1, 2}, 0, 2 + i % 2);
        batch.endRecord();
      }
      DrillbookException failure =
          requireFailure(
              FailureKind.INCOMPATIBLE_TARGET,
              () -> TestingWeaviate.write(engine, name, "", batch));
      assertThat(failure).hasMessageContaining("3 elements, not 2");
      assertThat(engine.control().count(name, "")).isZero();
      engine.control().drop(name);
    }
  }

  private static RecordBatch records(int count) {
    RecordBatch batch = new RecordBatch(DENSE);
    for (int i = 0; i < count; i++) {
      batch.ids().add(RecordId.of(new UUID(7, i)));
      batch.vectors().getFirst().add(new float[] {i, 1, 2}, 0, 3);
      batch.endRecord();
    }
    return batch;
  }

  /** Makes a class with an object in each of two tenants. */
  private static CollectionName withTenants(WeaviateHttp http, String tenancy) throws Exception {
    CollectionName name = TestingWeaviate.newName("two");
    create(http, name, "'multiTenancyConfig':{" + tenancy + "}");
    tenants(http, "POST", name, "{'name':'awake'},{'name':'asleep'}");
    int number = 0;
    for (String tenant : List.of("awake", "asleep")) {
      TestingWeaviate.objects(
          http,
          "{'class':'%s','tenant':'%s','id':'%s%d','vector':[1,2]}"
              .formatted(name, tenant, ID, ++number));
    }
    return name;
  }

  private static void create(WeaviateHttp http, CollectionName name, String description)
      throws Exception {
    TestingWeaviate.send(http, "POST", "schema", "{'class':'" + name + "'," + description + "}");
  }

  private static void tenants(WeaviateHttp http, String method, CollectionName name, String json)
      throws Exception {
    TestingWeaviate.send(http, method, "schema/" + name + "/tenants", "[" + json + "]");
  }

  /** Gives the user of backups one more permission. */
  private static void role(WeaviateHttp http, String name, String permission) throws Exception {
    TestingWeaviate.send(
        http,
        "POST",
        "authz/roles",
        "{'name':'role%s','permissions':[%s]}".formatted(name, permission));
    TestingWeaviate.send(
        http,
        "POST",
        "authz/users/backup/assign",
        "{'roles':['role%s'],'userType':'db'}".formatted(name));
  }

  /** Returns the hint of a denied call: which permission it asks for. */
  private static String backupPermission(ThrowingCallable call) {
    return requireFailure(FailureKind.DENIED, call).hint();
  }

  private static DrillbookException requireFailure(FailureKind kind, ThrowingCallable call) {
    DrillbookException failure = catchThrowableOfType(DrillbookException.class, call);
    assertThat(failure).as("a failure of kind " + kind).isNotNull();
    assertThat(failure.kind()).as(String.valueOf(failure.getMessage())).isEqualTo(kind);
    return failure;
  }

  private static Requirement requirement(Engine engine, String subject) throws Exception {
    return engine.control().requirements().stream()
        .filter(each -> each.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  private LocalWeaviate start(Map<String, String> environment) throws Exception {
    RealServers.installed("weaviate", LocalWeaviate.PACKAGE);
    return LocalWeaviate.start(
        RealServers.cache(),
        folder.resolve("server"),
        new LocalWeaviate.Options("node1", environment));
  }

  private SecretReference credential(String key) throws Exception {
    Path file = folder.resolve(key);
    Files.writeString(file, key);
    return new SecretReference("file:" + file);
  }
}
