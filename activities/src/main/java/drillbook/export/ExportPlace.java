package drillbook.export;

import drillbook.secret.SecretReference;
import drillbook.store.ArtifactStore;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import java.util.Map;

/**
 * Where exports go.
 *
 * @param address the store
 * @param prefix begins every key there; empty, or with a slash at the end
 */
public record ExportPlace(StoreAddress address, String prefix) {
  /**
   * Returns the place that a request means.
   *
   * @param to a folder or {@code s3://bucket/prefix}, reached as the target's own store is where
   *     both are S3; an empty string for {@code <target>/exports/} in the target's own store
   */
  public static ExportPlace of(Target target, String to) {
    StoreAddress own = target.store();
    if (to.isEmpty()) {
      return new ExportPlace(own, target.name() + "/exports/");
    }
    return new ExportPlace(reachedAs(own, to), "");
  }

  /** Returns the address of a folder or bucket; buckets are reached as another store is. */
  public static StoreAddress reachedAs(StoreAddress own, String location) {
    return location.startsWith("s3://") && own.isS3()
        ? new StoreAddress(location, own.options(), own.accessKey(), own.secretKey())
        : new StoreAddress(location, Map.of(), SecretReference.NONE, SecretReference.NONE);
  }

  /** Returns the place for people. */
  public String words(ArtifactStore opened) {
    return prefix.isEmpty()
        ? opened.location()
        : opened.location() + "/" + prefix.substring(0, prefix.length() - 1);
  }
}
