package drillbook.engine.pinecone;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.Quote;
import java.net.URI;
import java.util.Locale;
import okhttp3.HttpUrl;

/**
 * Which hosts may get the API key: those below pinecone.io over TLS, and for a control plane on
 * loopback, loopback. An answer of the control plane names the hosts of indexes, and is not trusted
 * with that.
 */
final class PineconeHosts {
  private static final String DOMAIN = "pinecone.io";

  private PineconeHosts() {}

  /**
   * Returns the address of the control plane.
   *
   * @throws DrillbookException CONFIGURATION when the key must not go there
   */
  static HttpUrl controlPlane(URI url) throws DrillbookException {
    HttpUrl parsed = HttpUrl.parse(url.toString());
    if (parsed == null || !(isPinecone(parsed) || isLoopback(parsed))) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "pinecone cannot be reached: the key is sent to hosts below "
              + DOMAIN
              + " over https only, and not to "
              + (parsed == null ? url : parsed.scheme() + "://" + parsed.host()),
          "Give the control plane as https://api.pinecone.io.");
    }
    return parsed.newBuilder().query(null).fragment(null).build();
  }

  /**
   * Returns the address of an index.
   *
   * @param host as the control plane describes it: a name, with a port on loopback
   * @throws DrillbookException CORRUPT when the key must not go there
   */
  static HttpUrl dataPlane(HttpUrl control, String index, String host) throws DrillbookException {
    boolean local = isLoopback(control);
    // Whatever could be a path, a user or a port in disguise is no host.
    boolean plain = host.matches(local ? "[A-Za-z0-9.\\[\\]:-]+" : "[A-Za-z0-9.-]+");
    HttpUrl url = plain ? HttpUrl.parse((local ? "http://" : "https://") + host) : null;
    if (url == null || !(local ? isLoopback(url) : isPinecone(url))) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "index "
              + index
              + " cannot be reached: the control plane names a host to which the key is not sent: '"
              + Quote.of(host)
              + "'",
          "Check that " + control.host() + " is Pinecone's own, and that no proxy stands between.");
    }
    return url;
  }

  private static boolean isPinecone(HttpUrl url) {
    String host = url.host().toLowerCase(Locale.ROOT);
    return url.isHttps()
        && url.port() == 443
        && url.username().isEmpty()
        && host.endsWith("." + DOMAIN);
  }

  private static boolean isLoopback(HttpUrl url) {
    String host = url.host();
    return url.username().isEmpty()
        && (host.equals("localhost")
            || host.equals("::1")
            || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"));
  }
}
