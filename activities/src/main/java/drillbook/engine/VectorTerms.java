package drillbook.engine;

import drillbook.record.ElementType;
import java.util.Objects;
import java.util.Set;

/**
 * What vectors an engine's records may have.
 *
 * @param elementTypes element types of dense vectors that it holds exactly
 * @param maxDimension the largest dimension of a dense vector
 * @param many whether a record may have several dense vectors, or none; else it has one, unnamed
 * @param multi whether one field may hold a list of vectors
 * @param sparse what sparse vectors a record may have
 * @param grammar a regular expression that the whole name of a vector matches, where vectors have
 *     names
 */
public record VectorTerms(
    Set<ElementType> elementTypes,
    int maxDimension,
    boolean many,
    boolean multi,
    SparseTerms sparse,
    String grammar) {
  /** Copies the types. */
  public VectorTerms {
    elementTypes = Set.copyOf(elementTypes);
    Objects.requireNonNull(sparse, "sparse == null");
    Objects.requireNonNull(grammar, "grammar == null");
    if (maxDimension < 1) {
      throw new IllegalArgumentException("maxDimension must be >= 1: " + maxDimension);
    }
  }
}
