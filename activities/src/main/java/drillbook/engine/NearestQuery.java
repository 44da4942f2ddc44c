package drillbook.engine;

/**
 * A k-nearest search.
 *
 * @param collection where
 * @param tenant which tenant, or {@link CollectionSchema#NO_TENANT}
 * @param vector the vector's name in the layout
 * @param bits the query vector, little-endian bits of the field's element type
 * @param dimension the number of elements
 * @param k how many, at least 1
 * @param exact true: compare with every record (engines without this ignore it and say so by their
 *     profile); false: through the index
 */
public record NearestQuery(
    CollectionName collection,
    String tenant,
    String vector,
    byte[] bits,
    int dimension,
    int k,
    boolean exact) {
  /** Rejects k below 1. */
  public NearestQuery {
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1: " + k);
    }
  }
}
