package drillbook.format;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.frame.FrameEncoder;
import drillbook.frame.FrameHeader;
import drillbook.index.EntryBuffer;
import drillbook.index.IndexCursor;
import drillbook.index.IndexRunWriter;
import drillbook.index.RunReceipt;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.ArtifactWriter;
import drillbook.store.ArtifactStore.Stored;
import drillbook.store.StreamFailure;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Writes one segment: records in the order in which they are appended, and behind it its index run,
 * sorted. Nothing is visible before {@link #commit()}; the store is first asked when a frame is
 * full. Not thread-safe.
 */
public final class SegmentWriter implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ArtifactStore store;
  private final String key;
  private final long number;
  private final SegmentContext context;
  private final Limits limits;
  private final RecordBatch frame;
  private final FrameEncoder encoder = new FrameEncoder();
  private final EntryBuffer entries = new EntryBuffer();
  private final SegmentFooter footer = new SegmentFooter();
  private final List<ArtifactWriter> open = new ArrayList<>(1);
  private long written;
  private int writtenRows;
  private long logicalBytes;
  private boolean ended;

  /**
   * Starts a segment of the usual size.
   *
   * @param folder where it lies, for instance {@code docs/backups/<id>/c1/t0/}
   * @param number the segment's number within its part
   */
  public SegmentWriter(
      ArtifactStore store,
      String folder,
      long number,
      RecordLayout layout,
      SegmentContext context) {
    this(store, folder, number, layout, context, Limits.USUAL);
  }

  /** Starts a segment of another size. */
  public SegmentWriter(
      ArtifactStore store,
      String folder,
      long number,
      RecordLayout layout,
      SegmentContext context,
      Limits limits) {
    if (!folder.isEmpty() && !folder.endsWith("/")) {
      throw new IllegalArgumentException("folder must end with a slash: '" + folder + "'");
    }
    Address.of(number, 0);
    this.store = store;
    this.number = number;
    this.context = context;
    this.limits = limits;
    this.frame = new RecordBatch(layout);
    byte[] attempt = new byte[8];
    RANDOM.nextBytes(attempt);
    this.key =
        String.format(Locale.ROOT, "%s%014d-%s", folder, number, HexFormat.of().formatHex(attempt));
  }

  /**
   * Appends a copy of a record.
   *
   * @param batch a batch of the segment's layout
   * @param idHash the record's hashes, as {@link RecordHasher} computes them
   * @throws DrillbookException UNSUPPORTED when the record takes more than 64 MiB; the store's own
   *     failures
   * @throws IllegalStateException when the segment holds {@link Address#MAX_ROWS} records already,
   *     or has ended
   */
  public void append(RecordBatch batch, int record, byte[] idHash, byte[] contentHash)
      throws DrillbookException, InterruptedException {
    if (ended || rows() >= Address.MAX_ROWS) {
      throw new IllegalStateException("segment " + key + " takes no more records");
    }
    long bytes = bytes(batch, record);
    if (bytes > FrameHeader.MAX_RECORD_BYTES) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          "back up record '"
              + RecordId.print(batch.ids().get(record))
              + "': it takes "
              + bytes
              + " bytes, and 64 MiB are the most",
          "Move the large value out of the vector database, or leave the collection out.");
    }
    if (frame.size() > 0 && frame.bytes() + bytes > limits.frameBytes()) {
      flush(false);
    }
    frame.append(batch, record);
    entries.add(idHash, contentHash, Address.of(number, rows() - 1));
    logicalBytes += bytes;
  }

  /** Returns how many records were appended. */
  public int rows() {
    return writtenRows + frame.size();
  }

  /** Returns the bytes of the columns of all records that were appended. */
  public long logicalBytes() {
    return logicalBytes;
  }

  /** Tells whether the segment is as large as it should be: commit it and start the next one. */
  public boolean full() {
    return logicalBytes >= limits.segmentBytes() || rows() >= limits.rows();
  }

  /**
   * Makes the segment exist, then its index run.
   *
   * @throws DrillbookException the store's own failures
   */
  public Segment commit() throws DrillbookException, InterruptedException {
    if (ended) {
      throw new IllegalStateException("segment " + key + " has ended");
    }
    flush(true);
    int rows = writtenRows;
    byte[] end = footer.encode(rows, logicalBytes);
    write(end, end.length);
    ended = true;
    Stored stored = open.getFirst().commit();
    try (IndexCursor sorted = entries.sorted()) {
      RunReceipt run = IndexRunWriter.write(store, key + ".run", sorted);
      return new Segment(
          number,
          key,
          stored.bytes(),
          stored.sha256(),
          rows,
          logicalBytes,
          run.key(),
          run.bytes(),
          run.sha256(),
          context);
    }
  }

  /** Abandons the segment unless it was committed. Never fails. */
  @Override
  public void close() {
    ended = true;
    open.forEach(ArtifactWriter::close);
    open.clear();
    encoder.close();
  }

  private void flush(boolean last) throws DrillbookException, InterruptedException {
    if (open.isEmpty()) {
      open.add(store.write(key));
      byte[] header = SegmentHeader.encode(number, context);
      write(header, header.length);
    }
    footer.add(written, writtenRows);
    int length = encoder.encode(frame, footer.frames() - 1, last);
    write(encoder.buffer(), length);
    writtenRows += frame.size();
    frame.clear();
  }

  private void write(byte[] bytes, int length) throws DrillbookException, InterruptedException {
    try {
      open.getFirst().write(bytes, 0, length);
      written += length;
    } catch (IOException e) {
      throw StreamFailure.of("write " + key, e);
    }
  }

  private static long bytes(RecordBatch batch, int record) {
    long bytes =
        length(batch.ids(), record)
            + length(batch.payloads(), record)
            + length(batch.documents(), record)
            + length(batch.uris(), record);
    for (VectorColumn column : batch.vectors()) {
      bytes += length(column.bits(), record);
    }
    for (SparseColumn column : batch.sparse()) {
      bytes += length(column.positions(), record) + length(column.values(), record);
    }
    return bytes;
  }

  private static long length(BytesColumn column, int record) {
    return column.length(record);
  }

  /**
   * How large frames and segments become.
   *
   * @param frameBytes a frame ends before its records' columns take more; a larger record has its
   *     own
   * @param segmentBytes a segment is full from here on
   * @param rows a segment is full from here on, too
   */
  public record Limits(int frameBytes, long segmentBytes, int rows) {
    /** Frames of 1 MiB, segments of 64 MiB. */
    public static final Limits USUAL = new Limits(1 << 20, 64L << 20, Address.MAX_ROWS);

    /** Rejects limits below 1, and more rows than an address can tell apart. */
    public Limits {
      if (frameBytes < 1 || segmentBytes < 1 || rows < 1 || rows > Address.MAX_ROWS) {
        throw new IllegalArgumentException(
            "no limits: " + frameBytes + " bytes, " + segmentBytes + " bytes, " + rows + " rows");
      }
    }
  }
}
