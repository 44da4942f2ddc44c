package drillbook.translate;

import drillbook.engine.EngineProfile;
import drillbook.engine.IndexTerms;
import drillbook.engine.VectorIndex;
import drillbook.record.VectorField;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Plans how the vectors of one collection are searched in an engine of another kind. */
final class IndexPlanner {
  private final EngineProfile from;
  private final EngineProfile target;
  private final List<Change> changes;
  private final List<Loss> losses;

  /**
   * Creates a planner.
   *
   * @param changes gets what is held in another form
   * @param losses gets what the target cannot hold
   */
  IndexPlanner(EngineProfile from, EngineProfile target, List<Change> changes, List<Loss> losses) {
    this.from = from;
    this.target = target;
    this.changes = changes;
    this.losses = losses;
  }

  /** Returns the index of a dense vector, which is called and typed as the target has it. */
  Optional<VectorIndex> dense(VectorIndex index, VectorField field) {
    IndexTerms terms = target.indexes();
    if (!terms.has(index.metric(), field.elementType())) {
      lose(
          index,
          "is left out",
          target.name()
              + " does not search "
              + field.elementType().word()
              + " vectors by "
              + index.metric());
      return Optional.empty();
    }
    int limit = terms.maxDimension().getOrDefault(field.elementType(), Integer.MAX_VALUE);
    if (!terms.maxDimension().isEmpty()
        && (field.dimension() > limit || !terms.maxDimension().containsKey(field.elementType()))) {
      lose(
          index,
          "is left out",
          target.name() + " indexes no " + field.elementType().word() + " of " + field.dimension());
      return Optional.empty();
    }
    if (!terms.maxDimension().isEmpty() && field.dimension() == 0) {
      // The metric has to survive: a first record makes the vector searchable by it.
      lose(
          index,
          "is a search without an index",
          target.name() + " indexes no vectors whose dimension is open, as in an empty collection");
      return Optional.of(new VectorIndex(field.name(), "flat", index.metric(), Map.of()));
    }
    if (index.kind().equals("flat")) {
      changes.add(new Change(subject(index), "is a search without an index"));
      return Optional.empty();
    }
    boolean hnsw = index.kind().equals("hnsw");
    if (!hnsw) {
      // Even where both engines have the kind, its parameters are not known to mean the same.
      lose(index, "becomes hnsw", "kind " + index.kind() + " is " + from.name() + "'s own");
    }
    Map<String, String> parameters = hnsw ? parameters(index) : Map.of();
    return Optional.of(new VectorIndex(field.name(), "hnsw", index.metric(), parameters));
  }

  /** Says that a sparse vector's index is not made. */
  void sparse(VectorIndex index) {
    lose(index, "is left out", "indexes of sparse vectors are each engine's own");
  }

  private Map<String, String> parameters(VectorIndex index) {
    Map<String, String> parameters = new TreeMap<>();
    index
        .parameters()
        .forEach((name, value) -> {
          String common = from.indexes().commonName(name);
          String theirs = target.indexes().parameters().getOrDefault(common, "");
          if (theirs.isEmpty() && from.indexes().operating().contains(name)) {
            changes.add(new Change(subject(index), "leaves " + name + " to the target's settings"));
          } else if (theirs.isEmpty()) {
            lose(
                index,
                "has no parameter " + name + " = " + value,
                target.name() + "'s index does not know it");
          } else {
            parameters.put(theirs, value);
            if (!theirs.equals(name)) {
              changes.add(new Change(subject(index), "calls " + name + " " + theirs));
            }
          }
        });
    return parameters;
  }

  private void lose(VectorIndex index, String what, String reason) {
    losses.add(new Loss(subject(index), what, reason));
  }

  private static String subject(VectorIndex index) {
    return "index of " + VectorPlanner.subject(index.vector());
  }
}
