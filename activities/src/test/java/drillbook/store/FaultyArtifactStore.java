package drillbook.store;

import drillbook.failure.DrillbookException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A store with one fault planted, so that the kit can be seen to notice it. */
final class FaultyArtifactStore implements ArtifactStore {
  /** What is wrong with it. */
  enum Fault {
    /** A put replaces what the key holds. */
    PUT_OVERWRITES,
    /** A commit replaces what the key holds. */
    COMMIT_OVERWRITES,
    /** The same put twice is refused. */
    REFUSES_ITS_OWN_PAST,
    /** An artifact is there while it is still being written. */
    SHOWS_UNFINISHED,
    /** An abandoned artifact is kept. */
    KEEPS_ABANDONED,
    /** A long read ends early, without an error. */
    TRUNCATES_READS,
    /** A read of a range begins at the artifact's start. */
    IGNORES_OFFSETS,
    /** Receipts carry a digest of something else. */
    WRONG_SHA256,
    /** A listing begins anew at each page. */
    FORGETS_THE_PAGE,
    /** A prefix is taken as text, without the slash. */
    PREFIX_WITHOUT_SLASH,
    /** A listing has folders behind files. */
    LISTS_BY_FOLDER,
    /** A delete does nothing. */
    KEEPS_DELETED
  }

  private final ArtifactStore sound = new MemoryArtifactStore();
  private final Fault fault;

  FaultyArtifactStore(Fault fault) {
    this.fault = fault;
  }

  private boolean is(Fault asked) {
    return fault == asked;
  }

  @Override
  public String location() {
    return "faulty:" + fault;
  }

  @Override
  public ArtifactWriter write(String key) throws DrillbookException, InterruptedException {
    if (is(Fault.SHOWS_UNFINISHED)) {
      sound.putNew(key, new byte[0]);
    }
    return new Writer(key, sound.write(key));
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    if (is(Fault.PUT_OVERWRITES)) {
      synchronized (sound) {
        sound.delete(key);
        return sound.putNew(key, bytes);
      }
    }
    if (is(Fault.REFUSES_ITS_OWN_PAST) && !sound.list("", "", 100).isEmpty()) {
      try (ArtifactWriter writer = sound.write(key)) {
        writer.write(bytes);
        return writer.commit();
      } catch (IOException e) {
        throw ArtifactStore.failureOf(key, e);
      }
    }
    return receipt(sound.putNew(key, bytes));
  }

  private Stored receipt(Stored stored) {
    return is(Fault.WRONG_SHA256)
        ? new Stored(stored.key(), stored.bytes(), "0".repeat(64))
        : stored;
  }

  @Override
  public InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException {
    StoreKeys.checkRange(offset, length);
    InputStream in = sound.read(key, is(Fault.IGNORES_OFFSETS) ? 0 : offset, length);
    if (!is(Fault.TRUNCATES_READS)) {
      return in;
    }
    try (in) {
      return new ByteArrayInputStream(in.readNBytes(1 << 20));
    } catch (IOException e) {
      throw ArtifactStore.failureOf(key, e);
    }
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit)
      throws DrillbookException, InterruptedException {
    StoreKeys.checkListing(prefix, after, limit);
    if (is(Fault.PREFIX_WITHOUT_SLASH) && !prefix.isEmpty()) {
      String text = prefix.substring(0, prefix.length() - 1);
      return sound.list("", after, 1000).stream()
          .filter(listed -> listed.key().startsWith(text))
          .limit(limit)
          .toList();
    }
    if (is(Fault.FORGETS_THE_PAGE)) {
      return sound.list(prefix, "", limit);
    }
    List<Listed> listed = new ArrayList<>(sound.list(prefix, after, limit));
    if (is(Fault.LISTS_BY_FOLDER)) {
      listed.sort(
          Comparator.comparingInt((Listed one) -> one.key().split("/", -1).length)
              .thenComparing(Listed::key));
    }
    return listed;
  }

  @Override
  public boolean delete(String key) throws DrillbookException, InterruptedException {
    StoreKeys.check(key);
    return is(Fault.KEEPS_DELETED)
        ? sound.list("", "", 1000).stream().anyMatch(listed -> listed.key().equals(key))
        : sound.delete(key);
  }

  @Override
  public void close() {
    sound.close();
  }

  private final class Writer extends ArtifactWriter {
    private final String key;
    private final ArtifactWriter writer;
    private boolean committed;

    Writer(String key, ArtifactWriter writer) {
      this.key = key;
      this.writer = writer;
    }

    @Override
    public void write(int value) throws IOException {
      writer.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writer.write(bytes, offset, length);
    }

    @Override
    public Stored commit() throws DrillbookException, InterruptedException {
      if (!committed && (is(Fault.COMMIT_OVERWRITES) || is(Fault.SHOWS_UNFINISHED))) {
        sound.delete(key);
      }
      Stored stored = writer.commit();
      committed = true;
      return receipt(stored);
    }

    @Override
    public void close() {
      try {
        if (is(Fault.KEEPS_ABANDONED) && !committed) {
          writer.commit();
        } else if (is(Fault.SHOWS_UNFINISHED) && !committed) {
          sound.delete(key);
        }
      } catch (DrillbookException | InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        writer.close();
      }
    }
  }
}
