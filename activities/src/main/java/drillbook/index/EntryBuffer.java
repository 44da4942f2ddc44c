package drillbook.index;

import java.util.Arrays;

/** Index entries in memory, to be sorted there. No object for each of them. Not thread-safe. */
public final class EntryBuffer {
  /** How many entries a buffer holds at most. */
  public static final int MAX_ENTRIES = 1 << 17;

  private static final int INDEX_BITS = 17;
  private static final int SMALL_GROUP = 24;
  private static final int CURSOR_ENTRIES = 512;

  private byte[] entries = new byte[64 * Entries.BYTES];
  private int size;

  /**
   * Adds an entry.
   *
   * @throws IllegalStateException when the buffer holds {@link #MAX_ENTRIES}
   */
  public void add(byte[] idHash, byte[] contentHash, long address) {
    if (size == MAX_ENTRIES) {
      throw new IllegalStateException("the buffer is full");
    }
    if ((size + 1) * Entries.BYTES > entries.length) {
      entries = Arrays.copyOf(entries, Math.min(MAX_ENTRIES, size * 2) * Entries.BYTES);
    }
    Entries.put(entries, size * Entries.BYTES, idHash, contentHash, address);
    size++;
  }

  /** Returns how many entries were added. */
  public int size() {
    return size;
  }

  /** Forgets all entries and keeps the memory. */
  public void clear() {
    size = 0;
  }

  /** Returns the entries by id hash, then by address. The buffer must not change meanwhile. */
  public IndexCursor sorted() {
    return new Sorted(entries, order(), size);
  }

  /** Returns the entries' positions in order, in the low bits of each number. */
  private long[] order() {
    long[] order = new long[size];
    for (int i = 0; i < size; i++) {
      // The highest bits of a hash decide nearly always; flipped, since longs are signed.
      long prefix = Entries.prefix(entries, i * Entries.BYTES) ^ Long.MIN_VALUE;
      order[i] = (prefix >> INDEX_BITS << INDEX_BITS) | i;
    }
    Arrays.sort(order);
    int start = 0;
    for (int i = 1; i <= size; i++) {
      if (i == size || order[i] >> INDEX_BITS != order[start] >> INDEX_BITS) {
        sortGroup(order, start, i);
        start = i;
      }
    }
    return order;
  }

  /** Sorts entries whose highest bits are the same. */
  private void sortGroup(long[] order, int from, int to) {
    if (to - from > SMALL_GROUP) {
      // Hashes do not do this; whoever feeds other bytes pays with objects.
      Long[] boxed = Arrays.stream(order, from, to).boxed().toArray(Long[]::new);
      Arrays.sort(boxed, this::compare);
      for (int i = from; i < to; i++) {
        order[i] = boxed[i - from];
      }
      return;
    }
    for (int i = from + 1; i < to; i++) {
      long moved = order[i];
      int j = i - 1;
      while (j >= from && compare(order[j], moved) > 0) {
        order[j + 1] = order[j];
        j--;
      }
      order[j + 1] = moved;
    }
  }

  private int compare(long left, long right) {
    return Entries.compare(entries, offset(left), entries, offset(right));
  }

  private static int offset(long ordered) {
    return ((int) ordered & (MAX_ENTRIES - 1)) * Entries.BYTES;
  }

  private static final class Sorted extends BlockCursor {
    private final byte[] entries;
    private final long[] order;
    private final int size;
    private int next;

    Sorted(byte[] entries, long[] order, int size) {
      super(CURSOR_ENTRIES);
      this.entries = entries;
      this.order = order;
      this.size = size;
    }

    @Override
    int fill(byte[] target) {
      int count = Math.min(CURSOR_ENTRIES, size - next);
      for (int i = 0; i < count; i++) {
        System.arraycopy(
            entries, offset(order[next + i]), target, i * Entries.BYTES, Entries.BYTES);
      }
      next += count;
      return count * Entries.BYTES;
    }

    @Override
    public void close() {}
  }
}
