package drillbook.engine;

import drillbook.record.RecordBatch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A vector database in memory, which {@link MemoryEngine} adapters speak to. Guarded by its own
 * monitor; records are kept as batches of one that nobody changes.
 */
public final class MemoryServer {
  final Map<CollectionName, Stored> collections =
      new TreeMap<>(Comparator.comparing(CollectionName::path));
  final Map<CollectionName, CollectionName> aliases =
      new TreeMap<>(Comparator.comparing(CollectionName::path));
  final Map<String, Map<CollectionName, Stored>> snapshots = new HashMap<>();
  private int lastSnapshot;

  /** A collection: its schema, and its records by tenant and hexadecimal id. */
  static final class Stored {
    CollectionSchema schema;
    final Map<String, Map<String, RecordBatch>> tenants = new TreeMap<>();

    Stored(CollectionSchema schema) {
      this.schema = schema;
      schema.tenants().forEach(tenant -> tenants.put(tenant, new LinkedHashMap<>()));
    }

    Stored copy() {
      Stored copy = new Stored(schema);
      tenants.forEach((tenant, records) -> copy.tenants.put(tenant, new LinkedHashMap<>(records)));
      return copy;
    }
  }

  /** Keeps the present state of all collections and returns its name. */
  synchronized String snapshot() {
    Map<CollectionName, Stored> copy = new HashMap<>();
    collections.forEach((name, stored) -> copy.put(name, stored.copy()));
    String name = "snapshot-" + ++lastSnapshot;
    snapshots.put(name, copy);
    return name;
  }
}
