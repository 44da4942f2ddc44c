package drillbook.engine.pinecone;

import drillbook.engine.pinecone.TestingNamespace.Kept;
import drillbook.engine.pinecone.TestingPlane.Asked;
import drillbook.engine.pinecone.TestingPlane.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the fake does by metadata: equality of fields, and no more of the language. */
final class TestingFilters {
  private TestingFilters() {}

  static boolean matches(Map<?, ?> filter, Kept kept) {
    return filter.entrySet().stream()
        .allMatch(wanted -> {
          Object value =
              wanted.getValue() instanceof Map<?, ?> operator
                  ? operator.get("$eq")
                  : wanted.getValue();
          Object is = kept.metadata().get(wanted.getKey());
          return value instanceof Number number
              ? Double.valueOf(number.doubleValue()).equals(is)
              : value != null && value.equals(is);
        });
  }

  static Reply fetch(Asked asked, TestingIndex index) throws TestingRefusal {
    Map<String, Object> request =
        asked.json(Set.of("namespace", "filter", "limit", "paginationToken"));
    String name = TestingRules.namespace(request.get("namespace"));
    Map<?, ?> filter = request.get("filter") instanceof Map<?, ?> map ? map : Map.of();
    int limit = request.get("limit") instanceof Integer given ? given : 100;
    String after = request.get("paginationToken") instanceof String token ? token : "";
    List<Kept> found =
        index.shown(name).tailMap(after, false).values().stream()
            .filter(kept -> matches(filter, kept))
            .toList();
    StringBuilder out = new StringBuilder("{\"vectors\":{");
    List<Kept> page = found.subList(0, Math.min(limit, found.size()));
    String comma = "";
    for (Kept kept : page) {
      out.append(comma).append(TestingPlane.json(kept.id()));
      comma = ",";
      out.append(':');
      TestingPrint.record(out, kept);
    }
    out.append("},\"namespace\":").append(TestingPlane.json(name));
    if (found.size() > limit) {
      out.append(",\"pagination\":{\"next\":")
          .append(TestingPlane.json(page.getLast().id()))
          .append('}');
    }
    return new Reply(200, out.append(",\"usage\":{\"readUnits\":1}}").toString(), Map.of());
  }

  static Reply update(
      TestingIndex index, String name, Map<?, ?> filter, Map<String, Object> set, boolean dryRun) {
    long matched =
        index.shown(name).values().stream().filter(kept -> matches(filter, kept)).count();
    if (!dryRun) {
      index
          .namespace(name)
          .write(shown ->
              shown.replaceAll(
                  (id, kept) -> matches(filter, kept) ? updated(kept, new float[0], set) : kept));
    }
    return Reply.of(200, Map.of("matchedRecords", matched));
  }

  static Kept updated(Kept kept, float[] values, Map<String, Object> set) {
    Map<String, Object> metadata = new LinkedHashMap<>(kept.metadata());
    metadata.putAll(set);
    return new Kept(
        kept.id(),
        values.length > 0 ? values : kept.values(),
        kept.indices(),
        kept.weights(),
        metadata);
  }
}
