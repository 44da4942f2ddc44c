package drillbook.engine.qdrant;

import static drillbook.engine.qdrant.Fields.map;
import static drillbook.engine.qdrant.Fields.object;

import drillbook.engine.qdrant.TestingCollection.Point;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Filters of the kinds that are used here: by a payload entry's value, and by id. */
final class PointsFilter {
  private final TestingCollection collection;
  private final Map<String, @Nullable Object> filter;

  PointsFilter(TestingCollection collection, Map<String, @Nullable Object> filter) {
    this.collection = collection;
    this.filter = filter;
    if (!Set.of("must", "must_not", "should", "min_should").containsAll(filter.keySet())) {
      throw Refusal.format("unknown field, expected one of `should`, `min_should`, `must`");
    }
    conditions("must").forEach(this::requireIndex);
    conditions("must_not").forEach(this::requireIndex);
  }

  private List<?> conditions(String clause) {
    Object conditions = filter.get(clause);
    return conditions instanceof List<?> list
        ? list
        : conditions == null ? List.of() : List.of(conditions);
  }

  private void requireIndex(@Nullable Object condition) {
    if (object(condition).get("key") instanceof String key
        && Boolean.FALSE.equals(collection.strict().get("unindexed_filtering_retrieve"))
        && !collection.payloadSchema.containsKey(key)) {
      throw Refusal.strict(
          "Index required but not found for \""
              + key
              + "\" of one of the following types:"
              + " [keyword]",
          "Create an index for this key or use a different filter.");
    }
  }

  boolean takes(PointId id, Point point) {
    return conditions("must").stream().allMatch(condition -> holds(condition, id, point))
        && conditions("must_not").stream().noneMatch(condition -> holds(condition, id, point));
  }

  private static boolean holds(@Nullable Object condition, PointId id, Point point) {
    Map<String, @Nullable Object> fields = object(condition);
    if (fields.get("has_id") instanceof List<?> ids) {
      return ids.stream().map(Fields::pointId).anyMatch(id::equals);
    }
    if (fields.get("key") instanceof String key && map(fields.get("match")).containsKey("value")) {
      return Objects.equals(map(fields.get("match")).get("value"), point.payload().get(key));
    }
    throw Refusal.format("data did not match any variant of untagged enum Condition");
  }
}
