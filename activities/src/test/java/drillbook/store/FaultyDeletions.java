package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.InputStream;
import java.util.List;

/** A store that goes away after so many deletions. */
public final class FaultyDeletions implements ArtifactStore {
  private final ArtifactStore store;
  private int left;

  /** Goes on where another store stands. */
  public FaultyDeletions(ArtifactStore store, int deletions) {
    this.store = store;
    this.left = deletions;
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public ArtifactWriter write(String key) throws DrillbookException, InterruptedException {
    return store.write(key);
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    return store.putNew(key, bytes);
  }

  @Override
  public InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException {
    return store.read(key, offset, length);
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit)
      throws DrillbookException, InterruptedException {
    return store.list(prefix, after, limit);
  }

  @Override
  public boolean delete(String key) throws DrillbookException, InterruptedException {
    if (left-- == 0) {
      throw new DrillbookException(FailureKind.UNAVAILABLE, "the store went away");
    }
    return store.delete(key);
  }

  @Override
  public void close() {
    store.close();
  }
}
