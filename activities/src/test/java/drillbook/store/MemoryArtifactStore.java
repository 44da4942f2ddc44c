package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** A store in memory that keeps the promises of a real one. Safe for use by several threads. */
public final class MemoryArtifactStore implements ArtifactStore {
  private static final String KEYS = "[a-z0-9._-]+(/[a-z0-9._-]+)*";

  private final ConcurrentSkipListMap<String, byte[]> artifacts = new ConcurrentSkipListMap<>();

  @Override
  public String location() {
    return "memory:";
  }

  @Override
  public ArtifactWriter write(String key) {
    checkKey(key);
    return new MemoryWriter(key);
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException {
    checkKey(key);
    byte[] before = artifacts.putIfAbsent(key, bytes.clone());
    if (before != null && !Arrays.equals(before, bytes)) {
      throw new DrillbookException(
          FailureKind.CONFLICT, "put " + key + ": it exists with other bytes");
    }
    return new Stored(key, bytes.length, sha256(bytes));
  }

  @Override
  public InputStream read(String key, long offset, long length) throws DrillbookException {
    checkKey(key);
    byte[] bytes = artifacts.get(key);
    if (bytes == null) {
      throw new DrillbookException(FailureKind.NOT_FOUND, "read " + key + ": it does not exist");
    }
    int start = (int) Math.min(offset, bytes.length);
    int rest = bytes.length - start;
    return new ByteArrayInputStream(bytes, start, length < 0 ? rest : (int) Math.min(length, rest));
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit) {
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix must end with a slash: '" + prefix + "'");
    }
    return artifacts.tailMap(after.compareTo(prefix) > 0 ? after : prefix).entrySet().stream()
        .filter(entry -> entry.getKey().compareTo(after) > 0)
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .limit(limit)
        .map(entry -> new Listed(entry.getKey(), entry.getValue().length))
        .toList();
  }

  @Override
  public boolean delete(String key) {
    checkKey(key);
    return artifacts.remove(key) != null;
  }

  @Override
  public void close() {}

  /** Returns a copy of an artifact's bytes; empty where there is none. */
  public byte[] bytes(String key) {
    return artifacts.getOrDefault(key, new byte[0]).clone();
  }

  /** Overwrites an artifact behind the back of the product, as damage or an attacker would. */
  public void tamper(String key, byte[] bytes) {
    artifacts.put(key, bytes.clone());
  }

  private static void checkKey(String key) {
    if (!key.matches(KEYS)) {
      throw new IllegalArgumentException("no key: '" + key + "'");
    }
  }

  /** Returns the lower-case hex SHA-256 of some bytes. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private final class MemoryWriter extends ArtifactWriter {
    private final String key;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private boolean ended;

    MemoryWriter(String key) {
      this.key = key;
    }

    @Override
    public void write(int value) throws IOException {
      requireOpen();
      buffer.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      requireOpen();
      buffer.write(bytes, offset, length);
    }

    @Override
    public Stored commit() {
      if (ended) {
        throw new IllegalStateException("artifact " + key + " has ended");
      }
      ended = true;
      byte[] bytes = buffer.toByteArray();
      artifacts.put(key, bytes);
      return new Stored(key, bytes.length, sha256(bytes));
    }

    @Override
    public void close() {
      ended = true;
    }

    private void requireOpen() throws IOException {
      if (ended) {
        throw new IOException("artifact " + key + " has ended");
      }
    }
  }
}
