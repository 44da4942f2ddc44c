package drillbook.store;

import drillbook.failure.DrillbookException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;

/**
 * Where artifacts lie, by key. Keys are relative, {@code [a-z0-9._/-]+}, parts joined by slashes,
 * none of which begins with a dot; anything else is an {@link IllegalArgumentException}.
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
  /**
   * Returns the failure behind an exception that a reader or writer of a store threw: the stream
   * interfaces of the JDK know no other than {@link IOException}.
   *
   * @param what what could not be done, for the message where the store left none
   * @throws InterruptedException when the thread was interrupted at its I/O
   */
  static DrillbookException failureOf(String what, IOException thrown) throws InterruptedException {
    if (thrown.getCause() instanceof DrillbookException failure) {
      return failure;
    }
    if (thrown instanceof ClosedByInterruptException
        || (thrown instanceof InterruptedIOException
            && !(thrown instanceof SocketTimeoutException))) {
      Thread.interrupted();
      throw (InterruptedException) new InterruptedException(what).initCause(thrown);
    }
    return LocalFailures.of(what, thrown);
  }

  /** Returns where this is, for people: a scheme and a place, never a credential. */
  String location();

  /**
   * Streams an artifact of unknown length under a key that nobody else uses (its name ends in a
   * random attempt id): it exists once {@link ArtifactWriter#commit()} returned, which fails with
   * CONFLICT where the key is taken after all.
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
   * Opens an artifact for reading from an offset; at its end or behind it there is nothing to read.
   * The stream fails, rather than ends, where bytes are missing.
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

  /**
   * An artifact on its way, for one thread. Closing without a commit leaves nothing behind. A write
   * that fails throws an {@link IOException} for {@link #failureOf}; a commit after it fails alike.
   */
  abstract class ArtifactWriter extends OutputStream {
    /** Makes the artifact exist; nothing can be written afterwards. */
    public abstract Stored commit() throws DrillbookException, InterruptedException;

    /** Abandons the artifact unless it was committed. Never fails. */
    @Override
    public abstract void close();
  }
}
