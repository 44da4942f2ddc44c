package drillbook.engine;

import drillbook.record.ElementType;
import java.util.List;
import java.util.Set;

/**
 * What an engine is, as far as it is known without asking it.
 *
 * @param name the word in runbooks: {@code chroma}, {@code pgvector}, ...
 * @param capabilities what it declares to have
 * @param scopeLevels what the scopes of a collection name are, outermost first
 * @param defaultScope where collections from another engine are put: one name for each level
 * @param elementTypes vector element types that it holds exactly
 * @param idTypes id types that it holds as they are; others are mapped and kept under {@code
 *     _drillbook}
 * @param maxDimension the largest dimension it stores
 * @param manyVectors whether a record may have several dense vectors, or none
 * @param multiVectors whether one field may hold a list of vectors
 * @param sparseVectors whether it holds sparse vectors
 * @param nameGrammar a regular expression that names of collections must match
 * @param scratchPrefix how a drill's scratch collection starts in the engine's grammar
 */
public record EngineProfile(
    String name,
    Set<Capability> capabilities,
    List<String> scopeLevels,
    List<String> defaultScope,
    Set<ElementType> elementTypes,
    Set<String> idTypes,
    int maxDimension,
    boolean manyVectors,
    boolean multiVectors,
    boolean sparseVectors,
    String nameGrammar,
    String scratchPrefix) {
  /** Copies the collections; rejects a default scope of another depth. */
  public EngineProfile {
    capabilities = Set.copyOf(capabilities);
    scopeLevels = List.copyOf(scopeLevels);
    defaultScope = List.copyOf(defaultScope);
    if (defaultScope.size() != scopeLevels.size()) {
      throw new IllegalArgumentException(
          "one default for each scope level: " + scopeLevels + " " + defaultScope);
    }
    elementTypes = Set.copyOf(elementTypes);
    idTypes = Set.copyOf(idTypes);
  }

  /** Tells whether the engine declares to have something. */
  public boolean has(Capability capability) {
    return capabilities.contains(capability);
  }
}
