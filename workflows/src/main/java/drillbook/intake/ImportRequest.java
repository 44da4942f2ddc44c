package drillbook.intake;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks for an import of one collection: {@code {"target": "docs", "from":
 * "/exports/articles-..."}}.
 *
 * @param target what is written to, as named in the worker's targets
 * @param from a folder of the worker's machine, or {@code s3://bucket/prefix}, reached as the
 *     target's own store is where that is S3 too: an export's folder, or files of records, those of
 *     a tenant in a folder of its name
 * @param collection its name or path in the target; as in the export's export.json when left out
 * @param metric {@code cosine}, {@code euclidean} or {@code dotproduct}: how a collection is
 *     searched that is created from files without an export.json; cosine when left out
 * @param acceptLoss true: what the target cannot hold may be left out, as the plan lists it
 */
public record ImportRequest(
    String target, String from, String collection, String metric, boolean acceptLoss) {
  private static final Set<String> METRICS = Set.of("cosine", "euclidean", "dotproduct");

  /** Fills in what was left out. */
  public ImportRequest(
      String target,
      @Nullable String from,
      @Nullable String collection,
      @Nullable String metric,
      boolean acceptLoss) {
    this.target = Objects.requireNonNullElse(target, "").strip();
    this.from = Objects.requireNonNullElse(from, "").strip();
    this.collection = Objects.requireNonNullElse(collection, "").strip();
    this.metric =
        metric == null || metric.isBlank() ? "cosine" : metric.strip().toLowerCase(Locale.ROOT);
    this.acceptLoss = acceptLoss;
    if (this.target.isEmpty()) {
      throw new IllegalArgumentException("target is missing: name one that the worker knows");
    }
    if (this.from.isEmpty()) {
      throw new IllegalArgumentException("from is missing: name the folder that is imported");
    }
    if (!METRICS.contains(this.metric)) {
      throw new IllegalArgumentException("metric is one of " + METRICS + ": " + this.metric);
    }
  }
}
