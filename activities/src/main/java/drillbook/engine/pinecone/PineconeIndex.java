package drillbook.engine.pinecone;

import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeVectors;
import drillbook.rest.Quote;
import drillbook.rest.RestJson;
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * An index as the control plane describes it. Its host is not looked at before it is asked for, as
 * an index that is being made may have none yet.
 *
 * @param dimension of its dense vectors; 0 where it has none
 * @param sparse whether it holds sparse vectors alone
 */
record PineconeIndex(
    String name,
    int dimension,
    boolean sparse,
    Metric metric,
    boolean ready,
    String state,
    Map<?, ?> document) {

  /** Reads a description, which may say anything. */
  static PineconeIndex of(String what, @Nullable Object document) throws DrillbookException {
    if (!(document instanceof Map<?, ?> map)) {
      throw malformed(what, "it describes no index");
    }
    String name = text(what, map, "name");
    boolean sparse = "sparse".equals(map.get("vector_type"));
    int dimension = 0;
    if (!sparse) {
      if (!(map.get("dimension") instanceof Integer known)
          || known < 1
          || known > PineconeVectors.LARGEST_DIMENSION) {
        throw malformed(what, "index " + name + " has the dimension " + map.get("dimension"));
      }
      dimension = known;
    }
    Metric metric =
        switch (text(what, map, "metric")) {
          case "cosine" -> Metric.COSINE;
          case "euclidean" -> Metric.EUCLIDEAN;
          case "dotproduct" -> Metric.INNER_PRODUCT;
          default ->
              throw malformed(what, "index " + name + " has the metric " + map.get("metric"));
        };
    if (!(map.get("status") instanceof Map<?, ?> status)
        || !(status.get("ready") instanceof Boolean ready)) {
      throw malformed(what, "index " + name + " has no status");
    }
    String state = String.valueOf(status.get("state"));
    return new PineconeIndex(name, dimension, sparse, metric, ready, state, map);
  }

  /** Returns where its records are. */
  HttpUrl host(String what, PineconeHttp http) throws DrillbookException {
    if (!(document.get("host") instanceof String host) || host.isEmpty()) {
      if (!ready) {
        throw new DrillbookException(
            FailureKind.UNAVAILABLE, what + ": index " + name + " has no host yet: it is " + state);
      }
      throw malformed(what, "index " + name + " has no host");
    }
    return http.indexHost(name, host);
  }

  /** Tells whether it runs on pods, whose ids cannot be listed. */
  boolean isPod() {
    return RestJson.fields(document, "spec").containsKey("pod");
  }

  /**
   * Returns how it is told to be read: mode, and the state of the nodes that serve it. Nothing
   * where it is not told.
   *
   * <p>Source: Pinecone documentation, dedicated read nodes: the index itself is Ready as soon as
   * it takes reads and writes, while its read capacity is Migrating until all nodes are there.
   */
  Map<String, Object> readCapacity() {
    Map<String, Object> spec = RestJson.fields(document, "spec");
    String kind = spec.containsKey("byoc") ? "byoc" : "serverless";
    return RestJson.fields(RestJson.fields(spec, kind), "read_capacity");
  }

  /** Tells whether it is being deleted. */
  boolean isGoing() {
    return state.equals("Terminating");
  }

  /** Tells whether it refuses to be deleted. */
  boolean isProtected() {
    return "enabled".equals(document.get("deletion_protection"));
  }

  /** Returns its tags, ours among them. */
  Map<String, Object> tags() {
    return RestJson.fields(document, "tags");
  }

  /** Tells whether a record may have a sparse vector beside its dense one. */
  boolean mayHaveSparse() {
    return sparse || metric == Metric.INNER_PRODUCT;
  }

  private static String text(String what, Map<?, ?> map, String field) throws DrillbookException {
    if (map.get(field) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw malformed(what, "it lacks the field '" + field + "'");
  }

  static DrillbookException malformed(String what, String why) {
    return new DrillbookException(
        FailureKind.CORRUPT, what + ": the answer is malformed: " + Quote.of(why));
  }
}
