package drillbook.engine;

import drillbook.engine.VectorIndex.Metric;
import java.util.Objects;
import java.util.Optional;

/**
 * What sparse vectors an engine's records may have.
 *
 * @param most how many a record may have
 * @param onlyName the name that the only one has; empty where they have names of their own
 * @param besideMetric the metric that a dense vector must be searched by for a sparse one to be
 *     beside it; empty where any will do
 */
public record SparseTerms(int most, String onlyName, Optional<Metric> besideMetric) {
  /** No sparse vectors. */
  public static final SparseTerms NONE = new SparseTerms(0, "", Optional.empty());

  /** Any number of them, by names of their own. */
  public static final SparseTerms MANY = new SparseTerms(Integer.MAX_VALUE, "", Optional.empty());

  /** Rejects a name for more than one. */
  public SparseTerms {
    Objects.requireNonNull(besideMetric, "besideMetric == null");
    if (most < 0 || (most != 1 && !onlyName.isEmpty())) {
      throw new IllegalArgumentException(most + " sparse vectors called '" + onlyName + "'");
    }
  }
}
