package drillbook.search;

import drillbook.engine.VectorIndex.Metric;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is asked of a backup.
 *
 * @param collection a name or path as in the backup; empty where it holds one only
 * @param tenants tenants within it, or of the scope around it; empty for all
 * @param vector the vector's name; empty where records have one only
 * @param near near to what
 * @param k how many, 1 to {@value #MOST}
 * @param metric how near is measured; empty for the metric of the collection's index as captured
 * @param withPayload whether payloads, documents and uris of the hits are wanted
 */
public record SearchQuestion(
    String collection,
    List<String> tenants,
    Optional<String> vector,
    Near near,
    int k,
    Optional<Metric> metric,
    boolean withPayload) {
  /** The most neighbours that are found at once. */
  public static final int MOST = 10_000;

  /** Near to what. */
  public sealed interface Near {
    /**
     * A vector.
     *
     * @param json its elements, in the form that docs/search.md tells
     */
    record ToVector(String json) implements Near {}

    /**
     * A record of the backup.
     *
     * @param id as ids are printed
     */
    record ToRecord(String id) implements Near {}
  }

  /** Copies the tenants; rejects another k. */
  public SearchQuestion {
    Objects.requireNonNull(near, "near == null");
    tenants = List.copyOf(tenants);
    if (k < 1 || k > MOST) {
      throw new IllegalArgumentException("k must be 1 to " + MOST + ": " + k);
    }
  }
}
