package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.frame.FrameDecoder;
import drillbook.frame.FrameHeader;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.store.ArtifactReader;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads segments, whole or row by row. Whatever is off is a failure of kind CORRUPT that names the
 * key and, where there is one, the frame.
 */
public final class SegmentReader {
  private static final int TAIL_BYTES = 4096;

  private final Segment segment;
  private final FrameDecoder decoder;
  private byte[] body = new byte[0];

  private SegmentReader(Segment segment, FrameDecoder decoder) {
    this.segment = segment;
    this.decoder = decoder;
  }

  /**
   * Reads a whole segment, frame by frame. Each frame is checked before it is handed on; that the
   * segment as a whole is what the segment list says is proven at the end only, when the method
   * returns.
   *
   * @param segment from a segment list that the manifest names
   * @throws DrillbookException NOT_FOUND when it is missing, CORRUPT when it is not what was
   *     written, and what the consumer throws
   */
  public static void read(
      ArtifactStore store, Segment segment, RecordLayout layout, FrameConsumer consumer)
      throws DrillbookException, InterruptedException {
    Stored stored = new Stored(segment.key(), segment.bytes(), segment.sha256());
    try (ArtifactReader reader = ArtifactReader.open(store, stored);
        FrameDecoder decoder = new FrameDecoder(layout)) {
      new SegmentReader(segment, decoder).readAll(reader, consumer);
    }
  }

  /**
   * Fetches some rows by ranged reads. Frames are checked by their checksums, which damage cannot
   * pass; the sha256 of the whole is not: compare the records' content hashes with the index.
   *
   * @param sortedRows strictly ascending rows of the segment
   * @throws DrillbookException NOT_FOUND when it is missing, CORRUPT when it is damaged, and what
   *     the consumer throws
   */
  public static void fetch(
      ArtifactStore store,
      Segment segment,
      RecordLayout layout,
      int[] sortedRows,
      RowConsumer consumer)
      throws DrillbookException, InterruptedException {
    checkRows(segment, sortedRows);
    if (sortedRows.length == 0) {
      return;
    }
    try (FrameDecoder decoder = new FrameDecoder(layout)) {
      new SegmentReader(segment, decoder).fetchRows(store, sortedRows, consumer);
    }
  }

  private void readAll(ArtifactReader reader, FrameConsumer consumer)
      throws DrillbookException, InterruptedException {
    readHeader(reader);
    SegmentFooter frames = new SegmentFooter();
    byte[] head = new byte[FrameHeader.BYTES];
    int rows = 0;
    boolean last = false;
    while (!last) {
      stopIfInterrupted();
      int frame = frames.frames();
      frames.add(reader.position(), rows);
      reader.read(head, 0, head.length);
      FrameHeader header = FrameHeader.read(head, 0, where(frame));
      if (header.bodyBytes() > reader.remaining()) {
        throw SegmentHeader.corrupt(where(frame), "it goes on behind the segment's end");
      }
      reader.read(room(header.bodyBytes()), 0, header.bodyBytes());
      last = header.last();
      RecordBatch batch = decode(header, frame, segment.rows() - rows, last);
      consumer.accept(batch, rows);
      rows += header.rows();
    }
    long length = reader.remaining();
    if (length != SegmentFooter.length(frames.frames())) {
      throw SegmentHeader.corrupt(where(), "it has a footer of " + length + " bytes");
    }
    byte[] footer = new byte[(int) length];
    reader.read(footer, 0, footer.length);
    compare(frames, SegmentFooter.decode(footer, segment, where()));
    reader.finish();
  }

  private void compare(SegmentFooter read, SegmentFooter stored) throws DrillbookException {
    for (int frame = 0; frame < read.frames(); frame++) {
      if (read.offset(frame) != stored.offset(frame)
          || read.firstRow(frame) != stored.firstRow(frame)) {
        throw SegmentHeader.corrupt(where(frame), "it is not where the footer says");
      }
    }
  }

  private void readHeader(ArtifactReader reader) throws DrillbookException, InterruptedException {
    byte[] prefix = new byte[SegmentHeader.PREFIX_BYTES];
    reader.read(prefix, 0, prefix.length);
    int length = SegmentHeader.length(prefix, where());
    byte[] header = Arrays.copyOf(prefix, length);
    reader.read(header, prefix.length, length - prefix.length);
    SegmentHeader.check(header, length, segment, where());
  }

  /** Decodes the body in {@link #body}; {@code rowsLeft} are those that no frame before held. */
  private RecordBatch decode(FrameHeader header, int frame, int rowsLeft, boolean last)
      throws DrillbookException {
    boolean fits = last ? header.rows() == rowsLeft : header.rows() < rowsLeft;
    if (header.number() != frame || !fits || (header.rows() == 0 && frame > 0)) {
      throw SegmentHeader.corrupt(
          where(frame), "it is frame " + header.number() + " of " + header.rows() + " rows");
    }
    return decoder.decode(header, body, 0, where(frame));
  }

  private void fetchRows(ArtifactStore store, int[] rows, RowConsumer consumer)
      throws DrillbookException, InterruptedException {
    byte[] start = read(store, 0, Math.min(segment.bytes(), SegmentHeader.MAX_BYTES));
    if (start.length < SegmentHeader.PREFIX_BYTES) {
      throw SegmentHeader.corrupt(where(), "it ends within its header");
    }
    int length = SegmentHeader.length(start, where());
    if (length > start.length) {
      throw SegmentHeader.corrupt(where(), "it ends within its header");
    }
    SegmentHeader.check(start, length, segment, where());
    SegmentFooter footer = readFooter(store);
    int next = 0;
    while (next < rows.length) {
      int first = footer.frameOf(rows[next]);
      int behind = first + 1;
      int end = rowsBefore(rows, next, rowsUpTo(footer, first));
      // Neighbouring frames come with one request.
      while (end < rows.length && footer.frameOf(rows[end]) == behind) {
        end = rowsBefore(rows, end, rowsUpTo(footer, behind));
        behind++;
      }
      fetchFrames(store, footer, first, behind, Arrays.copyOfRange(rows, next, end), consumer);
      next = end;
    }
  }

  private SegmentFooter readFooter(ArtifactStore store)
      throws DrillbookException, InterruptedException {
    long tailBytes = Math.min(segment.bytes(), TAIL_BYTES);
    byte[] tail = read(store, segment.bytes() - tailBytes, tailBytes);
    int length = SegmentFooter.lengthAtEnd(tail, segment, where());
    byte[] footer =
        length <= tail.length
            ? Arrays.copyOfRange(tail, tail.length - length, tail.length)
            : read(store, segment.bytes() - length, length);
    return SegmentFooter.decode(footer, segment, where());
  }

  private void fetchFrames(
      ArtifactStore store,
      SegmentFooter footer,
      int first,
      int behind,
      int[] rows,
      RowConsumer consumer)
      throws DrillbookException, InterruptedException {
    long start = footer.offset(first);
    int next = 0;
    try (InputStream input = store.read(segment.key(), start, frameEnd(footer, behind) - start)) {
      for (int frame = first; frame < behind; frame++) {
        stopIfInterrupted();
        RecordBatch batch = fetchFrame(input, footer, frame);
        int firstRow = footer.firstRow(frame);
        while (next < rows.length && rows[next] < rowsUpTo(footer, frame)) {
          consumer.accept(batch, rows[next] - firstRow, rows[next]);
          next++;
        }
      }
    } catch (IOException e) {
      throw StreamFailure.of(where(), e);
    }
  }

  private RecordBatch fetchFrame(InputStream input, SegmentFooter footer, int frame)
      throws IOException, DrillbookException {
    byte[] head = input.readNBytes(FrameHeader.BYTES);
    if (head.length < FrameHeader.BYTES) {
      throw SegmentHeader.corrupt(where(frame), "it ends within its header");
    }
    FrameHeader header = FrameHeader.read(head, 0, where(frame));
    boolean last = frame == footer.frames() - 1;
    long length = frameEnd(footer, frame + 1) - footer.offset(frame) - FrameHeader.BYTES;
    int rows = rowsUpTo(footer, frame) - footer.firstRow(frame);
    if (header.bodyBytes() != length || header.rows() != rows || header.last() != last) {
      throw SegmentHeader.corrupt(where(frame), "it is not what the footer says");
    }
    if (input.readNBytes(room(header.bodyBytes()), 0, header.bodyBytes()) < length) {
      throw SegmentHeader.corrupt(where(frame), "it ends early");
    }
    return decode(header, frame, segment.rows() - footer.firstRow(frame), last);
  }

  /** Returns where a frame ends, given the number of the one behind it. */
  private long frameEnd(SegmentFooter footer, int behind) {
    return behind < footer.frames()
        ? footer.offset(behind)
        : segment.bytes() - SegmentFooter.length(footer.frames());
  }

  private int rowsUpTo(SegmentFooter footer, int frame) {
    return frame + 1 < footer.frames() ? footer.firstRow(frame + 1) : segment.rows();
  }

  private static int rowsBefore(int[] rows, int from, int bound) {
    int end = from;
    while (end < rows.length && rows[end] < bound) {
      end++;
    }
    return end;
  }

  private byte[] read(ArtifactStore store, long offset, long length)
      throws DrillbookException, InterruptedException {
    try (InputStream input = store.read(segment.key(), offset, length)) {
      return input.readNBytes((int) length);
    } catch (IOException e) {
      throw StreamFailure.of(where(), e);
    }
  }

  private byte[] room(int length) {
    if (body.length < length) {
      body = new byte[length];
    }
    return body;
  }

  private String where() {
    return "read segment " + segment.key();
  }

  private String where(int frame) {
    return "read segment " + segment.key() + ", frame " + frame;
  }

  private static void checkRows(Segment segment, int[] rows) {
    int before = -1;
    for (int row : rows) {
      if (row <= before || row >= segment.rows()) {
        throw new IllegalArgumentException(
            "rows must ascend and lie below " + segment.rows() + ": " + row + " after " + before);
      }
      before = row;
    }
  }

  private static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted between two frames");
    }
  }
}
