package drillbook.engine;

import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;
import java.util.Map;
import java.util.Set;

/**
 * An engine's words for hnsw indexes, the only kind that means the same in several engines.
 *
 * @param metrics metrics that its indexes have
 * @param parameters its names of hnsw parameters, by the common name: {@link #NEIGHBOURS}, {@link
 *     #BUILD_WIDTH}, {@link #SEARCH_WIDTH}; those that it does not have are missing
 * @param operating parameters that say how a server writes or searches, and nothing of the index
 *     that comes out: another engine has them elsewhere or needs none
 * @param maxDimension the largest dimension it indexes, by element type; empty where every vector
 *     that it holds is indexed
 */
public record IndexTerms(
    Set<Metric> metrics,
    Map<String, String> parameters,
    Set<String> operating,
    Map<ElementType, Integer> maxDimension) {
  /** Common name: how many neighbours a node of the graph has. */
  public static final String NEIGHBOURS = "m";

  /** Common name: how many candidates are looked at while the graph is built. */
  public static final String BUILD_WIDTH = "ef_construction";

  /** Common name: how many candidates are looked at by a search. */
  public static final String SEARCH_WIDTH = "ef_search";

  /** Copies the collections. */
  public IndexTerms {
    metrics = Set.copyOf(metrics);
    parameters = Map.copyOf(parameters);
    operating = Set.copyOf(operating);
    maxDimension = Map.copyOf(maxDimension);
  }

  /** Returns the common name of this engine's parameter; empty where it has none. */
  public String commonName(String parameter) {
    return parameters.entrySet().stream()
        .filter(entry -> entry.getValue().equals(parameter))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /** Tells whether vectors of a type are searched by a metric: bits by theirs, others not by it. */
  public boolean has(Metric metric, ElementType type) {
    boolean ofBits = metric == Metric.HAMMING || metric == Metric.JACCARD;
    return metrics.contains(metric) && ofBits == (type == ElementType.BIT);
  }
}
