package drillbook.index;

import drillbook.failure.DrillbookException;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/** Merges sorted cursors, either keeping all entries or the newest one of each id hash. */
final class MergedCursor implements IndexCursor {
  private final List<IndexCursor> sources;
  private final boolean keepAll;
  private final boolean dropTombstones;
  private final PriorityQueue<Source> queue;
  private final byte[] idHash = new byte[Entries.HASH_BYTES];
  private final byte[] contentHash = new byte[Entries.HASH_BYTES];
  private long address;
  private boolean started;

  MergedCursor(List<IndexCursor> newestFirst, boolean keepAll, boolean dropTombstones) {
    this.sources = List.copyOf(newestFirst);
    this.keepAll = keepAll;
    this.dropTombstones = dropTombstones;
    this.queue =
        new PriorityQueue<>(
            Math.max(1, sources.size()), keepAll ? Source::byAddress : Source::byAge);
  }

  @Override
  public boolean next() throws DrillbookException, InterruptedException {
    if (!started) {
      started = true;
      for (int age = 0; age < sources.size(); age++) {
        push(new Source(sources.get(age), age));
      }
    }
    while (!queue.isEmpty()) {
      take();
      if (!(dropTombstones && tombstone())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public byte[] idHash() {
    return idHash;
  }

  @Override
  public byte[] contentHash() {
    return contentHash;
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public void close() {
    sources.forEach(IndexCursor::close);
  }

  private void take() throws DrillbookException, InterruptedException {
    Source head = queue.remove();
    keep(head);
    int age = head.age();
    push(head);
    while (!keepAll) {
      Source same = queue.peek();
      if (same == null || !Arrays.equals(same.cursor().idHash(), idHash)) {
        return;
      }
      queue.remove();
      if (same.age() == age) {
        // The same run names the record twice: what it said last counts.
        keep(same);
      }
      push(same);
    }
  }

  private void keep(Source source) {
    IndexCursor cursor = source.cursor();
    System.arraycopy(cursor.idHash(), 0, idHash, 0, Entries.HASH_BYTES);
    System.arraycopy(cursor.contentHash(), 0, contentHash, 0, Entries.HASH_BYTES);
    address = cursor.address();
  }

  private void push(Source source) throws DrillbookException, InterruptedException {
    if (source.cursor().next()) {
      queue.add(source);
    }
  }

  /** A cursor and its age, 0 for the newest. */
  private record Source(IndexCursor cursor, int age) {
    static int byAge(Source left, Source right) {
      int order = Arrays.compareUnsigned(left.cursor.idHash(), right.cursor.idHash());
      return order != 0 ? order : Integer.compare(left.age, right.age);
    }

    static int byAddress(Source left, Source right) {
      int order = Arrays.compareUnsigned(left.cursor.idHash(), right.cursor.idHash());
      return order != 0
          ? order
          : Long.compareUnsigned(left.cursor.address(), right.cursor.address());
    }
  }
}
