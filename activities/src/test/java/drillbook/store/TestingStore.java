package drillbook.store;

import drillbook.failure.DrillbookException;
import java.io.InputStream;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory that counts what it is asked. Safe for use by several threads. */
public final class TestingStore implements ArtifactStore {
  private final MemoryArtifactStore artifacts = new MemoryArtifactStore();
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
  public NavigableSet<String> keys() {
    NavigableSet<String> keys = new TreeSet<>();
    artifacts.list("", "", Integer.MAX_VALUE).forEach(listed -> keys.add(listed.key()));
    return keys;
  }

  /** Returns an artifact's bytes; empty where there is none. */
  public byte[] bytes(String key) {
    return artifacts.bytes(key);
  }

  /** Overwrites an artifact behind the back of the product. */
  public void tamper(String key, byte[] bytes) {
    artifacts.tamper(key, bytes);
  }

  @Override
  public String location() {
    return artifacts.location();
  }

  @Override
  public ArtifactWriter write(String key) {
    return artifacts.write(key);
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException {
    return artifacts.putNew(key, bytes);
  }

  @Override
  public InputStream read(String key, long offset, long length) throws DrillbookException {
    reads.incrementAndGet();
    return artifacts.read(key, offset, length);
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit) {
    lists.incrementAndGet();
    return artifacts.list(prefix, after, limit);
  }

  @Override
  public boolean delete(String key) {
    return artifacts.delete(key);
  }

  @Override
  public void close() {
    artifacts.close();
  }
}
