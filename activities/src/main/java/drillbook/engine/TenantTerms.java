package drillbook.engine;

import java.util.Objects;

/**
 * What names the tenants within a collection may have.
 *
 * @param grammar a regular expression that a whole name matches; matches nothing where there are no
 *     tenants
 * @param unnamedBeside whether records may be outside of all tenants while there are some: the
 *     tenant {@code ''} (a default partition or namespace)
 */
public record TenantTerms(String grammar, boolean unnamedBeside) {
  /** Collections without tenants. */
  public static final TenantTerms NONE = new TenantTerms("(?!)", false);

  /** Tenants of any name. */
  public static final TenantTerms ANY = new TenantTerms("(?s).+", true);

  /** Rejects nulls. */
  public TenantTerms {
    Objects.requireNonNull(grammar, "grammar == null");
  }

  /** Tells whether a collection with several tenants may have one of this name. */
  public boolean holds(String tenant) {
    return tenant.equals(CollectionSchema.NO_TENANT) ? unnamedBeside : tenant.matches(grammar);
  }
}
