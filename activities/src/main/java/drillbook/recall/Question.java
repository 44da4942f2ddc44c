package drillbook.recall;

import drillbook.engine.VectorIndex.Metric;
import drillbook.format.RecordHasher;
import drillbook.record.ElementType;
import java.util.List;
import java.util.Objects;

/**
 * A stored vector and its true nearest neighbours among all records of its part, itself included.
 *
 * <p>Distances, smaller is nearer: {@code COSINE} one minus the cosine; {@code EUCLIDEAN} the
 * distance itself, not its square; {@code INNER_PRODUCT} the negative product; {@code MANHATTAN}
 * the sum of absolute differences; {@code HAMMING} the number of elements that differ; {@code
 * JACCARD} one minus the share of common elements, an element being there if it is not zero, and 1
 * where nothing is common.
 *
 * @param collection the collection's number in the catalog
 * @param tenant the tenant's number in the catalog
 * @param vector the vector's name in the layout
 * @param idHash the hash of the id of the record whose vector this is
 * @param id that record's id
 * @param bits the vector, little-endian
 * @param elementType what the bits are
 * @param dimension the number of elements
 * @param metric how near is measured
 * @param hits true neighbours by distance, then by id hash, unsigned; fewer than were asked for
 *     exactly if the part has no more records with a comparable vector
 */
public record Question(
    int collection,
    int tenant,
    String vector,
    byte[] idHash,
    byte[] id,
    byte[] bits,
    ElementType elementType,
    int dimension,
    Metric metric,
    List<Hit> hits) {
  /** The most elements that a question's vector has. */
  public static final int MAX_DIMENSION = 1 << 17;

  /** The most neighbours that a question knows. */
  public static final int MAX_HITS = 1000;

  /** Copies the hits; rejects lengths that contradict each other. */
  public Question {
    Objects.requireNonNull(vector, "vector == null");
    Objects.requireNonNull(elementType, "elementType == null");
    Objects.requireNonNull(metric, "metric == null");
    hits = List.copyOf(hits);
    if (collection < 0 || tenant < 0) {
      throw new IllegalArgumentException("no part: c" + collection + "/t" + tenant);
    }
    if (idHash.length != RecordHasher.HASH_BYTES
        || id.length == 0
        || id.length > Hit.MAX_ID_BYTES) {
      throw new IllegalArgumentException("no id: " + idHash.length + ", " + id.length + " bytes");
    }
    if (dimension < 1 || dimension > MAX_DIMENSION || bits.length != elementType.bytes(dimension)) {
      throw new IllegalArgumentException(
          bits.length + " bytes are no " + elementType + " vector of " + dimension);
    }
    if (hits.size() > MAX_HITS) {
      throw new IllegalArgumentException("too many hits: " + hits.size());
    }
  }

  /** Returns the same question about a vector of another name. */
  public Question about(String name) {
    return new Question(
        collection, tenant, name, idHash, id, bits, elementType, dimension, metric, hits);
  }

  /** Returns the same question with other answers. */
  public Question answered(List<Hit> answers) {
    return new Question(
        collection, tenant, vector, idHash, id, bits, elementType, dimension, metric, answers);
  }
}
