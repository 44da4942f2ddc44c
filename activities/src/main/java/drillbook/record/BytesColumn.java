package drillbook.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing column of byte strings, one per record, each of which may be absent. Absent is not
 * empty. Reused by {@link #clear()}; not thread-safe.
 */
public final class BytesColumn {
  private byte[] data = new byte[1024];
  private int[] ends = new int[64];
  private boolean[] present = new boolean[64];
  private int size;

  /** Returns the number of values, absent ones included. */
  public int size() {
    return size;
  }

  /** Returns the bytes of all values together. */
  public int bytes() {
    return size == 0 ? 0 : ends[size - 1];
  }

  /** Appends a copy of {@code length} bytes from {@code offset}. */
  public void add(byte[] value, int offset, int length) {
    byte[] target = reserve(length);
    System.arraycopy(value, offset, target, ends[size - 1] - length, length);
  }

  /** Appends a copy of a whole array. */
  public void add(byte[] value) {
    add(value, 0, value.length);
  }

  /** Appends an absent value. */
  public void addAbsent() {
    growRows();
    ends[size] = bytes();
    present[size] = false;
    size++;
  }

  /**
   * Appends a present value of {@code length} bytes whose content the caller writes at once into
   * the returned array, from {@code end(row) - length} on.
   */
  byte[] reserve(int length) {
    growRows();
    int start = bytes();
    int end = Math.addExact(start, length);
    if (end > data.length) {
      data = Arrays.copyOf(data, Math.max(end, data.length + (data.length >> 1)));
    }
    ends[size] = end;
    present[size] = true;
    size++;
    return data;
  }

  /** Tells whether a record has a value. */
  public boolean isPresent(int row) {
    checkRow(row);
    return present[row];
  }

  /** Returns where a value starts in {@link #data()}. */
  public int offset(int row) {
    checkRow(row);
    return row == 0 ? 0 : ends[row - 1];
  }

  /** Returns how many bytes a value has; 0 where it is absent. */
  public int length(int row) {
    return ends[row] - offset(row);
  }

  /** Returns the array that holds all values; valid until the next addition or clear. */
  public byte[] data() {
    return data;
  }

  /** Returns a copy of a value; empty where it is absent. */
  public byte[] get(int row) {
    int offset = offset(row);
    return Arrays.copyOfRange(data, offset, ends[row]);
  }

  /** Returns a little-endian view of a value; valid until the next addition or clear. */
  public ByteBuffer view(int row) {
    return ByteBuffer.wrap(data, offset(row), length(row)).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Forgets all values and keeps the memory, up to {@value #KEPT_BYTES} bytes of it. */
  public void clear() {
    size = 0;
    if (data.length > KEPT_BYTES) {
      data = new byte[1024];
    }
  }

  private static final int KEPT_BYTES = 8 << 20;

  private void growRows() {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
      present = Arrays.copyOf(present, size * 2);
    }
  }

  private void checkRow(int row) {
    if (row < 0 || row >= size) {
      throw new IndexOutOfBoundsException("row " + row + " of " + size);
    }
  }
}
