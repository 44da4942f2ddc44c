package drillbook.engine.milvus;

import com.google.common.util.concurrent.ListenableFuture;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceFutureStub;
import io.milvus.grpc.Status;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.milvus.shaded.io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls to a Milvus server: one connection, one attempt each, cancelled by an interrupt of the
 * caller. Safe for use by several threads.
 */
final class MilvusRpc implements AutoCloseable {
  /** Sends one request. */
  @FunctionalInterface
  interface Call<T> {
    ListenableFuture<T> send(MilvusServiceFutureStub stub);
  }

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration TIMEOUT_AT_END = Duration.ofSeconds(10);
  private static final int DEFAULT_PORT = 19530;

  /** A proxy sends at most 64 MiB unless it was told otherwise. */
  private static final int LARGEST_ANSWER = 512 << 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> DATABASE =
      Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER);

  private final URI url;
  private final SecretReference credential;
  private final MilvusFailures failures;
  private @Nullable ManagedChannel channel;
  private volatile Duration timeout = TIMEOUT;
  private boolean closed;

  MilvusRpc(URI url, SecretReference credential) throws DrillbookException {
    String scheme = String.valueOf(url.getScheme());
    if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "milvus cannot be reached: its url is neither http:// nor https://: " + url,
          "Give the server as http://host:19530.");
    }
    this.url = url;
    this.credential = credential;
    this.failures = new MilvusFailures(url);
  }

  /**
   * Sends a request and returns the answer, whose status is good.
   *
   * @param what what fails when the call does
   * @param database whose collections are meant; empty for calls that mean none
   * @param status where the answer keeps its status
   */
  <T> T call(String what, String database, Call<T> call, Function<T, Status> status)
      throws DrillbookException, InterruptedException {
    return call(what, database, FailureKind.CONFIGURATION, call, status);
  }

  /**
   * The same, for requests that carry what a backup holds.
   *
   * @param refused whose fault it is where the server says no more than that it will not
   */
  <T> T call(
      String what, String database, FailureKind refused, Call<T> call, Function<T, Status> status)
      throws DrillbookException, InterruptedException {
    T answer = send(what, database, call);
    failures.require(what, refused, status.apply(answer));
    return answer;
  }

  /** Sends a request whose answer is a status. */
  void run(String what, String database, FailureKind refused, Call<Status> call)
      throws DrillbookException, InterruptedException {
    call(what, database, refused, call, status -> status);
  }

  /** Tells whether no credential is sent. */
  boolean isAnonymous() {
    return !credential.isPresent();
  }

  /** Returns the name that the credential begins with; empty where there is none, or an API key. */
  String user() throws DrillbookException {
    if (isAnonymous()) {
      return "";
    }
    String words = credential.resolve().strip();
    return words.substring(0, Math.max(0, words.indexOf(':')));
  }

  /** Gives later calls seconds only: the adapter is being closed. */
  void hurry() {
    timeout = TIMEOUT_AT_END;
  }

  /** Fails unless the status of an answer from {@link #send} is good. */
  void require(String what, Status status) throws DrillbookException {
    failures.require(what, FailureKind.CONFIGURATION, status);
  }

  /** Sends a request and returns the answer, whatever its status is. */
  <T> T send(String what, String database, Call<T> call)
      throws DrillbookException, InterruptedException {
    MilvusServiceFutureStub stub =
        MilvusServiceGrpc.newFutureStub(channel())
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(database)))
            .withDeadlineAfter(timeout.toSeconds(), TimeUnit.SECONDS);
    ListenableFuture<T> future = call.send(stub);
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw failures.of(what, e.getCause());
    }
  }

  private Metadata headers(String database) throws DrillbookException {
    Metadata headers = new Metadata();
    if (!database.isEmpty()) {
      headers.put(DATABASE, database);
    }
    if (credential.isPresent()) {
      // Source: Milvus's proxy: a token is "user:password", or an API key, in Base64.
      byte[] token = credential.resolve().strip().getBytes(StandardCharsets.UTF_8);
      headers.put(AUTHORIZATION, Base64.getEncoder().encodeToString(token));
    }
    return headers;
  }

  private synchronized ManagedChannel channel() {
    if (closed) {
      throw new IllegalStateException("the adapter is closed");
    }
    ManagedChannel open = channel;
    if (open == null) {
      int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
      NettyChannelBuilder builder =
          NettyChannelBuilder.forAddress(url.getHost(), port)
              .maxInboundMessageSize(LARGEST_ANSWER)
              .disableRetry();
      open = url.getScheme().equals("https") ? builder.build() : builder.usePlaintext().build();
      channel = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
  }
}
