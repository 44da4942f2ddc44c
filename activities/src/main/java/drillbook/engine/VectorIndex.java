package drillbook.engine;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How one vector of a collection is searched.
 *
 * @param vector the vector's name in the layout
 * @param kind {@code hnsw}, {@code ivfflat}, {@code flat}, or another engine's word for it
 * @param metric how near is measured
 * @param parameters the engine's parameters by their own names, for instance {@code m} and {@code
 *     ef_construction}; compared after a restore
 */
public record VectorIndex(
    String vector, String kind, Metric metric, Map<String, String> parameters) {
  /** How near is measured. */
  public enum Metric {
    /** Cosine distance. */
    COSINE,
    /** Euclidean distance; engines may report its square. */
    EUCLIDEAN,
    /** Inner product, larger is nearer. */
    INNER_PRODUCT,
    /** Sum of absolute differences. */
    MANHATTAN,
    /** Number of bits that differ. */
    HAMMING,
    /** One minus the share of common bits. */
    JACCARD
  }

  /** Copies the parameters, ordered by name. */
  public VectorIndex {
    Objects.requireNonNull(vector, "vector == null");
    Objects.requireNonNull(kind, "kind == null");
    Objects.requireNonNull(metric, "metric == null");
    parameters = java.util.Collections.unmodifiableMap(new TreeMap<>(parameters));
  }
}
