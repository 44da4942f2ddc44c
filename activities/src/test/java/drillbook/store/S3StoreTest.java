package drillbook.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How refusals of S3 are told; against answers made here, since real stores seldom give them. */
class S3StoreTest {
  @TempDir Path temporary;
  private SecretReference key;

  @BeforeEach
  void writeKey() throws IOException {
    Path file = Files.writeString(temporary.resolve("key"), "AKIDEXAMPLE\n");
    key = new SecretReference("file:" + file);
  }

  @ParameterizedTest
  @CsvSource({
    "503, SlowDown, UNAVAILABLE",
    "500, InternalError, UNAVAILABLE",
    "429, TooManyRequests, UNAVAILABLE",
    "409, ConditionalRequestConflict, UNAVAILABLE",
    "400, RequestTimeout, UNAVAILABLE",
    "400, BadDigest, UNAVAILABLE",
    "403, AccessDenied, DENIED",
    "403, SignatureDoesNotMatch, DENIED",
    "403, RequestTimeTooSkewed, DENIED",
    "404, NoSuchBucket, NOT_FOUND",
    "507, XMinioStorageFull, EXHAUSTED",
    "403, QuotaExceeded, EXHAUSTED",
    "400, AuthorizationHeaderMalformed, CONFIGURATION",
    "400, InvalidArgument, CONFIGURATION",
    "501, NotImplemented, UNSUPPORTED"
  })
  void a_refusal_says_who_acts_in_the_stores_words(int status, String code, FailureKind kind)
      throws Exception {
    AtomicInteger requests = new AtomicInteger();
    byte[] body =
        ("<?xml version=\"1.0\"?><Error><Code>"
                + code
                + "</Code><Message>The store's own words</Message></Error>")
            .getBytes(UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "application/xml");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (ArtifactStore store = store(server.getAddress().getPort())) {
      DrillbookException refused =
          catchThrowableOfType(
              DrillbookException.class, () -> store.putNew("t/manifest.json", new byte[3]));
      assertThat(refused.kind()).isEqualTo(kind);
      assertThat(refused)
          .hasMessage(
              "artifact t/manifest.json could not be put: The store's own words ("
                  + code
                  + ") [PUT s3://bucket/p/t/manifest.json "
                  + status
                  + "]");
      assertThat(refused.hint().isEmpty()).isEqualTo(kind == FailureKind.UNAVAILABLE);
      assertThat(requests).as("requests, none of them repeated").hasValue(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_connection_that_breaks_is_no_end_of_an_artifact() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket socket = server.accept()) {
                  socket.getInputStream().read(new byte[8192]);
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"
                              .getBytes(UTF_8));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      try (ArtifactStore store = store(server.getLocalPort());
          InputStream in = store.read("segment", 0, -1)) {
        IOException broken = catchThrowableOfType(IOException.class, in::readAllBytes);
        assertThat(broken).isNotNull();
        assertThat(ArtifactStore.failureOf("segment", broken).kind())
            .isEqualTo(FailureKind.UNAVAILABLE);
      }
      answering.join();
    }
  }

  @Test
  void a_store_that_does_not_answer_is_unavailable() throws Exception {
    int closed;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = server.getLocalPort();
    }
    try (ArtifactStore store = store(closed)) {
      DrillbookException thrown =
          catchThrowableOfType(DrillbookException.class, () -> store.list("", "", 1));
      assertThat(thrown.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(thrown).hasMessageContaining("refused").hasMessageContaining("s3://bucket/p/");
    }
  }

  @Test
  void a_key_that_cannot_be_looked_up_is_told_as_such() throws Exception {
    StoreAddress address =
        new StoreAddress(
            "s3://bucket",
            Map.of("endpoint", "http://127.0.0.1:1"),
            new SecretReference("file:" + temporary.resolve("nowhere")),
            key);
    try (ArtifactStore store = Stores.open(address)) {
      DrillbookException thrown =
          catchThrowableOfType(DrillbookException.class, () -> store.list("", "", 1));
      assertThat(thrown.kind()).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(thrown).hasMessageContaining("nowhere");
    }
  }

  @Test
  void an_interrupted_thread_stops() throws Exception {
    try (ArtifactStore store = store(1)) {
      Thread.currentThread().interrupt();
      InterruptedException thrown =
          catchThrowableOfType(InterruptedException.class, () -> store.list("", "", 1));
      assertThat(thrown).isNotNull();
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  private ArtifactStore store(int port) throws DrillbookException {
    return Stores.open(
        new StoreAddress(
            "s3://bucket/p", Map.of("endpoint", "http://127.0.0.1:" + port), key, key));
  }
}
