package drillbook.record;

import java.util.Objects;

/**
 * A dense vector that records of a collection have.
 *
 * @param name unique among the collection's vectors; empty for an engine's only, unnamed vector
 * @param elementType the type of an element
 * @param dimension the number of elements, or 0 where each record has its own
 * @param multi whether a record holds a list of vectors instead of one
 */
public record VectorField(String name, ElementType elementType, int dimension, boolean multi) {
  /** Rejects a negative dimension. */
  public VectorField {
    Objects.requireNonNull(name, "name == null");
    Objects.requireNonNull(elementType, "elementType == null");
    if (dimension < 0) {
      throw new IllegalArgumentException("dimension must be >= 0: " + dimension);
    }
  }
}
