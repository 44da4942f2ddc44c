package drillbook.store;

import drillbook.secret.SecretReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where a store is and how it is reached; holds references to secrets, never secrets.
 *
 * @param location a folder, or {@code s3://bucket/prefix}
 * @param options for S3: {@code endpoint} (a URL, for stores other than Amazon's), {@code region},
 *     {@code path-style} (true or false; true by default where there is an endpoint)
 * @param accessKey for S3: where the access key's id is; none for the default AWS chain
 * @param secretKey for S3: where the secret key is; none for the default AWS chain
 */
public record StoreAddress(
    String location,
    Map<String, String> options,
    SecretReference accessKey,
    SecretReference secretKey) {
  private static final Set<String> OPTIONS = Set.of("endpoint", "region", "path-style");
  // Two letters at least: one is a drive.
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/|[^/]*://");
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  /** Rejects an address that cannot be right, whatever answers there. */
  public StoreAddress {
    options = Map.copyOf(options);
    if (location.isBlank()) {
      throw new IllegalArgumentException("a store is a folder or s3://bucket/prefix, not empty");
    }
    if (namesScheme(location) && !location.startsWith("s3://")) {
      throw new IllegalArgumentException(
          "a store is a folder or s3://bucket/prefix: " + shown(location));
    }
    Set<String> unknown = new TreeSet<>(options.keySet());
    unknown.removeAll(OPTIONS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("unknown store options: " + unknown);
    }
    if (accessKey.isPresent() != secretKey.isPresent()) {
      throw new IllegalArgumentException("access key and secret key are given both or not at all");
    }
    if (location.startsWith("s3://")) {
      checkS3(location, options);
    } else if (!options.isEmpty() || accessKey.isPresent()) {
      throw new IllegalArgumentException("a folder takes no options and no keys: " + location);
    }
  }

  /** Tells whether words are meant as an address, and not as a folder; also a mistyped one. */
  public static boolean namesScheme(String words) {
    return SCHEME.matcher(words).lookingAt();
  }

  /** Returns the address of a folder. */
  public static StoreAddress folder(Path folder) {
    return new StoreAddress(
        folder.toString(), Map.of(), SecretReference.NONE, SecretReference.NONE);
  }

  private static void checkS3(String location, Map<String, String> options) {
    String bucket = location.substring("s3://".length()).split("/", -1)[0];
    if (location.contains("@") || bucket.contains(":")) {
      throw new IllegalArgumentException(
          "keys do not stand in a location, references to them stand beside it: "
              + shown(location));
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(
          "no bucket name, which is lower-case letters, digits, dots and dashes: " + bucket);
    }
    String prefix = prefixIn(location);
    if (!prefix.isEmpty() && !StoreKeys.isKey(prefix)) {
      throw new IllegalArgumentException(
          "a prefix has parts [a-z0-9._-]+ joined by slashes: " + prefix);
    }
    String pathStyle = options.getOrDefault("path-style", "true");
    if (!pathStyle.equals("true") && !pathStyle.equals("false")) {
      throw new IllegalArgumentException("path-style is true or false: " + pathStyle);
    }
    String endpoint = options.get("endpoint");
    if (endpoint != null) {
      URI uri = endpoint(endpoint);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "an endpoint is http(s)://host[:port], without user or password");
      }
    }
  }

  private static URI endpoint(String words) {
    try {
      return new URI(words);
    } catch (URISyntaxException e) {
      // The reason only: the text may carry a password, and so does the exception.
      throw new IllegalArgumentException("an endpoint is no URL: " + e.getReason());
    }
  }

  /** Leaves out whatever could be a credential; secret keys may have slashes. */
  private static String shown(String location) {
    int start = location.indexOf(':') + 1;
    while (start < location.length() && location.charAt(start) == '/') {
      start++;
    }
    int at = location.lastIndexOf('@');
    if (at >= 0) {
      return location.substring(0, Math.min(start, at)) + "***" + location.substring(at);
    }
    boolean pair = location.indexOf(':', start) >= 0;
    return pair ? location.substring(0, start) + "***" : location;
  }

  /** Tells whether this is an S3 store. */
  public boolean isS3() {
    return location.startsWith("s3://");
  }

  /** Returns the bucket of an S3 store. */
  public String bucket() {
    return location.substring("s3://".length()).split("/", -1)[0];
  }

  /** Returns the prefix of an S3 store, without slashes around it; empty for the whole bucket. */
  public String prefix() {
    return prefixIn(location);
  }

  private static String prefixIn(String location) {
    String path = location.substring("s3://".length());
    int slash = path.indexOf('/');
    String prefix = slash < 0 ? "" : path.substring(slash + 1);
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }
}
