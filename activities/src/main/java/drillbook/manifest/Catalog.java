package drillbook.manifest;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The names behind the numbers: which collections and tenants a backup holds, and their schemas.
 *
 * @param collections in the order of their numbers
 */
public record Catalog(List<Entry> collections) {
  /** Rejects a number that is used twice. */
  public Catalog {
    collections = List.copyOf(collections);
    Set<Integer> numbers = new HashSet<>();
    for (Entry entry : collections) {
      if (!numbers.add(entry.number())) {
        throw new IllegalArgumentException("collection number used twice: " + entry.number());
      }
    }
  }

  /** Returns the catalog as canonical JSON. */
  public byte[] encode() {
    return CanonicalJson.encode(this);
  }

  /**
   * Returns the catalog that canonical JSON holds.
   *
   * @param key the artifact's key, for the message
   * @throws DrillbookException CORRUPT when the bytes are no catalog, or not canonical
   */
  public static Catalog decode(byte[] json, String key) throws DrillbookException {
    return CanonicalJson.decode(json, Catalog.class, key);
  }

  /**
   * A collection.
   *
   * @param number its number in keys and parts; stable along a chain of backups
   * @param schema what it is
   * @param tenants its tenants; the position is the tenant's number, stable along a chain
   * @param mark how far the engine had come, in its adapter's words, for the next increment; empty
   *     where the engine does not tell what changed
   */
  public record Entry(int number, CollectionSchema schema, List<String> tenants, String mark) {
    /** Creates an entry after which changes cannot be told. */
    public Entry(int number, CollectionSchema schema, List<String> tenants) {
      this(number, schema, tenants, "");
    }

    /** Rejects a negative number. */
    public Entry {
      Objects.requireNonNull(schema, "schema == null");
      Objects.requireNonNull(mark, "mark == null");
      tenants = List.copyOf(tenants);
      if (number < 0) {
        throw new IllegalArgumentException("collection number must be >= 0: " + number);
      }
    }
  }
}
