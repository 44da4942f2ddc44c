package drillbook.engine.pgvector.copy;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes rows apart that the server sends for {@code COPY ... (FORMAT binary)}. Pieces may be cut
 * anywhere. A row's bytes stay where they are until the next one is asked for. Not thread-safe.
 * Source: PostgreSQL 18 documentation, COPY, binary format.
 */
public final class CopyReader {
  /** Where the bytes come from. */
  @FunctionalInterface
  public interface Source {
    /** Returns the next piece, or null after the last. */
    byte @Nullable [] next() throws SQLException;
  }

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };

  private static final int MAX_FIELD = 1 << 30;

  private final Source source;
  private final int columns;
  private final int[] offsets;
  private final int[] lengths;
  private byte[] data = new byte[0];
  private int position;
  private int limit;
  private boolean begun;
  private boolean ended;

  /** Begins a stream to the server. */
  public static void begin(Bytes out) {
    out.add(SIGNATURE);
    out.addLong(0);
  }

  /** Ends a stream to the server. */
  public static void end(Bytes out) {
    out.addShort(-1);
  }

  /**
   * Creates a reader.
   *
   * @param columns how many each row has
   */
  public CopyReader(Source source, int columns) {
    this.source = source;
    this.columns = columns;
    this.offsets = new int[columns];
    this.lengths = new int[columns];
  }

  /**
   * Moves to the next row; returns false after the last.
   *
   * @throws DrillbookException CORRUPT when the bytes are not of the format or end too early
   */
  public boolean next() throws SQLException, DrillbookException {
    if (ended) {
      return false;
    }
    if (!begun) {
      begin();
    }
    // Offsets are kept from the row's start, since what is held moves when a piece is added.
    drop();
    int count = shortAt(take(2));
    if (count == -1) {
      ended = true;
      // The driver ends the copy once it was asked for what comes after the end mark.
      if (source.next() != null) {
        throw corrupt("bytes behind the end mark");
      }
      return false;
    }
    if (count != columns) {
      throw corrupt("a row has " + count + " columns instead of " + columns);
    }
    for (int i = 0; i < columns; i++) {
      int length = intAt(take(4));
      if (length < -1 || length > MAX_FIELD) {
        throw corrupt("a column has " + length + " bytes");
      }
      lengths[i] = length;
      offsets[i] = length < 0 ? position : take(length);
    }
    return true;
  }

  /** Returns the array that holds the row. */
  public byte[] data() {
    return data;
  }

  /** Tells whether a column is null. */
  public boolean isNull(int column) {
    return lengths[column] < 0;
  }

  /** Returns where a column's value starts. */
  public int offset(int column) {
    return offsets[column];
  }

  /** Returns how many bytes a column's value has. */
  public int length(int column) {
    return Math.max(lengths[column], 0);
  }

  private void begin() throws SQLException, DrillbookException {
    int start = take(SIGNATURE.length);
    if (!Arrays.equals(data, start, start + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw corrupt("no binary COPY stream");
    }
    int flags = intAt(take(4));
    if ((flags & 0xffff0000) != 0) {
      throw corrupt("flags " + Integer.toHexString(flags));
    }
    int extension = intAt(take(4));
    if (extension < 0 || extension > MAX_FIELD) {
      throw corrupt("a header extension of " + extension + " bytes");
    }
    take(extension);
    begun = true;
  }

  /** Takes bytes from what is held, which grows by what arrives, never by what is declared. */
  private int take(int bytes) throws SQLException, DrillbookException {
    while (limit - position < bytes) {
      byte[] piece = source.next();
      if (piece == null) {
        throw corrupt("the stream ends within a row");
      }
      append(piece);
    }
    int start = position;
    position += bytes;
    return start;
  }

  private void append(byte[] piece) throws DrillbookException {
    if (limit == 0) {
      data = piece;
      limit = piece.length;
      return;
    }
    if ((long) limit + piece.length > MAX_FIELD * 2L - 16) {
      throw corrupt("a row has more than 2 GiB");
    }
    int needed = limit + piece.length;
    if (needed > data.length) {
      data = Arrays.copyOf(data, (int) Math.min(MAX_FIELD * 2L - 16, Math.max(needed, limit * 2L)));
    }
    System.arraycopy(piece, 0, data, limit, piece.length);
    limit = needed;
  }

  private void drop() {
    if (position == limit) {
      position = 0;
      limit = 0;
    } else if (position > 0) {
      data = Arrays.copyOfRange(data, position, limit);
      limit -= position;
      position = 0;
    }
  }

  private int shortAt(int offset) {
    return Bytes.shortAt(data, offset);
  }

  private int intAt(int offset) {
    return Bytes.intAt(data, offset);
  }

  private static DrillbookException corrupt(String what) {
    return new DrillbookException(
        FailureKind.CORRUPT, "what the server sent could not be read: " + what + " [COPY]");
  }
}
