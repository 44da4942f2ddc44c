package drillbook.store;

import drillbook.failure.DrillbookException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Where artifacts lie, by key. Keys are relative, {@code [a-z0-9._/-]+}, parts joined by slashes.
 *
 * <p>Promises, each with a test in the kit:
 *
 * <ul>
 *   <li>whole or absent: an artifact exists with all its bytes or not at all, also after a crash;
 *   <li>durable: once a put returned, the artifact survives a crash of machine or process;
 *   <li>never overwritten: {@link #putNew} refuses a key that exists with other bytes;
 *   <li>checked: the bytes are hashed on their way and the store is asked to check them;
 *   <li>read after write: what was put is listed and read at once;
 *   <li>lazy: creating a store does no I/O; no retries inside.
 * </ul>
 *
 * <p>Failures: NOT_FOUND for a missing artifact, CONFLICT for one that exists, EXHAUSTED for a full
 * disk or quota, DENIED, UNAVAILABLE. Safe for use by several threads.
 */
public interface ArtifactStore extends AutoCloseable {
  /** Returns where this is, for people: a scheme and a place, never a credential. */
  String location();

  /**
   * Streams an artifact of unknown length under a key that nobody else uses (its name ends in a
   * random attempt id): it exists once {@link ArtifactWriter#commit()} returned.
   *
   * @throws DrillbookException EXHAUSTED, DENIED or UNAVAILABLE
   */
  ArtifactWriter write(String key) throws DrillbookException, InterruptedException;

  /**
   * Puts a small artifact if the key is free. Putting the same bytes again is no conflict: a retry
   * of ours that meets its own past reads back and compares.
   *
   * @throws DrillbookException CONFLICT when the key holds other bytes
   */
  Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException;

  /**
   * Opens an artifact for reading from an offset.
   *
   * @param length how many bytes to read at most; -1 for all that follow
   * @throws DrillbookException NOT_FOUND when it does not exist
   */
  InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException;

  /**
   * Returns keys and sizes below a prefix, sorted by key, at most {@code limit} after a key.
   *
   * @param prefix ends with a slash, or is empty
   * @param after only keys behind this one; empty for the first page
   */
  List<Listed> list(String prefix, String after, int limit)
      throws DrillbookException, InterruptedException;

  /** Deletes an artifact; returns false where there was none. */
  boolean delete(String key) throws DrillbookException, InterruptedException;

  /** Releases connections. Never fails. */
  @Override
  void close();

  /**
   * A key and its size.
   *
   * @param bytes the artifact's length
   */
  record Listed(String key, long bytes) {}

  /**
   * An artifact that was put.
   *
   * @param bytes its length
   * @param sha256 of its bytes, lower-case hex
   */
  record Stored(String key, long bytes, String sha256) {}

  /** An artifact on its way. Closing without a commit leaves nothing behind. */
  abstract class ArtifactWriter extends OutputStream {
    /** Makes the artifact exist; nothing can be written afterwards. */
    public abstract Stored commit() throws DrillbookException, InterruptedException;

    /** Abandons the artifact unless it was committed. Never fails. */
    @Override
    public abstract void close();
  }
}
