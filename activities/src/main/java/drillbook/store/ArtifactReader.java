package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Reads an artifact once, front to back, and proves at the end that its length and SHA-256 are
 * those that somebody trusted wrote down. Until {@link #finish()} returned, what was read is not
 * proven. Not thread-safe.
 */
public final class ArtifactReader implements AutoCloseable {
  private static final int BLOCK_BYTES = 256 * 1024;

  private final Stored expected;
  private final InputStream input;
  private final MessageDigest digest;
  private long position;

  private ArtifactReader(Stored expected, InputStream input, MessageDigest digest) {
    this.expected = expected;
    this.input = input;
    this.digest = digest;
  }

  /**
   * Opens an artifact.
   *
   * @throws DrillbookException NOT_FOUND when it is missing, or the store's own failure
   */
  public static ArtifactReader open(ArtifactStore store, Stored expected)
      throws DrillbookException, InterruptedException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    return new ArtifactReader(expected, store.read(expected.key(), 0, -1), digest);
  }

  /**
   * Returns all bytes of an artifact, proven.
   *
   * @param limit the largest length to accept, in bytes
   * @throws DrillbookException NOT_FOUND when it is missing, CORRUPT when it is longer than the
   *     limit or not what was written
   */
  public static byte[] readAll(ArtifactStore store, Stored expected, int limit)
      throws DrillbookException, InterruptedException {
    if (expected.bytes() > limit) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          "read " + expected.key() + ": " + expected.bytes() + " bytes are too many");
    }
    try (ArtifactReader reader = open(store, expected)) {
      byte[] bytes = new byte[(int) expected.bytes()];
      reader.read(bytes, 0, bytes.length);
      reader.finish();
      return bytes;
    }
  }

  /**
   * Reads an artifact of any length through, and proves it.
   *
   * @throws DrillbookException NOT_FOUND when it is missing, CORRUPT when it is not what was
   *     written
   */
  public static void prove(ArtifactStore store, Stored expected)
      throws DrillbookException, InterruptedException {
    try (ArtifactReader reader = open(store, expected)) {
      byte[] block = new byte[(int) Math.min(BLOCK_BYTES, expected.bytes())];
      while (reader.remaining() > 0) {
        reader.read(block, 0, (int) Math.min(block.length, reader.remaining()));
      }
      reader.finish();
    }
  }

  /** Returns how many bytes were read. */
  public long position() {
    return position;
  }

  /** Returns how many bytes follow, by the expected length. */
  public long remaining() {
    return expected.bytes() - position;
  }

  /**
   * Reads exactly {@code length} bytes.
   *
   * @throws DrillbookException CORRUPT when the artifact ends before, or by the expected length
   *     would; UNAVAILABLE when the connection breaks
   */
  public void read(byte[] target, int offset, int length)
      throws DrillbookException, InterruptedException {
    if (length > remaining()) {
      throw corrupt("it ends before byte " + (position + length));
    }
    try {
      int count = input.readNBytes(target, offset, length);
      digest.update(target, offset, count);
      position += count;
      if (count < length) {
        throw corrupt("it ends at byte " + position + " of " + expected.bytes());
      }
    } catch (IOException e) {
      throw StreamFailure.of("read " + expected.key(), e);
    }
  }

  /**
   * Proves that everything was read and is what was written.
   *
   * @throws DrillbookException CORRUPT when length or SHA-256 differ
   */
  public void finish() throws DrillbookException, InterruptedException {
    try {
      if (remaining() != 0 || input.read() != -1) {
        throw corrupt("it goes on behind byte " + position + " of " + expected.bytes());
      }
    } catch (IOException e) {
      throw StreamFailure.of("read " + expected.key(), e);
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    if (!sha256.equals(expected.sha256())) {
      throw corrupt("its sha256 is " + sha256 + ", not " + expected.sha256());
    }
  }

  @Override
  public void close() {
    StreamFailure.closeQuietly(input);
  }

  private DrillbookException corrupt(String why) {
    return new DrillbookException(
        FailureKind.CORRUPT,
        "read " + expected.key() + ": " + why,
        "The artifact was changed or damaged in the store: restore another backup.");
  }
}
