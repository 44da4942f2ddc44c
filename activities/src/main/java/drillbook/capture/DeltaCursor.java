package drillbook.capture;

import drillbook.failure.DrillbookException;
import drillbook.format.RecordHasher;
import drillbook.index.IndexCursor;
import java.util.Arrays;
import java.util.Optional;

/**
 * Walks over what differs between a live index and its parent's: entries that are new or lie
 * elsewhere, and tombstones for those that are gone. Not thread-safe.
 */
final class DeltaCursor implements IndexCursor {
  private final IndexCursor live;
  private final Optional<IndexCursor> parent;
  private final byte[] idHash = new byte[RecordHasher.HASH_BYTES];
  private final byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
  private long address;
  private boolean started;
  private boolean liveLeft;
  private boolean parentLeft;
  private long changed;
  private long deleted;

  DeltaCursor(IndexCursor live, Optional<IndexCursor> parent) {
    this.live = live;
    this.parent = parent;
  }

  /** Returns how many entries so far are new or changed. */
  long changed() {
    return changed;
  }

  /** Returns how many entries so far are tombstones. */
  long deleted() {
    return deleted;
  }

  @Override
  public boolean next() throws DrillbookException, InterruptedException {
    if (!started) {
      started = true;
      liveLeft = live.next();
      parentLeft = parent.isPresent() && parent.get().next();
    }
    while (liveLeft || parentLeft) {
      int order = order();
      if (order < 0) {
        take(live);
        changed++;
        liveLeft = live.next();
        return true;
      }
      if (order > 0) {
        IndexCursor gone = parent.orElseThrow();
        System.arraycopy(gone.idHash(), 0, idHash, 0, idHash.length);
        Arrays.fill(contentHash, (byte) 0);
        address = TOMBSTONE;
        deleted++;
        parentLeft = gone.next();
        return true;
      }
      IndexCursor before = parent.orElseThrow();
      boolean moved = live.address() != before.address();
      if (moved) {
        take(live);
        changed++;
      }
      liveLeft = live.next();
      parentLeft = before.next();
      if (moved) {
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
    live.close();
    parent.ifPresent(IndexCursor::close);
  }

  private int order() {
    if (!parentLeft) {
      return -1;
    }
    return liveLeft ? Arrays.compareUnsigned(live.idHash(), parent.orElseThrow().idHash()) : 1;
  }

  private void take(IndexCursor source) {
    System.arraycopy(source.idHash(), 0, idHash, 0, idHash.length);
    System.arraycopy(source.contentHash(), 0, contentHash, 0, contentHash.length);
    address = source.address();
  }
}
