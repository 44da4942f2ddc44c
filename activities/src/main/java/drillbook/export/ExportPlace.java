package drillbook.export;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
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
   * @throws DrillbookException CONFIGURATION when it is neither
   */
  public static ExportPlace of(Target target, String to) throws DrillbookException {
    StoreAddress own = target.store();
    if (to.isEmpty()) {
      return new ExportPlace(own, target.name() + "/exports/");
    }
    return new ExportPlace(reachedAs(own, to), "");
  }

  /**
   * Returns the address of a folder or bucket; buckets are reached as another store is.
   *
   * @throws DrillbookException CONFIGURATION when it is neither; the message quotes no credential
   */
  public static StoreAddress reachedAs(StoreAddress own, String location)
      throws DrillbookException {
    StoreAddress plain = address(location);
    return plain.isS3() && own.isS3()
        ? new StoreAddress(location, own.options(), own.accessKey(), own.secretKey())
        : plain;
  }

  /**
   * Refuses what no store can be called, before anything is started with it: what a procedure is
   * given stays in its history.
   *
   * @throws DrillbookException CONFIGURATION; the message quotes no credential
   */
  public static void require(String location) throws DrillbookException {
    address(location);
  }

  private static StoreAddress address(String location) throws DrillbookException {
    try {
      return new StoreAddress(location, Map.of(), SecretReference.NONE, SecretReference.NONE);
    } catch (IllegalArgumentException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "no place for files: " + e.getMessage(),
          "Name a folder, or s3://bucket/prefix in lower case; a bucket is reached with the keys of"
              + " the target's store.",
          e);
    }
  }

  /** Returns the place for people. */
  public String words(ArtifactStore opened) {
    return prefix.isEmpty()
        ? opened.location()
        : opened.location() + "/" + prefix.substring(0, prefix.length() - 1);
  }
}
