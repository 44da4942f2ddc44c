package drillbook.engine;

import drillbook.record.RecordLayout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that makes a collection what it is, beside its records: enough to create it again.
 *
 * @param name where it is
 * @param layout the vectors that its records have
 * @param idType what its ids are: {@code text}, {@code integer}, {@code uuid}, {@code bytes}, or a
 *     comma-separated list of these for a composite key
 * @param indexes how its vectors are searched, by vector name; a vector without is searched exactly
 * @param tenants the tenants within the collection, sorted; one empty name where it has none
 * @param aliases names that point to the collection, sorted
 * @param attributes what only this engine knows and needs to create it again (Chroma: metadata and
 *     configuration; pgvector: columns, keys, tables' options), JSON texts by name
 */
public record CollectionSchema(
    CollectionName name,
    RecordLayout layout,
    String idType,
    List<VectorIndex> indexes,
    List<String> tenants,
    List<String> aliases,
    Map<String, String> attributes) {
  /** The tenant of collections without tenants. */
  public static final String NO_TENANT = "";

  /** Copies the collections; sorts what has no order of its own. */
  public CollectionSchema {
    indexes = List.copyOf(indexes);
    tenants = tenants.stream().sorted().toList();
    aliases = aliases.stream().sorted().toList();
    attributes = Map.copyOf(attributes);
    if (tenants.isEmpty()) {
      throw new IllegalArgumentException("a collection without tenants has the tenant ''");
    }
  }

  /** Returns the attributes in the order of their names. */
  public Map<String, String> sortedAttributes() {
    return new TreeMap<>(attributes);
  }

  /** Returns the same schema under another name and without aliases. */
  public CollectionSchema named(CollectionName other) {
    return new CollectionSchema(other, layout, idType, indexes, tenants, List.of(), attributes);
  }
}
