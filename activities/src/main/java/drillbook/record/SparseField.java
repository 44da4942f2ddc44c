package drillbook.record;

import java.util.Objects;

/**
 * A sparse vector that records of a collection have.
 *
 * @param name unique among the collection's vectors, dense and sparse
 * @param elementType the type of a value; F32 in every engine known today
 * @param dimension the number of positions, or 0 where it is open
 */
public record SparseField(String name, ElementType elementType, long dimension) {
  /** Rejects a negative dimension. */
  public SparseField {
    Objects.requireNonNull(name, "name == null");
    Objects.requireNonNull(elementType, "elementType == null");
    if (dimension < 0) {
      throw new IllegalArgumentException("dimension must be >= 0: " + dimension);
    }
  }
}
