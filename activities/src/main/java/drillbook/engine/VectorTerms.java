package drillbook.engine;

import drillbook.record.ElementType;
import java.util.Objects;
import java.util.Set;

/**
 * What vectors an engine's records may have.
 *
 * @param elementTypes element types of dense vectors that it holds exactly
 * @param maxDimension the largest dimension of a dense vector
 * @param traits what else is possible
 * @param sparse what sparse vectors a record may have
 * @param grammar a regular expression that the whole name of a vector matches, where vectors have
 *     names
 */
public record VectorTerms(
    Set<ElementType> elementTypes,
    int maxDimension,
    Set<Trait> traits,
    SparseTerms sparse,
    String grammar) {
  /** What an engine may be able to do with dense vectors. */
  public enum Trait {
    /** A record may have several, by name, or none; else it has exactly one, unnamed. */
    MANY,
    /** One field may hold a list of vectors. */
    MULTI,
    /** A collection may be made before the dimension is known. */
    OPEN_DIMENSION
  }

  /** Copies the types. */
  public VectorTerms {
    elementTypes = Set.copyOf(elementTypes);
    traits = Set.copyOf(traits);
    Objects.requireNonNull(sparse, "sparse == null");
    Objects.requireNonNull(grammar, "grammar == null");
    if (maxDimension < 1) {
      throw new IllegalArgumentException("maxDimension must be >= 1: " + maxDimension);
    }
  }

  /** Tells whether a record may have several dense vectors, or none. */
  public boolean many() {
    return traits.contains(Trait.MANY);
  }

  /** Tells whether one field may hold a list of vectors. */
  public boolean multi() {
    return traits.contains(Trait.MULTI);
  }

  /** Tells whether a collection may be made before the dimension is known. */
  public boolean openDimension() {
    return traits.contains(Trait.OPEN_DIMENSION);
  }
}
