package drillbook.translate;

import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorTerms;
import drillbook.record.ElementType;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plans which vectors of one collection an engine holds, as what, and by which names. */
final class VectorPlanner {
  /** What an unnamed vector is called in an engine whose vectors have names. */
  private static final String VECTOR_NAME = "embedding";

  private final CollectionSchema source;
  private final EngineProfile target;
  private final VectorTerms terms;
  private final boolean sameEngine;
  private final List<Change> changes;
  private final List<Loss> losses;
  private final Set<String> taken = new HashSet<>();

  /**
   * Creates a planner.
   *
   * @param changes gets what is held in another form
   * @param losses gets what the target cannot hold
   */
  VectorPlanner(
      CollectionSchema source,
      EngineProfile target,
      boolean sameEngine,
      List<Change> changes,
      List<Loss> losses) {
    this.source = source;
    this.target = target;
    this.terms = target.vectors();
    this.sameEngine = sameEngine;
    this.changes = changes;
    this.losses = losses;
    source.layout().vectors().forEach(field -> taken.add(field.name()));
    source.layout().sparse().forEach(field -> taken.add(field.name()));
  }

  /** Returns how a person reads a vector's name. */
  static String subject(String vector) {
    return vector.isEmpty() ? "the vector" : "vector '" + vector + "'";
  }

  /** Returns the positions of the dense vectors that the target holds. */
  List<Integer> dense() {
    List<VectorField> fields = source.layout().vectors();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      VectorField field = fields.get(i);
      if (field.multi() && !terms.multi()) {
        lose(field.name(), target.name() + " holds no lists of vectors");
      } else if (Widening.heldAs(field.elementType(), terms.elementTypes()).isEmpty()) {
        lose(
            field.name(),
            target.name() + " holds no elements of type " + field.elementType().word());
      } else {
        kept.add(i);
      }
    }
    if (terms.many() || kept.size() < 2) {
      return kept;
    }
    int only =
        kept.stream()
            .filter(i -> fields.get(i).name().isEmpty())
            .findFirst()
            .or(() -> kept.stream().filter(i -> isIndexed(fields.get(i))).findFirst())
            .orElse(kept.getFirst());
    kept.stream()
        .filter(i -> i != only)
        .forEach(i -> lose(fields.get(i).name(), target.name() + " holds one vector a record"));
    return List.of(only);
  }

  private boolean isIndexed(VectorField field) {
    return source.indexes().stream().anyMatch(index -> index.vector().equals(field.name()));
  }

  /** Returns a dense vector as the target has it. */
  VectorField dense(VectorField field) {
    ElementType type = Widening.heldAs(field.elementType(), terms.elementTypes()).orElseThrow();
    if (!Widening.isExact(field.elementType(), type)) {
      losses.add(
          new Loss(
              subject(field.name()),
              "is rounded to " + type.word(),
              target.name() + " holds no elements of type " + field.elementType().word()));
    } else if (type != field.elementType()) {
      changes.add(
          new Change(
              subject(field.name()),
              "holds its " + field.elementType().word() + " elements as " + type.word()));
    }
    return new VectorField(
        renamed(subject(field.name()), field.name(), terms.many()),
        type,
        field.dimension(),
        field.multi());
  }

  /**
   * Returns the positions of the sparse vectors that the target holds.
   *
   * @param dense the positions of the dense vectors that it holds
   */
  List<Integer> sparse(List<Integer> dense) {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < source.layout().sparse().size(); i++) {
      String name = source.layout().sparse().get(i).name();
      Optional<String> obstacle = obstacle(dense);
      if (terms.sparse().most() == 0) {
        loseSparse(name, target.name() + " holds no sparse vectors");
      } else if (kept.size() == terms.sparse().most()) {
        loseSparse(
            name, target.name() + " holds " + terms.sparse().most() + " sparse vector a record");
      } else if (obstacle.isPresent()) {
        loseSparse(name, obstacle.get());
      } else {
        kept.add(i);
      }
    }
    return kept;
  }

  private Optional<String> obstacle(List<Integer> dense) {
    if (terms.sparse().besideMetric().isEmpty()) {
      return Optional.empty();
    }
    VectorIndex.Metric wanted = terms.sparse().besideMetric().get();
    for (int position : dense) {
      String name = source.layout().vectors().get(position).name();
      boolean fits =
          source.indexes().stream()
              .anyMatch(index -> index.vector().equals(name) && index.metric() == wanted);
      if (!fits) {
        return Optional.of(
            target.name() + " holds it only beside a dense vector searched by " + wanted);
      }
    }
    return Optional.empty();
  }

  /** Returns a sparse vector as the target has it. */
  SparseField sparse(SparseField field) {
    String only = terms.sparse().onlyName();
    String subject = "sparse " + subject(field.name());
    if (only.isEmpty()) {
      return new SparseField(
          renamed(subject, field.name(), true), field.elementType(), field.dimension());
    }
    if (!only.equals(field.name())) {
      changes.add(new Change(subject, "is named '" + only + "'"));
    }
    return new SparseField(only, field.elementType(), field.dimension());
  }

  private String renamed(String subject, String name, boolean named) {
    if (sameEngine) {
      return name;
    }
    String theirs = named ? nameOf(name) : "";
    if (!theirs.equals(name)) {
      changes.add(
          new Change(subject, theirs.isEmpty() ? "has no name" : "is named '" + theirs + "'"));
    }
    return theirs;
  }

  /** Returns a name in the target's grammar, which no other vector of the collection has. */
  private String nameOf(String name) {
    if (!name.isEmpty() && name.matches(terms.grammar())) {
      return name;
    }
    String free = TargetName.in(terms.grammar(), name.isEmpty() ? VECTOR_NAME : name).orElse(name);
    while (!taken.add(free)) {
      free += "_";
    }
    return free;
  }

  private void lose(String vector, String reason) {
    losses.add(new Loss(subject(vector), "is left out", reason));
  }

  private void loseSparse(String vector, String reason) {
    losses.add(new Loss("sparse vector '" + vector + "'", "is left out", reason));
  }
}
