package drillbook.manifest;

import drillbook.failure.DrillbookException;
import drillbook.format.Segment;
import drillbook.index.RunReceipt;
import java.util.List;
import java.util.Objects;

/**
 * The segments and index runs that a backup contributes, by part. The state of a part is the fold
 * of the runs of all lists that a manifest names, oldest list first and oldest run first: of
 * several entries with one id hash the last one counts, and a tombstone is no record.
 *
 * @param backupId the backup that wrote the list
 * @param parts by collection and tenant
 */
public record SegmentList(String backupId, List<PartSegments> parts) {
  /** Copies the parts. */
  public SegmentList {
    Objects.requireNonNull(backupId, "backupId == null");
    parts = List.copyOf(parts);
  }

  /** Returns the list as canonical JSON. */
  public byte[] encode() {
    return CanonicalJson.encode(this);
  }

  /**
   * Returns the list that canonical JSON holds.
   *
   * @param key the artifact's key, for the message
   * @throws DrillbookException CORRUPT when the bytes are no segment list, or not canonical
   */
  public static SegmentList decode(byte[] json, String key) throws DrillbookException {
    return CanonicalJson.decode(json, SegmentList.class, key);
  }

  /**
   * The segments of one tenant of one collection.
   *
   * @param collection the collection's number in the catalog
   * @param tenant the tenant's number in the catalog
   * @param segments ascending by number
   * @param runs all index runs to fold, oldest first: the segments' own, or one that replaces them
   */
  public record PartSegments(
      int collection, int tenant, List<Segment> segments, List<RunReceipt> runs) {
    /** Rejects negative numbers. */
    public PartSegments {
      segments = List.copyOf(segments);
      runs = List.copyOf(runs);
      if (collection < 0 || tenant < 0) {
        throw new IllegalArgumentException("no part: c" + collection + "/t" + tenant);
      }
    }
  }
}
