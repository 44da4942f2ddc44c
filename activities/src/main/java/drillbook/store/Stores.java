package drillbook.store;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;

/** Opens stores by address. */
public final class Stores {
  private Stores() {}

  /**
   * Returns the store at an address; no I/O, so that it does not tell whether the store is there.
   *
   * @throws DrillbookException CONFIGURATION when the address lacks something
   */
  public static ArtifactStore open(StoreAddress address) throws DrillbookException {
    return address.isS3() ? new S3Store(address) : new LocalStore(Path.of(address.location()));
  }
}
