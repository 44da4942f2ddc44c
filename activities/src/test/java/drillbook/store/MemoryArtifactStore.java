package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** A store in memory that keeps every promise but the one about crashes. */
public class MemoryArtifactStore implements ArtifactStore {
  private final ConcurrentSkipListMap<String, byte[]> artifacts = new ConcurrentSkipListMap<>();

  @Override
  public String location() {
    return "memory:";
  }

  @Override
  public ArtifactWriter write(String key) throws DrillbookException, InterruptedException {
    StoreKeys.check(key);
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    return new HashingWriter(key, 1 << 20) {
      @Override
      void chunk(byte[] chunk, int length) {
        chunks.write(chunk, 0, length);
      }

      @Override
      void finish(byte[] rest, int length, Stored receipt) throws DrillbookException {
        chunk(rest, length);
        if (artifacts.putIfAbsent(key, chunks.toByteArray()) != null) {
          throw taken(key);
        }
      }

      @Override
      void abandon() {}
    };
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    byte[] present = artifacts.putIfAbsent(StoreKeys.check(key), bytes.clone());
    if (present != null && !Arrays.equals(present, bytes)) {
      throw taken(key);
    }
    return new Stored(key, bytes.length, Digests.hex(bytes));
  }

  private static DrillbookException taken(String key) {
    return new DrillbookException(FailureKind.CONFLICT, "artifact " + key + " is there already");
  }

  @Override
  public InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException {
    byte[] bytes = artifacts.get(StoreKeys.check(key));
    StoreKeys.checkRange(offset, length);
    if (bytes == null) {
      throw new DrillbookException(FailureKind.NOT_FOUND, "artifact " + key + " is not there");
    }
    int from = (int) Math.min(offset, bytes.length);
    int count = (int) (length < 0 ? bytes.length : Math.min(length, bytes.length));
    return new ByteArrayInputStream(bytes, from, Math.min(count, bytes.length - from));
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit)
      throws DrillbookException, InterruptedException {
    StoreKeys.checkListing(prefix, after, limit);
    return artifacts.tailMap(after, false).entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .limit(limit)
        .map(entry -> new Listed(entry.getKey(), entry.getValue().length))
        .toList();
  }

  @Override
  public boolean delete(String key) throws DrillbookException, InterruptedException {
    return artifacts.remove(StoreKeys.check(key)) != null;
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

  /** Returns the lower-case hex SHA-256 of some bytes. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
