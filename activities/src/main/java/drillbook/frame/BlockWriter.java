package drillbook.frame;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;

/**
 * Writes blocks: a codec, the length before and after it, and the bytes, stored as they are or
 * compressed where that makes them smaller. Not thread-safe.
 */
final class BlockWriter implements AutoCloseable {
  static final int RAW = 0;
  static final int ZSTD = 1;
  static final int HEADER_BYTES = 9;

  private static final int LEVEL = 1;

  /** Below this length, compressing gains less than its own header costs. */
  private static final int WORTH_BYTES = 48;

  private static final int SAMPLE_BYTES = 16 << 10;

  private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);

  /**
   * For bytes that take few values in no order, as exponents do: the short matches that a
   * compressor finds in them are chance and cost more than they save. Almost without matches it is
   * three times faster, and the exponents of unit vectors take 2.61 bits instead of 3.05; their
   * entropy is 2.55.
   */
  private final ZstdCompressCtx unordered =
      new ZstdCompressCtx().setLevel(LEVEL).setMinMatch(7).setHashLog(6);

  private byte[] scratch = new byte[0];

  /** Appends a block with text or other bytes that repeat. */
  void write(FrameBuffer out, byte[] source, int offset, int length) {
    write(zstd, out, source, offset, length);
  }

  /** Appends a block with bytes of vectors, which take few values at best, but do not repeat. */
  void writeUnordered(FrameBuffer out, byte[] source, int offset, int length) {
    write(unordered, out, source, offset, length);
  }

  private void write(
      ZstdCompressCtx context, FrameBuffer out, byte[] source, int offset, int length) {
    int header = out.length();
    int bound = HEADER_BYTES + Math.max(length, compressBound(length));
    out.reserve(bound);
    out.advance(HEADER_BYTES);
    if (isWorth(context, source, offset, length)) {
      int size = compress(context, out.bytes(), out.length(), source, offset, length);
      if (size < length) {
        finish(out, header, ZSTD, length, size);
        return;
      }
    }
    System.arraycopy(source, offset, out.bytes(), out.length(), length);
    finish(out, header, RAW, length, length);
  }

  /**
   * Appends a block whose {@code length} bytes the caller wrote already, {@link #HEADER_BYTES}
   * behind the end of the buffer: it stays where it is unless a sample says that compressing gains.
   */
  void writeInPlace(FrameBuffer out, int length) {
    int header = out.length();
    int start = header + HEADER_BYTES;
    if (isWorth(zstd, out.bytes(), start, length)) {
      byte[] copy = Arrays.copyOfRange(out.bytes(), start, start + length);
      write(out, copy, 0, length);
      return;
    }
    out.advance(HEADER_BYTES);
    finish(out, header, RAW, length, length);
  }

  @Override
  public void close() {
    zstd.close();
    unordered.close();
  }

  /** Incompressible data is common here (mantissas), and a sample of it is cheap. */
  private boolean isWorth(ZstdCompressCtx context, byte[] source, int offset, int length) {
    if (length < WORTH_BYTES) {
      return false;
    }
    if (length <= 2 * SAMPLE_BYTES) {
      return true;
    }
    int bound = compressBound(SAMPLE_BYTES);
    if (scratch.length < bound) {
      scratch = new byte[bound];
    }
    int middle = offset + (length - SAMPLE_BYTES) / 2;
    int size = compress(context, scratch, 0, source, middle, SAMPLE_BYTES);
    return size < SAMPLE_BYTES - SAMPLE_BYTES / 32;
  }

  private static int compress(
      ZstdCompressCtx context, byte[] target, int to, byte[] source, int from, int length) {
    return context.compressByteArray(target, to, target.length - to, source, from, length);
  }

  private static int compressBound(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  private static void finish(FrameBuffer out, int header, int codec, int length, int stored) {
    out.advance(stored);
    out.bytes()[header] = (byte) codec;
    out.setInt(header + 1, length);
    out.setInt(header + 5, stored);
  }
}
