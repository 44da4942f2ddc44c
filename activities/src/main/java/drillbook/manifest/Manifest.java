package drillbook.manifest;

import drillbook.store.ArtifactStore.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a backup is: written last and signed; a backup without one does not exist. Self-contained:
 * it names every artifact that a restore needs, also those of earlier backups. Holds names of
 * target and engine, sizes, digests and times only; what users named lies in the catalog.
 *
 * @param format the format's version, {@value #FORMAT}
 * @param backupId the backup's id
 * @param target the target's name
 * @param kind {@code full} or {@code inc}
 * @param parent the backup that this one continues; empty where there is none
 * @param startedAt when the capture started
 * @param asOf the time whose state the backup holds, at the earliest
 * @param finishedAt when the last artifact was stored
 * @param consistency what the engine promises about records read together
 * @param deletesSeenAt up to when deletions are known
 * @param engine the engine's word
 * @param engineVersion the engine's version, as it says
 * @param parts counts and digests of the folded state, by collection and tenant
 * @param segmentLists oldest first, this backup's own last
 * @param catalog the schemas and tenants
 * @param recall the recall set; empty where there is none
 * @param profile what the vectors are like; empty where there are none
 * @param records how many records the folded state has
 * @param logicalBytes the bytes of these records' columns
 * @param storedBytes what this backup added to the store
 * @param read how many records were read for this backup; of the others the engine said that they
 *     are as the parent has them
 * @param changed how many records this backup added or changed
 * @param deleted how many records this backup saw deleted
 * @param product the product and version that wrote it
 */
public record Manifest(
    int format,
    String backupId,
    String target,
    String kind,
    String parent,
    Instant startedAt,
    Instant asOf,
    Instant finishedAt,
    String consistency,
    Instant deletesSeenAt,
    String engine,
    String engineVersion,
    List<Part> parts,
    List<Stored> segmentLists,
    Stored catalog,
    List<Stored> recall,
    List<Stored> profile,
    long records,
    long logicalBytes,
    long storedBytes,
    long read,
    long changed,
    long deleted,
    String product) {
  /** The version of the format that this code writes and reads. */
  public static final int FORMAT = 1;

  /** The kind of a backup that stands alone. */
  public static final String FULL = "full";

  /** The kind of a backup that continues its parent. */
  public static final String INCREMENTAL = "inc";

  /** Rejects another format, an unknown kind, and an incremental without parent. */
  public Manifest {
    parts = List.copyOf(parts);
    segmentLists = List.copyOf(segmentLists);
    recall = List.copyOf(recall);
    profile = List.copyOf(profile);
    Objects.requireNonNull(startedAt, "startedAt == null");
    Objects.requireNonNull(asOf, "asOf == null");
    Objects.requireNonNull(finishedAt, "finishedAt == null");
    Objects.requireNonNull(deletesSeenAt, "deletesSeenAt == null");
    Objects.requireNonNull(catalog, "catalog == null");
    if (format != FORMAT) {
      throw new IllegalArgumentException("format must be " + FORMAT + ": " + format);
    }
    if (!kind.equals(FULL) && !kind.equals(INCREMENTAL)) {
      throw new IllegalArgumentException("kind must be full or inc: '" + kind + "'");
    }
    if (kind.equals(INCREMENTAL) && parent.isEmpty()) {
      throw new IllegalArgumentException("an incremental needs a parent: " + backupId);
    }
  }

  /** Returns every artifact that the manifest itself names; its segment lists name more. */
  public List<Stored> artifacts() {
    List<Stored> artifacts = new ArrayList<>(segmentLists);
    artifacts.add(catalog);
    artifacts.addAll(recall);
    artifacts.addAll(profile);
    return List.copyOf(artifacts);
  }

  /**
   * The folded state of one tenant of one collection.
   *
   * @param collection the collection's number in the catalog
   * @param tenant the tenant's number in the catalog
   * @param count how many records
   * @param sum the multiset sum of their content hashes, hex
   * @param root the Merkle root over the index, hex
   * @param logicalBytes the bytes of their columns
   */
  public record Part(
      int collection, int tenant, long count, String sum, String root, long logicalBytes) {
    /** Rejects negative numbers. */
    public Part {
      Objects.requireNonNull(sum, "sum == null");
      Objects.requireNonNull(root, "root == null");
      if (collection < 0 || tenant < 0 || count < 0 || logicalBytes < 0) {
        throw new IllegalArgumentException(
            "negative number in part c" + collection + "/t" + tenant);
      }
    }
  }
}
