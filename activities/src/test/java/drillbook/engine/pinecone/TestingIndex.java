package drillbook.engine.pinecone;

import drillbook.engine.pinecone.TestingNamespace.Kept;
import drillbook.engine.pinecone.TestingNamespace.Lag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The data plane of one index of the fake, on a host of its own. */
final class TestingIndex extends TestingPlane {
  private static final int LARGEST_REQUEST = 2 << 20;
  private static final int MOST_IDS = 1000;
  private static final int PAGE = 100;

  private final Map<String, Object> description;
  private final TestingPinecone cloud;
  private final TreeMap<String, TestingNamespace> namespaces = new TreeMap<>();
  private final Map<String, long[]> rates = new HashMap<>();
  private String capacity = "";
  private int described;
  private int gone = Integer.MAX_VALUE;

  /** Starts an index's host. */
  TestingIndex(String key, Map<String, Object> description, TestingPinecone cloud)
      throws IOException {
    super(key);
    this.description = description;
    this.cloud = cloud;
  }

  Map<String, Object> description() {
    return description;
  }

  /** Returns how often it was described, this time included. */
  int describedAgain() {
    return ++described;
  }

  /** Changes the state of the read capacity, which a dedicated index reaches on its own time. */
  synchronized void capacity(String state) {
    capacity = state;
  }

  /** Returns the state of the read capacity where it was changed; empty where it was not. */
  synchronized String capacity() {
    return capacity;
  }

  /** Ends the data plane at once; the index is still described for some times. */
  void end(int polls) {
    gone = described + polls;
    close();
  }

  boolean isGoing() {
    return gone < Integer.MAX_VALUE;
  }

  boolean isGone() {
    return described >= gone;
  }

  boolean isSparse() {
    return "sparse".equals(description.get("vector_type"));
  }

  boolean isPod() {
    return description.get("spec") instanceof Map<?, ?> spec && spec.containsKey("pod");
  }

  int dimension() {
    return description.get("dimension") instanceof Integer dimension ? dimension : 0;
  }

  String metric() {
    return String.valueOf(description.get("metric"));
  }

  /** Keeps writes to a namespace from showing, or lets them go. */
  synchronized void hold(String namespace, boolean hold) {
    namespace(namespace).hold(hold);
  }

  /** Keeps writes to a namespace from being listed, or lets them go. */
  synchronized void holdListings(String namespace, boolean hold) {
    namespace(namespace).holdListings(hold);
  }

  synchronized void lag(Lag lag) {
    namespaces.values().forEach(namespace -> namespace.lag(lag));
  }

  @Override
  Object words(TestingRefusal refusal) {
    return Map.of(
        "code", refusal.number(), "message", "" + refusal.getMessage(), "details", List.of());
  }

  @Override
  synchronized Reply answer(Asked asked) throws TestingRefusal {
    String call = asked.method() + " " + String.join("/", asked.path());
    if (call.startsWith("GET namespaces/") || call.startsWith("DELETE namespaces/")) {
      requireServerless("namespaces");
      return oneNamespace(asked);
    }
    return switch (call) {
      case "POST vectors/upsert" -> upsert(asked);
      case "GET vectors/list" -> list(asked);
      case "GET vectors/fetch" -> fetch(asked);
      case "POST vectors/fetch_by_metadata" -> TestingFilters.fetch(asked, this);
      case "POST vectors/delete" -> delete(asked);
      case "POST vectors/update" -> update(asked);
      case "POST query" -> new TestingSearch(this).answer(asked);
      case "POST describe_index_stats" -> stats(asked);
      case "GET namespaces" -> listNamespaces(asked);
      case "POST namespaces" -> createNamespace(asked);
      default -> throw TestingRefusal.of(404, "NOT_FOUND", "Not Found: " + call);
    };
  }

  private void requireServerless(String what) throws TestingRefusal {
    if (isPod()) {
      throw TestingRefusal.of(
          400, "UNIMPLEMENTED", what + " is supported for serverless indexes only");
    }
  }

  /** Refuses what exceeds a rate within one second. */
  void requireRate(String operation, String scope, int most) throws TestingRefusal {
    if (!cloud.limitsRates()) {
      return;
    }
    long second = System.nanoTime() / 1_000_000_000L;
    long[] used = rates.computeIfAbsent(operation + " " + scope, none -> new long[2]);
    if (used[0] != second) {
      used[0] = second;
      used[1] = 0;
    }
    if (++used[1] > most) {
      throw TestingRefusal.of(
          429,
          "RESOURCE_EXHAUSTED",
          "Request failed. You've reached the "
              + operation
              + " QPS limit for "
              + (scope.isEmpty() ? "the index" : "namespace " + scope)
              + " ("
              + most
              + " QPS). Pace your queries, or contact Pinecone Support to request a higher limit.");
    }
  }

  /** Returns up to which number reads of a namespace show its log; 0 where they show none. */
  long indexed(String name) {
    TestingNamespace namespace = namespaces.get(name);
    return namespace == null ? 0 : namespace.indexed();
  }

  TestingNamespace namespace(String name) {
    return namespaces.computeIfAbsent(name, none -> new TestingNamespace(Map.of(), cloud.lag()));
  }

  /** Returns what reads of a namespace see; nothing where it does not exist. */
  NavigableMap<String, Kept> shown(String name) {
    TestingNamespace namespace = namespaces.get(name);
    return namespace == null ? new TreeMap<>() : namespace.read();
  }

  private NavigableMap<String, Kept> listed(String name) {
    TestingNamespace namespace = namespaces.get(name);
    return namespace == null ? new TreeMap<>() : namespace.list();
  }

  private static Reply written(long number, Object document) {
    return Reply.of(200, document).with("x-pinecone-request-lsn", Long.toString(number));
  }

  private Reply upsert(Asked asked) throws TestingRefusal {
    if (asked.body().length > LARGEST_REQUEST) {
      throw TestingRefusal.invalid(
          "Request size is "
              + asked.body().length
              + " bytes, which exceeds the maximum supported size of "
              + LARGEST_REQUEST
              + " bytes");
    }
    Map<String, Object> request = asked.json(Set.of("vectors", "namespace"));
    String name = TestingRules.namespace(request.get("namespace"));
    requireRate("upsert", name, 100);
    if (!(request.get("vectors") instanceof List<?> vectors) || vectors.isEmpty()) {
      throw TestingRefusal.invalid("Upsert must contain at least one vector");
    }
    if (vectors.size() > MOST_IDS) {
      throw TestingRefusal.invalid(
          "Number of vectors " + vectors.size() + " exceeds the maximum of " + MOST_IDS);
    }
    List<Kept> records = new ArrayList<>();
    for (Object vector : vectors) {
      records.add(TestingRules.record(vector, this));
    }
    long number =
        namespace(name).write(shown -> records.forEach(record -> shown.put(record.id(), record)));
    return written(number, Map.of("upsertedCount", records.size()));
  }

  private Reply list(Asked asked) throws TestingRefusal {
    asked.requireParameters(Set.of("prefix", "limit", "paginationToken", "namespace"));
    requireServerless("list");
    requireRate("list", "", 200);
    String name = TestingRules.namespace(asked.parameter("namespace"));
    String prefix = asked.parameter("prefix") == null ? "" : "" + asked.parameter("prefix");
    if (prefix.contains(" ")) {
      throw TestingRefusal.invalid("prefix does not accept values containing spaces");
    }
    int limit = limit(asked);
    List<String> ids = new ArrayList<>();
    for (String id : listed(name).tailMap(after(asked), false).keySet()) {
      if (ids.size() > limit) {
        break;
      }
      if (id.startsWith(prefix)) {
        ids.add(id);
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    boolean more = ids.size() > limit;
    List<String> page = more ? ids.subList(0, limit) : ids;
    answer.put("vectors", page.stream().map(id -> Map.of("id", id)).toList());
    if (more) {
      answer.put("pagination", Map.of("next", token(page.getLast())));
    }
    answer.put("namespace", name);
    answer.put("usage", Map.of("readUnits", 1));
    return Reply.of(200, answer);
  }

  private static int limit(Asked asked) throws TestingRefusal {
    String given = asked.parameter("limit");
    int limit = given == null ? PAGE : Integer.parseInt(given);
    if (limit < 1 || limit > PAGE) {
      throw TestingRefusal.invalid("limit must be between 1 and " + PAGE + ", got " + limit);
    }
    return limit;
  }

  private static String after(Asked asked) throws TestingRefusal {
    String token = asked.parameter("paginationToken");
    try {
      return token == null
          ? ""
          : new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw TestingRefusal.invalid("Invalid pagination token");
    }
  }

  private static String token(String last) {
    return Base64.getEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8));
  }

  private Reply fetch(Asked asked) throws TestingRefusal {
    asked.requireParameters(Set.of("ids", "namespace"));
    requireRate("fetch", "", 100);
    List<String> ids = asked.query().getOrDefault("ids", List.of());
    if (ids.isEmpty() || ids.size() > MOST_IDS) {
      throw TestingRefusal.invalid("Fetch takes 1 to " + MOST_IDS + " ids, got " + ids.size());
    }
    String name = TestingRules.namespace(asked.parameter("namespace"));
    Map<String, Kept> shown = shown(name);
    StringBuilder vectors = new StringBuilder();
    for (String id : Set.copyOf(ids)) {
      Kept kept = shown.get(id);
      if (kept != null) {
        vectors.append(vectors.isEmpty() ? "" : ",").append(json(id)).append(':');
        TestingPrint.record(vectors, kept);
      }
    }
    return new Reply(
        200,
        "{\"vectors\":{"
            + vectors
            + "},\"namespace\":"
            + json(name)
            + ",\"usage\":{\"readUnits\":1}}",
        Map.of());
  }

  private Reply delete(Asked asked) throws TestingRefusal {
    Map<String, Object> request = asked.json(Set.of("ids", "deleteAll", "namespace", "filter"));
    String name = TestingRules.namespace(request.get("namespace"));
    requireRate("delete", name, 100);
    if (!namespaces.containsKey(name)) {
      throw TestingRefusal.of(404, "NOT_FOUND", "Namespace not found");
    }
    if (Boolean.TRUE.equals(request.get("deleteAll"))) {
      return written(namespace(name).write(Map::clear), Map.of());
    }
    if (request.get("filter") instanceof Map<?, ?> filter) {
      return written(
          namespace(name)
              .write(
                  shown -> shown.values().removeIf(kept -> TestingFilters.matches(filter, kept))),
          Map.of());
    }
    if (!(request.get("ids") instanceof List<?> ids) || ids.isEmpty() || ids.size() > MOST_IDS) {
      throw TestingRefusal.invalid("Delete takes 1 to " + MOST_IDS + " ids, a filter or deleteAll");
    }
    return written(namespace(name).write(shown -> ids.forEach(shown::remove)), Map.of());
  }

  private Reply update(Asked asked) throws TestingRefusal {
    Map<String, Object> request =
        asked.json(
            Set.of("id", "values", "sparseValues", "setMetadata", "namespace", "filter", "dryRun"));
    String name = TestingRules.namespace(request.get("namespace"));
    requireRate("update", name, 100);
    Map<String, Object> set = TestingRules.metadata(request.get("setMetadata"));
    if (request.get("filter") instanceof Map<?, ?> filter) {
      return TestingFilters.update(
          this, name, filter, set, Boolean.TRUE.equals(request.get("dryRun")));
    }
    String id = TestingRules.id(request.get("id"));
    float[] values = TestingRules.floats(request.get("values"));
    if (values.length > 0 && values.length != dimension()) {
      throw TestingRefusal.invalid(
          "Vector dimension "
              + values.length
              + " does not match the dimension of the index "
              + dimension());
    }
    long number =
        namespace(name)
            .write(shown ->
                shown.computeIfPresent(
                    id, (same, kept) -> TestingFilters.updated(kept, values, set)));
    return written(number, Map.of());
  }

  private Reply stats(Asked asked) throws TestingRefusal {
    Map<String, Object> request = asked.json(Set.of("filter"));
    if (request.containsKey("filter") && !isPod()) {
      throw TestingRefusal.invalid("Serverless indexes do not support filtering by metadata");
    }
    requireRate("describe_index_stats", "", 100);
    Map<String, Object> answer = new LinkedHashMap<>();
    Map<String, Object> counts = new TreeMap<>();
    long total = 0;
    for (Map.Entry<String, TestingNamespace> entry : namespaces.entrySet()) {
      long count = entry.getValue().laggingCount();
      counts.put(entry.getKey(), Map.of("vectorCount", count));
      total += count;
    }
    answer.put("namespaces", counts);
    if (!isSparse()) {
      answer.put("dimension", dimension());
    }
    answer.put("indexFullness", 0);
    answer.put("totalVectorCount", total);
    answer.put("metric", metric());
    answer.put("vectorType", isSparse() ? "sparse" : "dense");
    return Reply.of(200, answer);
  }

  private Reply listNamespaces(Asked asked) throws TestingRefusal {
    asked.requireParameters(Set.of("limit", "paginationToken", "prefix"));
    requireServerless("list namespaces");
    String after = after(asked);
    int limit = limit(asked);
    String prefix = asked.parameter("prefix") == null ? "" : "" + asked.parameter("prefix");
    TreeMap<String, Object> rows = new TreeMap<>();
    namespaces.forEach((name, namespace) -> {
      String shown = name.isEmpty() ? "__default__" : name;
      if (shown.startsWith(prefix)) {
        rows.put(shown, describe(shown, namespace));
      }
    });
    List<String> names = new ArrayList<>(rows.tailMap(after, false).keySet());
    Map<String, Object> answer = new LinkedHashMap<>();
    List<String> page = names.subList(0, Math.min(limit, names.size()));
    answer.put("namespaces", page.stream().map(rows::get).toList());
    if (names.size() > limit) {
      answer.put("pagination", Map.of("next", token(page.getLast())));
    }
    answer.put("total_count", rows.size());
    return Reply.of(200, answer);
  }

  private static Map<String, Object> describe(String name, TestingNamespace namespace) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", name);
    description.put("record_count", namespace.laggingCount());
    if (!namespace.schema().isEmpty()) {
      description.put("schema", namespace.schema());
    }
    return description;
  }

  private Reply createNamespace(Asked asked) throws TestingRefusal {
    Map<String, Object> request = asked.json(Set.of("name", "schema"));
    requireServerless("create namespace");
    if (!(request.get("name") instanceof String given) || given.isEmpty()) {
      throw TestingRefusal.invalid("Namespace name must not be empty");
    }
    String name = TestingRules.namespace(given);
    if (namespaces.containsKey(name)) {
      throw TestingRefusal.of(409, "ALREADY_EXISTS", "Namespace already exists: " + given);
    }
    Map<String, Object> schema = new TreeMap<>();
    if (request.get("schema") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> schema.put((String) key, value));
    }
    TestingNamespace namespace = new TestingNamespace(schema, cloud.lag());
    namespaces.put(name, namespace);
    return Reply.of(200, describe(given, namespace));
  }

  private Reply oneNamespace(Asked asked) throws TestingRefusal {
    String given = asked.path().getLast();
    String name = TestingRules.namespace(given);
    @Nullable TestingNamespace namespace = namespaces.get(name);
    if (namespace == null) {
      throw TestingRefusal.of(404, "NOT_FOUND", "Namespace not found");
    }
    if (asked.method().equals("DELETE")) {
      namespaces.remove(name);
      return Reply.of(200, Map.of());
    }
    return Reply.of(200, describe(given, namespace));
  }
}
