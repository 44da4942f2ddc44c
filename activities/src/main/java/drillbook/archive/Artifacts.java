package drillbook.archive;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactReader;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Small artifacts as bytes, compared with what was said of them. */
public final class Artifacts {
  /** No catalog, list, recall set or plan of ours is larger. */
  public static final int MAX_BYTES = 256 << 20;

  private Artifacts() {}

  /**
   * Reads an artifact whose size and digest are known.
   *
   * @throws DrillbookException CORRUPT when it is not what was stored, NOT_FOUND when it is gone
   */
  public static byte[] read(ArtifactStore store, Stored stored)
      throws DrillbookException, InterruptedException {
    return ArtifactReader.readAll(store, stored, MAX_BYTES);
  }

  /** Reads an artifact of our own run, of at most so many bytes. */
  public static byte[] read(ArtifactStore store, String key, long most)
      throws DrillbookException, InterruptedException {
    if (most > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "artifact " + key + " of " + most + " bytes is no list of ours");
    }
    try (InputStream in = store.read(key, 0, most)) {
      return in.readNBytes((int) most);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE, "could not read " + key + ": " + e.getMessage(), "", e);
    }
  }

  /** Returns the SHA-256 of bytes, lower-case hex. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** Returns a fresh SHA-256. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
