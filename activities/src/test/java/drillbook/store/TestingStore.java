package drillbook.store;

import drillbook.failure.DrillbookException;
import java.io.InputStream;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory that counts what it is asked. Safe for use by several threads. */
public final class TestingStore extends MemoryArtifactStore {
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();

  /** Returns how many times an artifact was read. */
  public int reads() {
    return reads.get();
  }

  /** Returns how many listings were asked for. */
  public int lists() {
    return lists.get();
  }

  /** Returns all keys, sorted. */
  public NavigableSet<String> keys() throws DrillbookException, InterruptedException {
    NavigableSet<String> keys = new TreeSet<>();
    super.list("", "", Integer.MAX_VALUE).forEach(listed -> keys.add(listed.key()));
    return keys;
  }

  @Override
  public InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException {
    reads.incrementAndGet();
    return super.read(key, offset, length);
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit)
      throws DrillbookException, InterruptedException {
    lists.incrementAndGet();
    return super.list(prefix, after, limit);
  }
}
