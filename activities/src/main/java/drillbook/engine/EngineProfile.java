package drillbook.engine;

import java.util.List;
import java.util.Set;

/**
 * What an engine is, as far as it is known without asking it.
 *
 * @param name the word in runbooks: {@code chroma}, {@code pgvector}, ...
 * @param capabilities what it declares to have
 * @param scopeLevels what the scopes of a collection name are, outermost first
 * @param defaultScope where collections from another engine are put: one name for each level
 * @param names what names collections may have
 * @param tenants what names tenants may have, {@link TenantTerms#NONE} without {@link
 *     Capability#TENANTS}
 * @param vectors what vectors records may have
 * @param indexes its words for indexes
 * @param idTypes id types that it holds as they are; others are mapped and kept under {@code
 *     _drillbook}
 * @param own what of its collections no other engine has
 */
public record EngineProfile(
    String name,
    Set<Capability> capabilities,
    List<String> scopeLevels,
    List<String> defaultScope,
    NameTerms names,
    TenantTerms tenants,
    VectorTerms vectors,
    IndexTerms indexes,
    Set<String> idTypes,
    OwnTerms own) {
  /** Copies the collections; rejects a default scope of another depth. */
  public EngineProfile {
    capabilities = Set.copyOf(capabilities);
    scopeLevels = List.copyOf(scopeLevels);
    defaultScope = List.copyOf(defaultScope);
    if (defaultScope.size() != scopeLevels.size()) {
      throw new IllegalArgumentException(
          "one default for each scope level: " + scopeLevels + " " + defaultScope);
    }
    if (capabilities.contains(Capability.TENANTS) == tenants.equals(TenantTerms.NONE)) {
      throw new IllegalArgumentException("terms of tenants exactly where there are tenants");
    }
    idTypes = Set.copyOf(idTypes);
  }

  /** Tells whether the engine declares to have something. */
  public boolean has(Capability capability) {
    return capabilities.contains(capability);
  }
}
