package drillbook.export;

import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

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
