package drillbook.engine;

import drillbook.secret.SecretReference;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/**
 * Where a live engine is and how it is spoken to. Holds no secret.
 *
 * @param engine the engine's word: {@code chroma}, {@code pgvector}, ...
 * @param url Chroma: {@code http://host:port}; pgvector: {@code postgresql://user@host:port/db}
 * @param credential password or token, by reference
 * @param options what this engine alone understands, by kebab-case name; unknown ones are refused
 */
public record EngineAddress(
    String engine, URI url, SecretReference credential, Map<String, String> options) {
  /** Rejects a url that carries a password, without repeating it. */
  public EngineAddress {
    Objects.requireNonNull(engine, "engine == null");
    Objects.requireNonNull(credential, "credential == null");
    options = Map.copyOf(options);
    String user = url.getRawUserInfo();
    if (user != null && user.contains(":")) {
      throw new IllegalArgumentException(
          "the url carries a password; give it as credential env:NAME or file:/path instead");
    }
  }

  /** Returns an address without credential and options. */
  public static EngineAddress of(String engine, String url) {
    return new EngineAddress(engine, URI.create(url), SecretReference.NONE, Map.of());
  }
}
