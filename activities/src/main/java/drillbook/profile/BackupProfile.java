package drillbook.profile;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.record.RecordLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the vectors of a backup are like, an artifact of it as canonical JSON. Nothing of a backup
 * rests on it; the next backup is compared with it.
 *
 * @param parts by collection and tenant, those without vectors left out
 */
public record BackupProfile(List<Part> parts) {
  /** How long an encoded profile may be, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  /** Centroids that make a profile longer than this are left out, of the smallest parts first. */
  private static final long CENTROID_BYTES = 16 << 20;

  private static final Comparator<Part> ORDER =
      Comparator.comparingInt(Part::collection).thenComparingInt(Part::tenant);

  /** Orders the parts. */
  public BackupProfile {
    parts = parts.stream().sorted(ORDER).toList();
  }

  /**
   * One tenant of one collection.
   *
   * @param collection the collection's number in the catalog
   * @param tenant the tenant's number in the catalog
   * @param vectors by the layout's order
   */
  public record Part(int collection, int tenant, List<Vector> vectors) {
    /** Copies the vectors. */
    public Part {
      vectors = List.copyOf(vectors);
      if (collection < 0 || tenant < 0) {
        throw new IllegalArgumentException("negative number in c" + collection + "/t" + tenant);
      }
    }

    private long count() {
      return vectors.stream().mapToLong(Vector::count).sum();
    }
  }

  /**
   * The vectors of one name.
   *
   * @param name as in the layout
   * @param count how many there are
   * @param dimension of all of them; 0 where they differ or there are none
   * @param notFinite how many hold a value that is no finite number; norms and centroid leave these
   *     out
   * @param nan how many values are NaN
   * @param infinite how many values are infinite
   * @param zero how many vectors have the norm 0
   * @param norm of the others, zero ones included
   * @param centroid their mean as little-endian f32; empty where there is none, or it was left out
   */
  public record Vector(
      String name,
      long count,
      int dimension,
      long notFinite,
      long nan,
      long infinite,
      long zero,
      Norm norm,
      byte[] centroid) {
    /** Copies the centroid. */
    public Vector {
      centroid = centroid.clone();
      if (count < 0 || notFinite < 0 || notFinite > count || dimension < 0) {
        throw new IllegalArgumentException("impossible figures of vector '" + name + "'");
      }
    }

    /** Returns a copy of the centroid. */
    @Override
    public byte[] centroid() {
      return centroid.clone();
    }

    private Vector withoutCentroid() {
      return new Vector(name, count, dimension, notFinite, nan, infinite, zero, norm, new byte[0]);
    }
  }

  /**
   * Euclidean lengths.
   *
   * @param least the smallest
   * @param mean the mean
   * @param most the largest
   * @param deviation the standard deviation
   */
  public record Norm(double least, double mean, double most, double deviation) {}

  /** Returns what sums say of a part. */
  public static Part part(int collection, int tenant, RecordLayout layout, List<VectorSums> sums) {
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      vectors.add(vector(layout.vectors().get(i).name(), sums.get(i)));
    }
    return new Part(collection, tenant, vectors);
  }

  private static Vector vector(String name, VectorSums sums) {
    long finite = sums.finite();
    double mean = finite == 0 ? 0 : sums.normSum() / finite;
    double variance = finite == 0 ? 0 : Math.max(0, sums.squareSum() / finite - mean * mean);
    return new Vector(
        name,
        sums.vectors(),
        Math.max(0, sums.dimension()),
        sums.notFinite(),
        sums.nan(),
        sums.infinite(),
        sums.zero(),
        new Norm(sums.leastNorm(), mean, sums.mostNorm(), Math.sqrt(variance)),
        centroid(sums.sums(), finite));
  }

  private static byte[] centroid(byte[] sums, long count) {
    if (count == 0) {
      return new byte[0];
    }
    ByteBuffer from = ByteBuffer.wrap(sums).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer mean = ByteBuffer.allocate(sums.length / 2).order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      mean.putFloat((float) (from.getDouble() / count));
    }
    return mean.array();
  }

  /**
   * Returns what a part of a tenant's vectors add up to, were each like all: an increment that read
   * only what changed has no more of the others. Empty where nothing is said of the tenant.
   *
   * @param layout of the tenant's records
   * @param share how many of the records are left, 0 to 1
   */
  public List<VectorSums> share(int collection, int tenant, RecordLayout layout, double share) {
    for (Part part : parts) {
      boolean meant = part.collection() == collection && part.tenant() == tenant;
      if (meant && part.vectors().size() == layout.vectors().size()) {
        return part.vectors().stream().map(vector -> VectorSums.share(vector, share)).toList();
      }
    }
    return List.of();
  }

  /** Returns the profile as canonical JSON. */
  public byte[] encode() {
    return CanonicalJson.encode(bounded());
  }

  /**
   * Returns the profile that canonical JSON holds.
   *
   * @param key the artifact's key, for the message
   * @throws DrillbookException CORRUPT when the bytes are no profile, too many, or not canonical
   */
  public static BackupProfile decode(byte[] json, String key) throws DrillbookException {
    if (json.length > MAX_BYTES) {
      throw new DrillbookException(
          FailureKind.CORRUPT, "read " + key + ": " + json.length + " bytes are too many");
    }
    return CanonicalJson.decode(json, BackupProfile.class, key);
  }

  private BackupProfile bounded() {
    long used = 0;
    Set<Part> kept = new HashSet<>();
    for (Part part :
        parts.stream().sorted(Comparator.comparingLong(Part::count).reversed()).toList()) {
      used += part.vectors().stream().mapToLong(vector -> vector.centroid().length * 4L / 3).sum();
      if (used <= CENTROID_BYTES) {
        kept.add(part);
      }
    }
    if (kept.size() == parts.size()) {
      return this;
    }
    return new BackupProfile(
        parts.stream()
            .map(part ->
                kept.contains(part)
                    ? part
                    : new Part(
                        part.collection(),
                        part.tenant(),
                        part.vectors().stream().map(Vector::withoutCentroid).toList()))
            .toList());
  }
}
