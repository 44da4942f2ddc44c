package drillbook.engine;

import drillbook.record.RecordBatch;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

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
  final String history = UUID.randomUUID().toString();
  private final SortedSet<Long> open = new TreeSet<>();
  private long lastTransaction;
  private int lastSnapshot;

  /**
   * A collection: its schema, its records by tenant and hexadecimal id, and which transaction wrote
   * each of them.
   */
  static final class Stored {
    final long number;
    CollectionSchema schema;
    final Map<String, Map<String, RecordBatch>> tenants = new TreeMap<>();
    private final Map<String, Map<String, Long>> writers = new TreeMap<>();

    Stored(CollectionSchema schema, long number) {
      this.number = number;
      this.schema = schema;
      for (String tenant : schema.tenants()) {
        tenants.put(tenant, new LinkedHashMap<>());
        writers.put(tenant, new HashMap<>());
      }
    }

    Stored copy() {
      Stored copy = new Stored(schema, number);
      tenants.forEach((tenant, records) -> copy.tenants.put(tenant, new LinkedHashMap<>(records)));
      writers.forEach((tenant, numbers) -> copy.writers.put(tenant, new HashMap<>(numbers)));
      return copy;
    }

    /** Returns the number of the transaction that wrote a record last. */
    long writer(String tenant, String id) {
      return writers.getOrDefault(tenant, Map.of()).getOrDefault(id, Long.MAX_VALUE);
    }

    private void put(String tenant, RecordBatch record, long transaction) {
      String id = HexFormat.of().formatHex(record.ids().get(0));
      tenants.computeIfAbsent(tenant, _ -> new LinkedHashMap<>()).put(id, record);
      writers.computeIfAbsent(tenant, _ -> new HashMap<>()).put(id, transaction);
    }
  }

  /** Returns a number that nothing else has or had: of a transaction, or of a collection. */
  synchronized long number() {
    return ++lastTransaction;
  }

  /** Returns the first transaction that a snapshot taken now may not see: the oldest open one. */
  synchronized long mark() {
    return open.isEmpty() ? lastTransaction + 1 : open.first();
  }

  /** Writes records in a transaction of their own. */
  synchronized void write(Stored stored, String tenant, RecordBatch batch) {
    apply(stored, tenant, batch, number());
  }

  /**
   * Begins a transaction that writes records, and returns what commits it: its number is taken now,
   * what it wrote is seen then.
   */
  public synchronized Runnable writeLater(CollectionName name, String tenant, RecordBatch batch) {
    long transaction = number();
    open.add(transaction);
    RecordBatch kept = new RecordBatch(batch.layout());
    for (int i = 0; i < batch.size(); i++) {
      kept.append(batch, i);
    }
    return () -> {
      synchronized (this) {
        Stored stored = collections.get(name);
        if (stored != null) {
          apply(stored, tenant, kept, transaction);
        }
        open.remove(transaction);
      }
    };
  }

  /** Puts records there as if they had always been, which no sound engine does. */
  public synchronized void forge(CollectionName name, String tenant, RecordBatch batch) {
    Stored stored = collections.get(name);
    if (stored != null) {
      apply(stored, tenant, batch, 0);
    }
  }

  /** Deletes records, past the adapters. */
  public synchronized void delete(CollectionName name, String tenant, Collection<byte[]> ids) {
    Stored stored = collections.get(name);
    if (stored != null) {
      ids.forEach(
          id -> stored.tenants.getOrDefault(tenant, Map.of()).remove(HexFormat.of().formatHex(id)));
    }
  }

  private static void apply(Stored stored, String tenant, RecordBatch batch, long transaction) {
    for (int i = 0; i < batch.size(); i++) {
      RecordBatch record = new RecordBatch(batch.layout());
      record.append(batch, i);
      stored.put(tenant, record, transaction);
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
