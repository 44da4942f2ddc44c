package drillbook.engine.qdrant;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shard keys of a collection.
 *
 * @param keys texts and integers, in the order of their shards; empty where the server shards by
 *     itself
 * @param sizes by a key's text, what a request to make it says of shards and replicas beside what
 *     the collection's parameters say
 */
record ShardKeys(List<Object> keys, Map<String, Object> sizes) {
  private static final Set<String> COUNTED = Set.of("Active", "Dead");

  static final ShardKeys NONE = new ShardKeys(List.of(), Map.of());

  ShardKeys {
    keys = List.copyOf(keys);
    sizes = Map.copyOf(sizes);
  }

  /**
   * Reads a collection's shards, on whichever peers these are.
   *
   * @param answer the answer to {@code GET /collections/<name>/cluster}
   * @param params the collection's parameters, which hold for keys that were made without their own
   */
  static ShardKeys of(String what, Object answer, Map<String, Object> params)
      throws DrillbookException {
    TreeMap<Long, Object> byShard = new TreeMap<>();
    Map<Long, Integer> replicas = new HashMap<>();
    for (String side : List.of("local_shards", "remote_shards")) {
      for (Object shard : QdrantControl.list(what, answer, side)) {
        if (shard instanceof Map<?, ?> map
            && map.get("shard_id") instanceof Number id
            && map.get("shard_key") != null) {
          byShard.put(id.longValue(), map.get("shard_key"));
          // A shard that is being moved has one more for a while.
          int lasting = COUNTED.contains(String.valueOf(map.get("state"))) ? 1 : 0;
          replicas.merge(id.longValue(), lasting, Integer::sum);
        }
      }
    }
    List<Object> keys = byShard.values().stream().distinct().toList();
    if (keys.stream().map(Object::toString).distinct().count() < keys.size()) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          what + ": a number and a text of the same digits are both shard keys: " + keys,
          "Tenants are told apart by their words: give one of the two another key.");
    }
    Map<String, Object> sizes = new TreeMap<>();
    for (Object key : keys) {
      List<Long> own = byShard.keySet().stream().filter(id -> key.equals(byShard.get(id))).toList();
      int most = own.stream().mapToInt(id -> replicas.getOrDefault(id, 1)).max().orElse(1);
      Map<String, Object> size = new TreeMap<>();
      if (own.size() != number(params.get("shard_number"))) {
        size.put("shards_number", own.size());
      }
      // Fewer may be for want of peers, which the target need not lack.
      if (most > number(params.get("replication_factor"))) {
        size.put("replication_factor", most);
      }
      if (!size.isEmpty()) {
        sizes.put(key.toString(), size);
      }
    }
    return new ShardKeys(keys, sizes);
  }

  private static int number(@Nullable Object parameter) {
    return parameter instanceof Number number ? number.intValue() : 1;
  }
}
