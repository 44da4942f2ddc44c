package drillbook.store;

import drillbook.secret.SecretReference;
import java.util.Map;
import java.util.Objects;

/**
 * Where a store is. Holds no secret.
 *
 * @param location a folder, or {@code s3://bucket/prefix}
 * @param options for S3: {@code endpoint}, {@code region}, {@code path-style}; unknown ones are
 *     refused when the store is opened
 * @param accessKey for S3: the access key id, by reference; none for the default credential chain
 * @param secretKey for S3: the secret key, by reference
 */
public record StoreAddress(
    String location,
    Map<String, String> options,
    SecretReference accessKey,
    SecretReference secretKey) {
  /** Rejects an empty location. */
  public StoreAddress {
    Objects.requireNonNull(accessKey, "accessKey == null");
    Objects.requireNonNull(secretKey, "secretKey == null");
    options = Map.copyOf(options);
    if (location.isBlank()) {
      throw new IllegalArgumentException(
          "a store needs a location: a folder or s3://bucket/prefix");
    }
  }

  /** Returns a folder of this machine. */
  public static StoreAddress folder(String path) {
    return new StoreAddress(path, Map.of(), SecretReference.NONE, SecretReference.NONE);
  }
}
