package drillbook.index;

import drillbook.failure.DrillbookException;
import java.nio.file.Path;

/**
 * An index on scratch disk, to look records up in: interpolation search by positional reads, so
 * that its size does not count as memory of this process. Confined to one thread.
 */
public final class IndexFile implements AutoCloseable {
  /** As many entries as one page of the disk holds. */
  private static final int PAGE_ENTRIES = 56;

  /** After so many guesses every other step halves the range, whatever the hashes look like. */
  private static final int TRUSTING_STEPS = 3;

  private final ScratchFile file;
  private final long size;
  private final byte[] page = new byte[PAGE_ENTRIES * Entries.BYTES];
  private long pageStart;
  private int pageEntries;

  private IndexFile(ScratchFile file) {
    this.file = file;
    this.size = file.bytes() / Entries.BYTES;
  }

  /**
   * Writes the entries of a cursor to a new file, and leaves the cursor open.
   *
   * @param source ascending by id hash, each once
   * @throws DrillbookException EXHAUSTED when the file cannot be written, and what the cursor
   *     throws
   */
  public static IndexFile write(IndexCursor source, Path file)
      throws DrillbookException, InterruptedException {
    ScratchFile scratch = ScratchFile.create(file);
    try {
      scratch.appendAll(source);
      return new IndexFile(scratch);
    } catch (DrillbookException | InterruptedException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** Returns the number of entries. */
  public long size() {
    return size;
  }

  /**
   * Returns the position of a record's entry, from 0 in the order of id hashes; -1 where there is
   * none.
   *
   * @throws DrillbookException EXHAUSTED when the file cannot be read
   */
  public long find(byte[] idHash) throws DrillbookException, InterruptedException {
    double wanted = fraction(idHash, 0);
    long low = 0;
    long high = size;
    double lowFraction = 0;
    double highFraction = 1;
    for (int step = 0; low < high; step++) {
      boolean halve = step >= TRUSTING_STEPS && step % 2 == 1;
      double share = (wanted - lowFraction) / (highFraction - lowFraction);
      long middle = halve || !(share >= 0) ? (high - low) / 2 : (long) (share * (high - low));
      load(Math.max(low, low + middle - PAGE_ENTRIES / 2), low, high);
      int last = (pageEntries - 1) * Entries.BYTES;
      if (Entries.compareIds(idHash, 0, page, 0) < 0) {
        high = pageStart;
        highFraction = fraction(page, 0);
      } else if (Entries.compareIds(idHash, 0, page, last) > 0) {
        low = pageStart + pageEntries;
        lowFraction = fraction(page, last);
      } else {
        return findInPage(idHash);
      }
    }
    return -1;
  }

  /**
   * Copies an entry's content hash.
   *
   * @param target receives 32 bytes
   * @throws DrillbookException EXHAUSTED when the file cannot be read
   */
  public void contentHash(long position, byte[] target)
      throws DrillbookException, InterruptedException {
    int offset = locate(position);
    System.arraycopy(page, offset + Entries.HASH_BYTES, target, 0, Entries.HASH_BYTES);
  }

  /**
   * Returns an entry's address.
   *
   * @throws DrillbookException EXHAUSTED when the file cannot be read
   */
  public long address(long position) throws DrillbookException, InterruptedException {
    int offset = locate(position);
    return Entries.address(page, offset);
  }

  /** Walks over all entries; closing the cursor leaves the file. */
  public IndexCursor cursor() {
    return file.cursor();
  }

  /** Deletes the file. Never fails. */
  @Override
  public void close() {
    file.close();
  }

  private long findInPage(byte[] idHash) {
    int low = 0;
    int high = pageEntries - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Entries.compareIds(idHash, 0, page, middle * Entries.BYTES);
      if (order == 0) {
        return pageStart + middle;
      }
      if (order < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }

  private int locate(long position) throws DrillbookException, InterruptedException {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException("entry " + position + " of " + size);
    }
    if (position < pageStart || position >= pageStart + pageEntries) {
      load(position, 0, size);
    }
    return (int) (position - pageStart) * Entries.BYTES;
  }

  /** Reads the entries from a position on, within a range. */
  private void load(long position, long low, long high)
      throws DrillbookException, InterruptedException {
    long start = Math.max(low, Math.min(position, high - PAGE_ENTRIES));
    int entries = (int) Math.min(PAGE_ENTRIES, high - start);
    if (start == pageStart && entries == pageEntries) {
      return;
    }
    pageEntries = 0;
    file.read(start * Entries.BYTES, page, entries * Entries.BYTES);
    pageStart = start;
    pageEntries = entries;
  }

  /** Returns where an id hash lies between the smallest and the largest one, 0 to 1. */
  private static double fraction(byte[] bytes, int offset) {
    return (Entries.prefix(bytes, offset) >>> 11) * 0x1p-53;
  }
}
