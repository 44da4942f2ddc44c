package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.Fields.list;
import static drillbook.engine.qdrant.Fields.map;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request to change aliases: all of its actions, or none. */
final class AliasesRequest {
  private AliasesRequest() {}

  static void change(
      Map<String, String> aliases, Set<String> collections, Map<String, @Nullable Object> request) {
    Map<String, String> changed = new TreeMap<>(aliases);
    for (Object action : list(request, "actions")) {
      Map<String, Object> words = map(action);
      if (words.containsKey("create_alias")) {
        Map<String, Object> create = map(words.get("create_alias"));
        String alias = String.valueOf(create.get("alias_name"));
        String target = String.valueOf(create.get("collection_name"));
        if (!collections.contains(target)) {
          throw Refusal.unknownCollection(target);
        }
        if (collections.contains(alias)) {
          throw Refusal.exists(alias);
        }
        changed.put(alias, target);
      } else if (words.containsKey("delete_alias")) {
        changed.remove(String.valueOf(map(words.get("delete_alias")).get("alias_name")));
      } else {
        throw Refusal.format("data did not match any variant of untagged enum AliasOperations");
      }
    }
    aliases.clear();
    aliases.putAll(changed);
  }
}
