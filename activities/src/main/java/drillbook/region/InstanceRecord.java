package drillbook.region;

import drillbook.engine.EngineAddress;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/**
 * Where an instance is that was brought up; what a provisioner answers, and what the store keeps.
 *
 * @param url where it listens
 * @param credential password or token, by reference; an empty string for none
 * @param options what its engine alone understands
 */
record InstanceRecord(String url, String credential, Map<String, String> options) {
  /** Rejects a url that is none, and a credential that is no reference, without repeating them. */
  InstanceRecord {
    options = Map.copyOf(options);
    address("chroma", url, credential, options);
  }

  EngineAddress address(String engine) {
    return address(engine, url, credential, options);
  }

  private static EngineAddress address(
      String engine, String url, String credential, Map<String, String> options) {
    try {
      return new EngineAddress(engine, new URI(url), new SecretReference(credential), options);
    } catch (URISyntaxException e) {
      // The reason only, and not as a cause: the text may carry a password.
      throw new IllegalArgumentException("no URL: " + e.getReason());
    }
  }
}
