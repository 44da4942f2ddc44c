package drillbook.search;

import drillbook.record.ElementType;

/** A vector, or several, in the very bits that are compared. */
sealed interface Query {
  /**
   * Dense vectors of one dimension.
   *
   * @param bits {@code rows} vectors one after the other, little-endian
   */
  record Dense(ElementType type, int dimension, int rows, byte[] bits) implements Query {}

  /**
   * A sparse vector.
   *
   * @param positions strictly ascending, unsigned 32 bit, little-endian
   * @param values as many
   */
  record Sparse(ElementType type, byte[] positions, byte[] values) implements Query {
    int count() {
      return positions.length / 4;
    }
  }
}
