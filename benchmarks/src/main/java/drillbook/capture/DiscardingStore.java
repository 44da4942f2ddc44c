package drillbook.capture;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Hashes what it is given, as every store does, and forgets it. */
final class DiscardingStore implements ArtifactStore {
  @Override
  public String location() {
    return "discarded:";
  }

  @Override
  public ArtifactWriter write(String key) {
    return new DiscardingWriter(key);
  }

  @Override
  public Stored putNew(String key, byte[] bytes) {
    return new Stored(key, bytes.length, HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  @Override
  public InputStream read(String key, long offset, long length) throws DrillbookException {
    throw new DrillbookException(FailureKind.NOT_FOUND, "read " + key + ": it was discarded");
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit) {
    return List.of();
  }

  @Override
  public boolean delete(String key) {
    return false;
  }

  @Override
  public void close() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static final class DiscardingWriter extends ArtifactWriter {
    private final String key;
    private final MessageDigest digest = sha256();
    private long bytes;

    DiscardingWriter(String key) {
      this.key = key;
    }

    @Override
    public void write(int value) {
      digest.update((byte) value);
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      digest.update(source, offset, length);
      bytes += length;
    }

    @Override
    public Stored commit() {
      return new Stored(key, bytes, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public void close() {}
  }
}
