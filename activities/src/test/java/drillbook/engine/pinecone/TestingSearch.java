package drillbook.engine.pinecone;

import drillbook.engine.pinecone.TestingNamespace.Kept;
import drillbook.engine.pinecone.TestingPlane.Asked;
import drillbook.engine.pinecone.TestingPlane.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/** Queries of one index of the fake, answered exactly. */
final class TestingSearch {
  private static final int LARGEST_RESULT = 4 << 20;

  private record Hit(Kept kept, double score) {}

  private final TestingIndex index;

  TestingSearch(TestingIndex index) {
    this.index = index;
  }

  Reply answer(Asked asked) throws TestingRefusal {
    Map<String, Object> request =
        asked.json(
            Set.of(
                "namespace",
                "topK",
                "filter",
                "includeValues",
                "includeMetadata",
                "vector",
                "sparseVector",
                "id"));
    String name = TestingRules.namespace(request.get("namespace"));
    index.requireRate("query", name, 100);
    if (!(request.get("topK") instanceof Integer top) || top < 1 || top > 10_000) {
      throw TestingRefusal.invalid("topK must be between 1 and 10000, got " + request.get("topK"));
    }
    NavigableMap<String, Kept> shown = index.shown(name);
    Kept question = question(request, shown);
    List<Hit> hits = new ArrayList<>();
    for (Kept kept : shown.values()) {
      if (!(request.get("filter") instanceof Map<?, ?> filter)
          || TestingFilters.matches(filter, kept)) {
        hits.add(new Hit(kept, score(question, kept)));
      }
    }
    boolean smallerIsNearer = index.metric().equals("euclidean");
    hits.sort(
        Comparator.comparingDouble((Hit hit) -> smallerIsNearer ? hit.score() : -hit.score())
            .thenComparing(hit -> hit.kept().id()));
    StringBuilder matches = new StringBuilder();
    for (Hit hit : hits.subList(0, Math.min(top, hits.size()))) {
      matches.append(matches.isEmpty() ? "" : ",");
      TestingPrint.match(
          matches,
          hit.kept(),
          (float) hit.score(),
          Boolean.TRUE.equals(request.get("includeValues")),
          Boolean.TRUE.equals(request.get("includeMetadata")));
    }
    if (matches.length() > LARGEST_RESULT) {
      throw TestingRefusal.invalid("Query result size exceeds the limit of 4 MB");
    }
    Reply reply =
        new Reply(
            200,
            "{\"matches\":["
                + matches
                + "],\"namespace\":"
                + TestingPlane.json(name)
                + ",\"usage\":{\"readUnits\":5}}",
            Map.of());
    // Source: tests of Pinecone's Python client: sparse indexes, and those where nothing is
    // indexed yet, do not tell it.
    long indexed = index.indexed(name);
    return indexed == 0 || index.isSparse()
        ? reply
        : reply.with("x-pinecone-max-indexed-lsn", Long.toString(indexed));
  }

  private Kept question(Map<String, Object> request, Map<String, Kept> shown)
      throws TestingRefusal {
    if (request.get("id") instanceof String id) {
      Kept kept = shown.get(id);
      if (kept == null) {
        throw TestingRefusal.of(404, "NOT_FOUND", "Vector not found: " + id);
      }
      return kept;
    }
    float[] values = TestingRules.floats(request.get("vector"));
    if (!index.isSparse() && values.length != index.dimension()) {
      throw TestingRefusal.invalid(
          "Vector dimension "
              + values.length
              + " does not match the dimension of the index "
              + index.dimension());
    }
    if (index.isSparse()
        && (values.length > 0 || !(request.get("sparseVector") instanceof Map<?, ?>))) {
      throw TestingRefusal.invalid("Index configuration does not support dense vectors");
    }
    if (request.get("sparseVector") instanceof Map<?, ?> sparse
        && sparse.get("indices") instanceof List<?> indices) {
      long[] positions = indices.stream().mapToLong(i -> ((Number) i).longValue()).toArray();
      return new Kept("", values, positions, TestingRules.floats(sparse.get("values")), Map.of());
    }
    return new Kept("", values, new long[0], new float[0], Map.of());
  }

  private double score(Kept question, Kept kept) {
    float[] a = question.values();
    float[] b = kept.values();
    return switch (index.metric()) {
      case "euclidean" -> squaredDistance(a, b);
      case "cosine" -> dot(a, b) / Math.max(1e-30, Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)));
      default -> dot(a, b) + sparseDot(question, kept);
    };
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return sum;
  }

  private static double sparseDot(Kept a, Kept b) {
    double sum = 0;
    for (int i = 0; i < a.indices().length; i++) {
      for (int j = 0; j < b.indices().length; j++) {
        if (a.indices()[i] == b.indices()[j]) {
          sum += (double) a.weights()[i] * b.weights()[j];
        }
      }
    }
    return sum;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
