package drillbook.capture;

import drillbook.failure.DrillbookException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Base indexes that the ranges of a part share while any of them is read. Safe for several threads;
 * whoever comes first builds an index, the others wait for it.
 */
public final class SharedIndexes {
  private final Map<String, Shared> indexes = new HashMap<>();

  /** Creates an empty set. */
  public SharedIndexes() {}

  /** Builds an index that nobody uses yet. */
  @FunctionalInterface
  interface Builder {
    BaseIndex build() throws DrillbookException, InterruptedException;
  }

  /** Returns the index of a key, built if nobody uses it now. Closing the lease gives it back. */
  Lease acquire(String key, Builder builder) throws DrillbookException, InterruptedException {
    Shared shared;
    synchronized (indexes) {
      shared = indexes.computeIfAbsent(key, _ -> new Shared());
      shared.users++;
    }
    boolean built = false;
    try {
      Lease lease = new Lease(key, shared, shared.index(builder));
      built = true;
      return lease;
    } finally {
      if (!built) {
        release(key, shared);
      }
    }
  }

  private void release(String key, Shared shared) {
    synchronized (indexes) {
      shared.users--;
      if (shared.users > 0) {
        return;
      }
      indexes.remove(key, shared);
    }
    shared.close();
  }

  /** The use of an index. */
  final class Lease implements AutoCloseable {
    private final String key;
    private final Shared shared;
    private final BaseIndex index;

    private Lease(String key, Shared shared, BaseIndex index) {
      this.key = key;
      this.shared = shared;
      this.index = index;
    }

    BaseIndex index() {
      return index;
    }

    @Override
    public void close() {
      release(key, shared);
    }
  }

  private static final class Shared {
    private int users;
    private Optional<BaseIndex> index = Optional.empty();

    private synchronized BaseIndex index(Builder builder)
        throws DrillbookException, InterruptedException {
      if (index.isEmpty()) {
        index = Optional.of(builder.build());
      }
      return index.get();
    }

    private synchronized void close() {
      index.ifPresent(BaseIndex::close);
      index = Optional.empty();
    }
  }
}
