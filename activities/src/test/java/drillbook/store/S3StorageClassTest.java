package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import drillbook.store.VersionedStore.Version;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Storage classes, against a server that does what Amazon documents of them: the S3 server of the
 * other tests has none.
 */
final class S3StorageClassTest {
  private static final Version ARTIFACT =
      new Version("docs/backups/a", "v1", 200_000, true, false, "");
  private static final String COPIED =
      "<CopyObjectResult><ETag>\"1\"</ETag>"
          + "<LastModified>2026-11-21T00:00:00Z</LastModified></CopyObjectResult>";

  @TempDir Path folder;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile String storageClass = "";
  private volatile String made = "v2";
  private volatile boolean ignores;

  @BeforeEach
  void a_server() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void it_ends() {
    server.stop(0);
  }

  @Test
  void an_artifact_is_copied_onto_itself_and_paid_for_once() throws Exception {
    store().moveToInfrequentAccess(ARTIFACT);
    assertThat(asked)
        .containsExactly(
            "PUT null STANDARD_IA bucket/docs/backups/a COPY", "HEAD null", "DELETE versionId=v1");
  }

  @Test
  void without_versions_nothing_is_deleted() throws Exception {
    made = "";
    store().moveToInfrequentAccess(ARTIFACT);
    assertThat(asked).noneMatch(request -> request.startsWith("DELETE"));
  }

  @Test
  void a_store_that_takes_the_request_and_does_nothing_is_found_out() throws Exception {
    ignores = true;
    DrillbookException failure =
        catchThrowableOfType(
            DrillbookException.class, () -> store().moveToInfrequentAccess(ARTIFACT));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED);
    assertThat(asked).noneMatch(request -> request.startsWith("DELETE"));
  }

  private VersionedStore store() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "secret");
    return new S3Store(
        new StoreAddress(
            "s3://bucket",
            Map.of("endpoint", "http://127.0.0.1:" + server.getAddress().getPort()),
            new SecretReference("file:" + key),
            new SecretReference("file:" + key)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String method = exchange.getRequestMethod();
      String words = method + " " + exchange.getRequestURI().getQuery();
      byte[] body = {};
      if (method.equals("PUT")) {
        String wanted = exchange.getRequestHeaders().getFirst("x-amz-storage-class");
        words +=
            " "
                + wanted
                + " "
                + exchange.getRequestHeaders().getFirst("x-amz-copy-source")
                + " "
                + exchange.getRequestHeaders().getFirst("x-amz-metadata-directive");
        storageClass = ignores ? "" : wanted;
        if (!made.isEmpty()) {
          exchange.getResponseHeaders().set("x-amz-version-id", made);
        }
        body = COPIED.getBytes(StandardCharsets.UTF_8);
      }
      asked.add(words);
      if (method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Long.toString(ARTIFACT.bytes()));
        if (!storageClass.isEmpty()) {
          exchange.getResponseHeaders().set("x-amz-storage-class", storageClass);
        }
      }
      exchange.sendResponseHeaders(
          method.equals("DELETE") ? 204 : 200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
