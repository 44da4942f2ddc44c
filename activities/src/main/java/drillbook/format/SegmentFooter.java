package drillbook.format;

import drillbook.failure.DrillbookException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What stands behind a segment's frames: where each starts, so that rows can be fetched. */
final class SegmentFooter {
  /** What stands at the very end: the footer's length and checksum. */
  static final int SUFFIX_BYTES = 8;

  private static final int MAGIC = 0x54465244; // "DRFT" in little-endian order
  private static final int FIXED_BYTES = 28;
  private static final int ENTRY_BYTES = 12;

  private long[] offsets = new long[64];
  private int[] firstRows = new int[64];
  private int frames;

  /** Returns the length of a footer. */
  static long length(int frames) {
    return FIXED_BYTES + (long) ENTRY_BYTES * frames;
  }

  /** Adds a frame. */
  void add(long offset, int firstRow) {
    if (frames == offsets.length) {
      offsets = Arrays.copyOf(offsets, frames * 2);
      firstRows = Arrays.copyOf(firstRows, frames * 2);
    }
    offsets[frames] = offset;
    firstRows[frames] = firstRow;
    frames++;
  }

  int frames() {
    return frames;
  }

  long offset(int frame) {
    return offsets[frame];
  }

  int firstRow(int frame) {
    return firstRows[frame];
  }

  /** Returns the frame that holds a row. */
  int frameOf(int row) {
    int found = Arrays.binarySearch(firstRows, 0, frames, row);
    return found >= 0 ? found : -found - 2;
  }

  /** Returns the footer's bytes. */
  byte[] encode(int rows, long logicalBytes) {
    int length = Math.toIntExact(length(frames));
    ByteBuffer footer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    footer.putInt(MAGIC).putInt(frames).putInt(rows).putLong(logicalBytes);
    for (int frame = 0; frame < frames; frame++) {
      footer.putLong(offsets[frame]).putInt(firstRows[frame]);
    }
    footer.putInt(length);
    footer.putInt(SegmentHeader.crc(footer.array(), length - 4));
    return footer.array();
  }

  /**
   * Returns the length of the footer at the end of some bytes, without having checked it.
   *
   * @throws DrillbookException CORRUPT when no footer of this segment has this length
   */
  static int lengthAtEnd(byte[] tail, Segment segment, String where) throws DrillbookException {
    int length =
        tail.length < SUFFIX_BYTES
            ? -1
            : ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(tail.length - 8);
    long most = length(Math.max(1, segment.rows()));
    if (length < FIXED_BYTES || length > most || length > segment.bytes()) {
      throw SegmentHeader.corrupt(where, "the footer's length is out of bounds: " + length);
    }
    return length;
  }

  /**
   * Returns the footer that bytes hold.
   *
   * @throws DrillbookException CORRUPT when they hold none, or that of another segment
   */
  static SegmentFooter decode(byte[] bytes, Segment segment, String where)
      throws DrillbookException {
    ByteBuffer footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < FIXED_BYTES
        || footer.getInt(bytes.length - 4) != SegmentHeader.crc(bytes, bytes.length - 4)
        || footer.getInt(0) != MAGIC) {
      throw SegmentHeader.corrupt(where, "the footer is damaged");
    }
    int frames = footer.getInt(4);
    if (frames < 1 || length(frames) != bytes.length) {
      throw SegmentHeader.corrupt(where, "the footer has no room for " + frames + " frames");
    }
    if (footer.getInt(8) != segment.rows() || footer.getLong(12) != segment.logicalBytes()) {
      throw SegmentHeader.corrupt(where, "the footer counts other rows than the segment list");
    }
    SegmentFooter directory = new SegmentFooter();
    long end = segment.bytes() - bytes.length;
    for (int frame = 0; frame < frames; frame++) {
      long offset = footer.getLong(20 + frame * ENTRY_BYTES);
      int firstRow = footer.getInt(28 + frame * ENTRY_BYTES);
      boolean ordered =
          frame == 0
              ? offset > 0 && firstRow == 0
              : offset > directory.offset(frame - 1) && firstRow > directory.firstRow(frame - 1);
      if (!ordered || offset >= end || firstRow > segment.rows()) {
        throw SegmentHeader.corrupt(where, "the footer's frame " + frame + " is out of order");
      }
      directory.add(offset, firstRow);
    }
    return directory;
  }
}
