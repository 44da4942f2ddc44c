package drillbook.format;

import drillbook.index.RunReceipt;
import java.util.Objects;

/**
 * A segment in the store, with its sorted index run.
 *
 * @param number the segment's number within its part, unique along a chain of backups
 * @param key where it lies
 * @param bytes its stored length
 * @param sha256 of its stored bytes, lower-case hex
 * @param rows how many records it holds
 * @param logicalBytes the bytes of its records' columns before encoding
 * @param runKey where its index run lies
 * @param runBytes the run's stored length
 * @param runSha256 of the run's bytes
 * @param context the backup that wrote it, against which its header is checked
 */
public record Segment(
    long number,
    String key,
    long bytes,
    String sha256,
    int rows,
    long logicalBytes,
    String runKey,
    long runBytes,
    String runSha256,
    SegmentContext context) {
  /** Rejects numbers and sizes out of range. */
  public Segment {
    Objects.requireNonNull(key, "key == null");
    Objects.requireNonNull(sha256, "sha256 == null");
    Objects.requireNonNull(runKey, "runKey == null");
    Objects.requireNonNull(runSha256, "runSha256 == null");
    Objects.requireNonNull(context, "context == null");
    if (number < 0 || number > Address.MAX_SEGMENT) {
      throw new IllegalArgumentException("segment number out of range: " + number);
    }
    if (rows < 0 || rows > Address.MAX_ROWS) {
      throw new IllegalArgumentException("rows out of range: " + rows);
    }
    if (bytes < 0 || logicalBytes < 0 || runBytes < 0) {
      throw new IllegalArgumentException("negative size in segment " + key);
    }
  }

  /** Returns the backup that wrote the segment. */
  public String backupId() {
    return context.backupId();
  }

  /** Returns the segment's own index run. */
  public RunReceipt run() {
    return new RunReceipt(runKey, runBytes, runSha256, rows);
  }
}
