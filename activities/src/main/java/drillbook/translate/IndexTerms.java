package drillbook.translate;

import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;
import java.util.Map;
import java.util.Set;

/**
 * An engine's words for hnsw indexes, the only kind that means the same in several engines.
 *
 * @param metrics metrics that its indexes have
 * @param parameters its names of hnsw parameters, by the common name
 * @param operating parameters that say how a server writes or searches, and nothing of the index
 *     that comes out: another engine has them elsewhere or needs none
 * @param maxDimension the largest dimension it indexes, by element type; types without a limit of
 *     their own are missing
 */
record IndexTerms(
    Set<Metric> metrics,
    Map<String, String> parameters,
    Set<String> operating,
    Map<ElementType, Integer> maxDimension) {
  private static final String NEIGHBOURS = "m";
  private static final String BUILD_WIDTH = "ef_construction";
  private static final String SEARCH_WIDTH = "ef_search";
  private static final Set<Metric> COMMON =
      Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT);

  /** Source: Chroma 1.5 API, collection configuration; read 2026-11. */
  private static final IndexTerms CHROMA =
      new IndexTerms(
          COMMON,
          Map.of(NEIGHBOURS, "max_neighbors", BUILD_WIDTH, BUILD_WIDTH, SEARCH_WIDTH, SEARCH_WIDTH),
          Set.of(SEARCH_WIDTH, "sync_threshold", "resize_factor", "batch_size", "num_threads"),
          Map.of());

  /**
   * The search width is a setting of a session there, not of an index. Source: pgvector 0.8 README,
   * hnsw and ivfflat; read 2026-11.
   */
  private static final IndexTerms PGVECTOR =
      new IndexTerms(
          Set.of(Metric.values()),
          Map.of(NEIGHBOURS, "m", BUILD_WIDTH, BUILD_WIDTH),
          Set.of(),
          Map.of(ElementType.F32, 2_000, ElementType.F16, 4_000, ElementType.BIT, 64_000));

  private static final IndexTerms OTHERS =
      new IndexTerms(
          COMMON,
          Map.of(NEIGHBOURS, "m", BUILD_WIDTH, BUILD_WIDTH, SEARCH_WIDTH, SEARCH_WIDTH),
          Set.of(SEARCH_WIDTH),
          Map.of());

  /** Returns an engine's words; the common ones where it is not known to have its own. */
  static IndexTerms of(String engine) {
    return switch (engine) {
      case "chroma" -> CHROMA;
      case "pgvector" -> PGVECTOR;
      default -> OTHERS;
    };
  }

  /** Returns the common name of this engine's parameter; empty where it has none. */
  String commonName(String parameter) {
    return parameters.entrySet().stream()
        .filter(entry -> entry.getValue().equals(parameter))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /** Tells whether vectors of a type are searched by a metric: bits by theirs, others not by it. */
  boolean has(Metric metric, ElementType type) {
    boolean ofBits = metric == Metric.HAMMING || metric == Metric.JACCARD;
    return metrics.contains(metric) && ofBits == (type == ElementType.BIT);
  }
}
