package drillbook.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Exactly so many bytes of another stream. A shorter one fails: a connection that breaks must not
 * look like the end of an artifact.
 */
class ExactStream extends FilterInputStream {
  private final String name;
  private final long expected;
  private long remaining;

  /** Wraps a stream that should have at least so many bytes. */
  ExactStream(String name, InputStream in, long expected) {
    super(in);
    this.name = name;
    this.expected = expected;
    this.remaining = expected;
  }

  /** Tells whether all was read. */
  final boolean isComplete() {
    return remaining == 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (remaining == 0) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, remaining));
    if (count < 0) {
      throw new IOException(
          name + " ended after " + (expected - remaining) + " of " + expected + " bytes");
    }
    remaining -= count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    if (count <= 0) {
      return 0;
    }
    byte[] skipped = new byte[(int) Math.min(count, 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(in.available(), remaining);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
