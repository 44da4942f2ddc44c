package drillbook.localserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalServersIT {
  @TempDir Path folder;

  @Test
  void chroma_keeps_its_data_and_its_address_over_a_crash() throws Exception {
    RealServers.installed("chroma", LocalChroma.PACKAGE);
    try (LocalChroma chroma = LocalChroma.start(RealServers.cache(), folder)) {
      String collections = "/api/v2/tenants/default_tenant/databases/default_database/collections";
      String url = chroma.url();
      assertThat(post(url + collections, "{\"name\":\"kept_over_a_crash\"}")).isEqualTo(200);
      long pid = chroma.pid();

      chroma.kill();
      assertThat(chroma.isAlive()).isFalse();
      assertThat(ProcessHandle.of(pid)).isEmpty();
      chroma.restart();

      assertThat(chroma.url()).isEqualTo(url);
      assertThat(get(url + collections)).contains("kept_over_a_crash");
      assertThat(chroma.dataFolder().resolve("chroma.sqlite3")).exists();
    }
  }

  @Test
  void two_milvus_servers_run_beside_each_other_and_end_without_a_trace() throws Exception {
    RealServers.installed("milvus", LocalMilvus.PACKAGE);
    LocalMilvus first = LocalMilvus.start(RealServers.cache(), folder.resolve("first"));
    LocalMilvus second = LocalMilvus.start(RealServers.cache(), folder.resolve("second"));
    ProcessHandle process = ProcessHandle.of(first.pid()).orElseThrow();
    try {
      assertThat(first.url()).isNotEqualTo(second.url());
      assertThat(process.info().command().orElseThrow()).endsWith("/bin/milvus");
      assertThat(process.descendants()).isEmpty();
    } finally {
      first.close();
      second.close();
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void milvus_lite_comes_back_after_a_crash_at_its_address() throws Exception {
    RealServers.installed("milvus-lite", LocalMilvusLite.PACKAGE);
    try (LocalMilvusLite lite = LocalMilvusLite.start(RealServers.cache(), folder)) {
      String url = lite.url();
      lite.kill();
      lite.restart();
      assertThat(lite.url()).isEqualTo(url);
      assertThat(lite.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PG18, 18., 0.8.5, pgvector",
    "PG16, 16., 0.8.5, pgvector",
    "OLD, 16.2, 0.6.2, pgvector-old"
  })
  void postgres_has_the_vector_extension(
      LocalPostgres.Version version, String server, String extension, String requirement)
      throws Exception {
    LocalPostgres postgres = RealServers.postgres(version);
    try (Connection connection = postgres.connect()) {
      assertThat(connection.getMetaData().getDatabaseProductVersion()).startsWith(server);
      assertThat(one(connection, "select extversion from pg_extension where extname = 'vector'"))
          .isEqualTo(extension);
      assertThat(one(connection, "select '[1,2]'::vector <-> '[1,4]'::vector")).isEqualTo("2");
      assertThat(one(connection, "show data_checksums")).isEqualTo("on");
      assertThat(one(connection, "show fsync")).isEqualTo("on");
    }
    assertThat(postgres.programs().resolve("pg_dump")).isExecutable();
    assertThat(requirement).startsWith("pgvector");
  }

  @Test
  void postgres_keeps_what_was_committed_before_a_crash() throws Exception {
    RealServers.postgres(LocalPostgres.Version.PG18);
    String url;
    try (LocalPostgres postgres = start(folder, Map.of("work_mem", "5MB"))) {
      url = postgres.url();
      try (Connection connection = postgres.connect();
          Statement statement = connection.createStatement()) {
        assertThat(one(connection, "show work_mem")).isEqualTo("5MB");
        statement.execute("create table kept (v vector(2))");
        statement.execute("insert into kept values ('[1,2]')");
      }
      postgres.kill();
      postgres.restart();
      assertThat(postgres.url()).isEqualTo(url);
      try (Connection connection = postgres.connect()) {
        assertThat(one(connection, "select v from kept")).isEqualTo("[1,2]");
      }
    }
    try (LocalPostgres again = start(folder, Map.of());
        Connection connection = again.connect()) {
      assertThat(one(connection, "select v from kept")).isEqualTo("[1,2]");
    }
  }

  @Test
  void postgres_stops_at_once_although_a_client_is_connected() throws Exception {
    RealServers.postgres(LocalPostgres.Version.PG18);
    LocalPostgres postgres = start(folder, Map.of());
    long pid = postgres.pid();
    try (Connection connection = postgres.connect()) {
      assertThat(connection.isValid(5)).isTrue();
      postgres.close();
      assertThat(ProcessHandle.of(pid)).isEmpty();
    }
    assertThat(Files.readString(postgres.log())).contains("fast shutdown request");
  }

  @Test
  void postgres_asks_for_the_password_that_only_we_can_read() throws Exception {
    LocalPostgres postgres = RealServers.postgres(LocalPostgres.Version.PG18);
    String jdbc = "jdbc:" + postgres.url().replace("drillbook@", "");
    assertThatThrownBy(() -> DriverManager.getConnection(jdbc, "drillbook", "guess").close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
    Path password = Path.of(postgres.credential().reference().substring("file:".length()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
        .isEqualTo("rw-------");
    assertThat(postgres.dataFolder().resolveSibling(".").toFile().list())
        .containsExactlyInAnyOrder("data", "password", "postgres.log");
  }

  @Test
  void postgres_refuses_a_folder_that_holds_something_else() throws Exception {
    RealServers.postgres(LocalPostgres.Version.PG18);
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    DrillbookException refused =
        catchThrowableOfType(DrillbookException.class, () -> start(folder, Map.of()).close());
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refused).hasMessageContaining("it holds something else");
    assertThat(folder.resolve("thesis.txt")).hasContent("mine");
  }

  @Test
  void postgres_says_which_account_cannot_enter_its_folder() throws Exception {
    RealServers.postgres(LocalPostgres.Version.PG18);
    assumeTrue(Account.isRoot(), "only root changes to another account");
    DrillbookException refused =
        catchThrowableOfType(
            DrillbookException.class, () -> start(folder.resolve("below"), Map.of()).close());
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refused).hasMessageContaining("has no way in").hasMessageContaining("below");
    assertThat(refused.hint()).contains("o+x");
  }

  @Test
  void a_server_that_does_not_come_up_shows_its_last_log_lines() throws Exception {
    RealServers.postgres(LocalPostgres.Version.PG18);
    assertThatThrownBy(() -> start(folder, Map.of("no_such_setting", "1")).close())
        .isInstanceOf(DrillbookException.class)
        .hasMessageContaining("PostgreSQL 18 could not be started: it ended with exit code 1")
        .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
  }

  @Test
  void s3_serves_buckets_to_those_who_sign() throws Exception {
    LocalS3 s3 = RealServers.s3();
    s3.createBucket("signed-only");
    assertThat(get(s3.url() + "/signed-only")).contains("AccessDenied");
    assertThat(s3.accessKey().resolve()).hasSize(20).isNotEqualTo(s3.secretKey().resolve());
  }

  @Test
  void temporal_has_search_attributes_and_a_web_ui_where_asked_for() throws Exception {
    RealServers.installed("temporal", LocalTemporal.PACKAGE);
    LocalTemporal.Options options =
        new LocalTemporal.Options(true, true, Map.of("DrillbookTarget", "Keyword"), List.of());
    try (LocalTemporal temporal = LocalTemporal.start(RealServers.cache(), folder, options)) {
      OperatorServiceStubs stubs =
          OperatorServiceStubs.newServiceStubs(
              OperatorServiceStubsOptions.newBuilder()
                  .setTarget(temporal.address())
                  .validateAndBuildWithDefaults());
      try {
        assertThat(
                stubs
                    .blockingStub()
                    .listSearchAttributes(
                        ListSearchAttributesRequest.newBuilder().setNamespace("default").build())
                    .getCustomAttributesMap())
            .containsKey("DrillbookTarget");
      } finally {
        stubs.shutdownNow();
      }
      assertThat(get(temporal.ui().orElseThrow())).contains("<html");
      assertThat(folder.resolve("temporal.db")).exists();
    }
  }

  @Test
  void temporal_starts_headless_and_stops_without_a_trace() {
    LocalTemporal temporal = RealServers.temporal();
    assertThat(temporal.ui()).isEmpty();
    assertThat(temporal.isAlive()).isTrue();
  }

  @Test
  void weaviate_keeps_its_data_and_its_address_over_a_crash_beside_another() throws Exception {
    String other = RealServers.weaviate().url();
    try (LocalWeaviate weaviate =
        LocalWeaviate.start(
            RealServers.cache(),
            folder,
            new LocalWeaviate.Options(
                "node2", Map.of("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true")))) {
      String url = weaviate.url();
      assertThat(url).isNotEqualTo(other);
      assertThat(post(url + "/v1/schema", "{\"class\":\"KeptOverACrash\"}")).isEqualTo(200);
      long pid = weaviate.pid();

      weaviate.kill();
      assertThat(ProcessHandle.of(pid)).isEmpty();
      weaviate.restart();

      assertThat(weaviate.url()).isEqualTo(url);
      assertThat(get(url + "/v1/schema")).contains("KeptOverACrash");
      assertThat(get(url + "/v1/nodes")).contains("\"node2\"").doesNotContain("\"node1\"");
      assertThat(get(other + "/v1/schema")).doesNotContain("KeptOverACrash");
      assertThat(weaviate.dataFolder()).isNotEmptyDirectory();
    }
  }

  @Test
  void servers_listen_on_loopback_only() throws Exception {
    List<InetAddress> others =
        Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    String postgres = RealServers.postgres(LocalPostgres.Version.PG18).url();
    for (String url :
        List.of(
            RealServers.chroma().url(),
            RealServers.s3().url(),
            RealServers.weaviate().url(),
            postgres,
            "temporal://" + RealServers.temporal().address())) {
      for (InetAddress other : others) {
        assertThatThrownBy(() -> new Socket(other, URI.create(url).getPort()).close())
            .as(url)
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void a_failed_installation_shows_the_tools_words_and_leaves_nothing() {
    PackageCache cache = new PackageCache(folder, line -> {});
    PinnedPackage wrong = new PinnedPackage.Python("wrong", "1", List.of("not a name==1"));
    DrillbookException failed =
        catchThrowableOfType(DrillbookException.class, () -> cache.install(wrong));
    assertThat(failed)
        .hasMessageContaining("wrong 1 could not be installed")
        .hasMessageContaining("not a name");
    assertThat(failed.hint()).contains("Python Package Index");
    assertThat(folder.resolve("wrong-1")).doesNotExist();
    assertThat(folder.resolve("wrong-1.building")).doesNotExist();
  }

  private static LocalPostgres start(Path home, Map<String, String> settings)
      throws DrillbookException, InterruptedException {
    return LocalPostgres.start(RealServers.cache(), LocalPostgres.Version.PG18, home, settings);
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static String get(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    try (var in =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int post(String url, String json) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    return connection.getResponseCode();
  }
}
