package drillbook.temporal;

import com.uber.m3.tally.Scope;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.setting.TemporalAddress;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A Temporal server; workers elsewhere do the work. */
public final class RemoteTemporal implements TemporalHost {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;
  private final TemporalAddress address;

  private RemoteTemporal(WorkflowServiceStubs stubs, TemporalAddress address) {
    this.stubs = stubs;
    this.client = WorkflowClient.newInstance(stubs, Workers.clientOptions(address.namespace()));
    this.address = address;
  }

  /**
   * Connects.
   *
   * @throws DrillbookException UNAVAILABLE when the server does not answer within seconds,
   *     NOT_FOUND when it has no such namespace, CONFIGURATION when a TLS file cannot be used
   */
  public static RemoteTemporal connect(TemporalAddress address) throws DrillbookException {
    return connect(address, null);
  }

  /** Connects, and reports metrics to a scope where there is one. */
  public static RemoteTemporal connect(TemporalAddress address, @Nullable Scope metrics)
      throws DrillbookException {
    WorkflowServiceStubsOptions.Builder options =
        WorkflowServiceStubsOptions.newBuilder()
            .setTarget(address.address())
            .setRpcLongPollTimeout(Duration.ofSeconds(15));
    if (metrics != null) {
      options.setMetricsScope(metrics);
    }
    protect(options, address.tls());
    WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(options.build());
    boolean connected = false;
    try {
      stubs.connect(PATIENCE);
      stubs
          .blockingStub()
          .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .describeNamespace(
              DescribeNamespaceRequest.newBuilder().setNamespace(address.namespace()).build());
      connected = true;
      return new RemoteTemporal(stubs, address);
    } catch (StatusRuntimeException | IllegalStateException e) {
      throw unreachable(address, e);
    } finally {
      if (!connected) {
        stubs.shutdownNow();
      }
    }
  }

  @Override
  public WorkflowClient client() {
    return client;
  }

  @Override
  public TemporalAddress address() {
    return address;
  }

  @Override
  public boolean broken() {
    return false;
  }

  @Override
  public void close() {
    stubs.shutdown();
    try {
      if (!stubs.awaitTermination(1, TimeUnit.SECONDS)) {
        stubs.shutdownNow();
      }
    } catch (RuntimeException e) {
      stubs.shutdownNow();
    }
  }

  private static DrillbookException unreachable(TemporalAddress address, RuntimeException e) {
    if (e instanceof StatusRuntimeException status
        && status.getStatus().getCode() == Status.Code.NOT_FOUND) {
      return new DrillbookException(
          FailureKind.NOT_FOUND,
          "Temporal at " + address.address() + " has no namespace '" + address.namespace() + "'",
          "Name another one by --namespace, or create it there.",
          e);
    }
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        "Temporal at " + address.address() + " could not be reached: " + words(e),
        "Start a server there, or leave --temporal out to run inside this process.",
        e);
  }

  private static String words(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StatusRuntimeException status) {
        String description = status.getStatus().getDescription();
        return status.getStatus().getCode() + (description == null ? "" : ": " + description);
      }
    }
    return Objects.requireNonNullElse(e.getMessage(), "no answer");
  }

  private static void protect(WorkflowServiceStubsOptions.Builder options, TemporalAddress.Tls tls)
      throws DrillbookException {
    if (!tls.enabled()) {
      return;
    }
    try {
      SimpleSslContextBuilder context =
          tls.certificate().isEmpty()
              ? SimpleSslContextBuilder.noKeyOrCertChain()
              : SimpleSslContextBuilder.forPKCS8(bytes(tls.certificate()), bytes(tls.key()));
      if (!tls.ca().isEmpty()) {
        context.setTrustManager(authorities(tls.ca()));
      }
      options.setSslContext(context.build());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "a TLS file for Temporal could not be used: " + e.getMessage(),
          "Check temporal.tls in drillbook.yaml: PEM files, the key as PKCS 8.",
          e);
    }
  }

  private static ByteArrayInputStream bytes(String file) throws IOException {
    return new ByteArrayInputStream(Files.readAllBytes(Path.of(file)));
  }

  private static TrustManager authorities(String file)
      throws IOException, GeneralSecurityException {
    KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
    believed.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509").generateCertificates(bytes(file))) {
      believed.setCertificateEntry("ca-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(believed);
    return factory.getTrustManagers()[0];
  }
}
