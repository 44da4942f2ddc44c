package drillbook.format;

/**
 * Where a segment belongs. It stands in the segment's header and is checked when it is read, so
 * that a segment of another backup cannot take its place.
 *
 * @param target the target's name
 * @param backupId the backup that wrote the segment
 */
public record SegmentContext(String target, String backupId) {
  /** Rejects empty names and names of more than 200 characters. */
  public SegmentContext {
    requireName("target", target);
    requireName("backupId", backupId);
  }

  private static void requireName(String what, String name) {
    if (name.isEmpty() || name.length() > 200) {
      throw new IllegalArgumentException(what + " needs 1 to 200 characters: '" + name + "'");
    }
  }
}
