package drillbook.setting;

import java.util.Objects;

/**
 * Which Temporal is used.
 *
 * @param address {@code host:port}; empty for a service inside this process
 * @param namespace the namespace there
 * @param taskQueue where workers listen
 * @param tls how the connection is protected
 * @param ui where its web UI is, for links in messages; an empty string leaves them out
 */
public record TemporalAddress(
    String address, String namespace, String taskQueue, Tls tls, String ui) {
  /** The namespace when none is named. */
  public static final String NAMESPACE = "default";

  /** The task queue when none is named. */
  public static final String TASK_QUEUE = "drillbook";

  /** A service inside this process. */
  public static final TemporalAddress IN_PROCESS =
      new TemporalAddress("", NAMESPACE, TASK_QUEUE, Tls.OFF);

  /** Rejects what is no address. */
  public TemporalAddress {
    Objects.requireNonNull(tls, "tls == null");
    if (!address.isEmpty() && !address.matches("[^\\s/]+:[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "a Temporal server is given as HOST:PORT: '" + address + "'");
    }
    if (namespace.isBlank() || taskQueue.isBlank()) {
      throw new IllegalArgumentException("namespace and task queue must not be empty");
    }
    if (!ui.isEmpty() && !ui.matches("https?://[^\\s@/]+(/[^\\s@]*)?")) {
      throw new IllegalArgumentException(
          "the web UI is given as http://host:port or https://host, without a user");
    }
  }

  /** Creates an address whose web UI is not known. */
  public TemporalAddress(String address, String namespace, String taskQueue, Tls tls) {
    this(address, namespace, taskQueue, tls, "");
  }

  /** Tells whether the service runs inside this process. */
  public boolean inProcess() {
    return address.isEmpty();
  }

  /**
   * How a connection is protected.
   *
   * @param enabled whether it is
   * @param ca file of the authorities that are believed (PEM); empty for those of the JDK
   * @param certificate file of our own certificate chain (PEM), or empty
   * @param key file of its private key (PEM, PKCS 8), or empty
   */
  public record Tls(boolean enabled, String ca, String certificate, String key) {
    /** No protection: for loopback. */
    public static final Tls OFF = new Tls(false, "", "", "");

    /** Rejects a certificate without a key and the other way round. */
    public Tls {
      if (certificate.isEmpty() != key.isEmpty()) {
        throw new IllegalArgumentException("certificate and key are given together");
      }
    }
  }
}
