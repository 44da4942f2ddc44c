package drillbook.index;

import java.util.Objects;

/**
 * An index run in the store.
 *
 * @param key where it lies
 * @param bytes its stored length
 * @param sha256 of its bytes, lower-case hex
 * @param entries how many entries it holds, tombstones included
 */
public record RunReceipt(String key, long bytes, String sha256, long entries) {
  /** Rejects negative sizes. */
  public RunReceipt {
    Objects.requireNonNull(key, "key == null");
    Objects.requireNonNull(sha256, "sha256 == null");
    if (bytes < 0 || entries < 0) {
      throw new IllegalArgumentException("negative size in run " + key);
    }
  }
}
