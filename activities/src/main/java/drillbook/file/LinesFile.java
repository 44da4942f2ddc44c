package drillbook.file;

import drillbook.engine.BatchConsumer;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/** A file of compressed JSON lines. */
final class LinesFile implements RecordFileWriter {
  private final RecordLinesWriter lines;

  LinesFile(RecordLayout layout, String tenant, OutputStream out) throws IOException {
    lines = new RecordLinesWriter(layout, tenant, new FastGzip(out));
  }

  @Override
  public void write(RecordBatch batch, int record) throws IOException {
    lines.write(batch, record);
  }

  @Override
  public void finish() throws IOException {
    lines.close();
  }

  /** There is nothing to release but memory. */
  @Override
  public void close() {}

  /**
   * Reads all records of compressed lines.
   *
   * @return how many there were
   */
  static long read(InputStream in, RecordShape shape, String what, BatchConsumer consumer)
      throws DrillbookException, IOException, InterruptedException {
    try (InputStream lines = new BoundedLines(new GZIPInputStream(in, 1 << 16))) {
      return RecordLines.read(lines, shape.layout(), shape.tenant(), what, consumer);
    } catch (EOFException | ZipException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + what + ": " + e.getMessage(), "", e);
    }
  }

  /** Refuses a line that no record can need, before it is in memory. */
  private static final class BoundedLines extends FilterInputStream {
    private static final long MAX_LINE = 256L << 20;

    private long line;

    BoundedLines(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      int last = count - 1;
      while (last >= 0 && target[offset + last] != '\n') {
        last--;
      }
      line = last >= 0 ? count - 1 - last : line + Math.max(count, 0);
      if (line > MAX_LINE) {
        throw new ZipException("a line has more than " + MAX_LINE + " bytes");
      }
      return count;
    }
  }

  /**
   * Compresses at the fastest level, since digits compress badly at any; ends its stream without
   * closing the artifact, which its owner commits.
   */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }

    @Override
    public void close() throws IOException {
      finish();
      def.end();
    }
  }
}
