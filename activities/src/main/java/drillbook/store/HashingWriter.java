package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A writer that hashes on the way and hands whole chunks to the store. Its buffer grows with what
 * is written, so that a small artifact costs little memory.
 */
abstract class HashingWriter extends ArtifactStore.ArtifactWriter {
  private static final int FIRST_BUFFER_BYTES = 64 * 1024;

  private sealed interface State {
    record Open() implements State {}

    record Failed(DrillbookException failure) implements State {}

    record Ended(String how) implements State {}
  }

  private final String key;
  private final int chunkBytes;
  private final MessageDigest sha256 = sha256();
  private byte[] buffer;
  private int buffered;
  private long bytes;
  private State state = new State.Open();

  /**
   * Creates a writer.
   *
   * @param chunkBytes how many bytes each chunk has, the last one excepted
   */
  HashingWriter(String key, int chunkBytes) {
    this.key = key;
    this.chunkBytes = chunkBytes;
    this.buffer = new byte[Math.min(FIRST_BUFFER_BYTES, chunkBytes)];
  }

  /** Returns a SHA-256 digest, which every JDK has. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stores a whole chunk; the buffer is used again afterwards. */
  abstract void chunk(byte[] chunk, int length) throws DrillbookException, InterruptedException;

  /** Stores the rest, which may be empty, and makes the artifact exist. */
  abstract void finish(byte[] rest, int length, ArtifactStore.Stored receipt)
      throws DrillbookException, InterruptedException;

  /** Gives the resources back and removes what was stored so far. Never fails. */
  abstract void abandon();

  @Override
  public final void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public final void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    switch (state) {
      case State.Open() -> {}
      case State.Failed(DrillbookException failure) -> throw new IOException(failure);
      case State.Ended(String how) -> throw new IOException("artifact " + key + " was " + how);
    }
    sha256.update(source, offset, length);
    bytes += length;
    int from = offset;
    int left = length;
    while (left > 0) {
      if (buffered == chunkBytes) {
        emit();
      }
      int count = Math.min(left, room());
      System.arraycopy(source, from, buffer, buffered, count);
      buffered += count;
      from += count;
      left -= count;
    }
  }

  @Override
  public final ArtifactStore.Stored commit() throws DrillbookException, InterruptedException {
    switch (state) {
      case State.Open() -> {}
      case State.Failed(DrillbookException failure) -> throw failure;
      case State.Ended(String how) ->
          throw new IllegalStateException("artifact " + key + " was " + how);
    }
    ArtifactStore.Stored receipt =
        new ArtifactStore.Stored(key, bytes, HexFormat.of().formatHex(sha256.digest()));
    try {
      finish(buffer, buffered, receipt);
    } catch (DrillbookException e) {
      state = new State.Failed(e);
      throw e;
    }
    state = new State.Ended("committed already");
    buffer = new byte[0];
    return receipt;
  }

  @Override
  public final void close() {
    boolean unfinished = !(state instanceof State.Ended);
    if (unfinished) {
      state = new State.Ended("abandoned");
      buffer = new byte[0];
      abandon();
    }
  }

  private int room() {
    if (buffered == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, chunkBytes));
    }
    return buffer.length - buffered;
  }

  private void emit() throws IOException {
    try {
      chunk(buffer, buffered);
      buffered = 0;
    } catch (DrillbookException e) {
      state = new State.Failed(e);
      throw new IOException(e);
    } catch (InterruptedException e) {
      state =
          new State.Failed(
              new DrillbookException(
                  FailureKind.UNAVAILABLE, "artifact " + key + " was not written: interrupted"));
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(key);
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
