package drillbook.translate;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Plans one translation and collects what changes and what is lost on the way. */
final class Planner {
  /** What an unnamed vector is called in an engine whose vectors have names. */
  private static final String VECTOR_NAME = "embedding";

  private final CollectionSchema source;
  private final String sourceEngine;
  private final EngineProfile target;
  private final boolean sameEngine;
  private final List<Change> changes = new ArrayList<>();
  private final List<Loss> losses = new ArrayList<>();

  Planner(CollectionSchema source, String sourceEngine, EngineProfile target) {
    this.source = source;
    this.sourceEngine = sourceEngine;
    this.target = target;
    this.sameEngine = sourceEngine.equals(target.name());
  }

  Translation plan(CollectionName as) throws DrillbookException {
    CollectionName name = name(as);
    List<Integer> vectors = keptVectors();
    List<VectorField> fields = new ArrayList<>();
    for (int position : vectors) {
      fields.add(field(source.layout().vectors().get(position)));
    }
    List<Integer> sparse = keptSparse();
    if (fields.isEmpty() && (!target.manyVectors() || (sparse.isEmpty() && hasVectors()))) {
      throw incompatible("none of its vectors can be held");
    }
    List<SparseField> sparseFields = sparse.stream().map(source.layout().sparse()::get).toList();
    CollectionSchema schema =
        new CollectionSchema(
            name,
            new RecordLayout(fields, sparseFields),
            idType(),
            indexes(vectors, fields, sparseFields),
            tenants(),
            aliases(name),
            source.attributes());
    return new Translation(source, schema, positions(vectors), positions(sparse), changes, losses);
  }

  private CollectionName name(CollectionName as) throws DrillbookException {
    if (as.scope().size() != target.scopeLevels().size()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          as + " cannot be a collection of " + target.name() + ": it has other scopes",
          "Name the collection by " + String.join("/", target.scopeLevels()) + "/name.");
    }
    Optional<String> name = TargetName.in(target.nameGrammar(), as.name());
    if (name.isEmpty()) {
      throw incompatible("no name like '" + as.name() + "' matches " + target.nameGrammar());
    }
    if (!name.get().equals(as.name())) {
      changes.add(new Change("collection '" + as.name() + "'", "is named '" + name.get() + "'"));
    }
    return as.named(name.get());
  }

  /** Returns the positions of the dense vectors that the target holds. */
  private List<Integer> keptVectors() throws DrillbookException {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < source.layout().vectors().size(); i++) {
      VectorField field = source.layout().vectors().get(i);
      if (field.multi() && !target.multiVectors()) {
        lose(field, target.name() + " holds no lists of vectors");
      } else if (Widening.heldAs(field.elementType(), target.elementTypes()).isEmpty()) {
        lose(field, target.name() + " holds no elements of type " + field.elementType().word());
      } else {
        kept.add(i);
      }
    }
    if (!target.manyVectors() && kept.size() > 1) {
      List<VectorField> fields = source.layout().vectors();
      int only =
          kept.stream().filter(i -> fields.get(i).name().isEmpty()).findFirst().orElse(kept.get(0));
      kept.stream()
          .filter(i -> i != only)
          .forEach(i -> lose(fields.get(i), target.name() + " holds one vector a record"));
      kept = List.of(only);
    }
    for (int i : kept) {
      int dimension = source.layout().vectors().get(i).dimension();
      if (dimension > target.maxDimension()) {
        throw incompatible(
            "dimension " + dimension + " is more than " + target.maxDimension() + ", its largest");
      }
    }
    return kept;
  }

  private void lose(VectorField field, String reason) {
    losses.add(new Loss(subject(field.name()), "is left out", reason));
  }

  private VectorField field(VectorField field) {
    ElementType type = Widening.heldAs(field.elementType(), target.elementTypes()).orElseThrow();
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
    String name = vectorName(field.name());
    if (!name.equals(field.name())) {
      changes.add(
          new Change(
              subject(field.name()), name.isEmpty() ? "has no name" : "is named '" + name + "'"));
    }
    return new VectorField(name, type, field.dimension(), field.multi());
  }

  private String vectorName(String name) {
    if (sameEngine) {
      return name;
    }
    if (!target.manyVectors()) {
      return "";
    }
    return name.isEmpty() ? freeName() : name;
  }

  /** Returns the name for the unnamed vector, which no other vector of the collection has. */
  private String freeName() {
    String name = VECTOR_NAME;
    while (isTaken(name)) {
      name += "_";
    }
    return name;
  }

  private boolean isTaken(String name) {
    return source.layout().vectors().stream().anyMatch(field -> field.name().equals(name))
        || source.layout().sparse().stream().anyMatch(field -> field.name().equals(name));
  }

  private List<Integer> keptSparse() {
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < source.layout().sparse().size(); i++) {
      if (target.sparseVectors()) {
        kept.add(i);
      } else {
        losses.add(
            new Loss(
                "sparse vector '" + source.layout().sparse().get(i).name() + "'",
                "is left out",
                target.name() + " holds no sparse vectors"));
      }
    }
    return kept;
  }

  private boolean hasVectors() {
    return !source.layout().vectors().isEmpty() || !source.layout().sparse().isEmpty();
  }

  private String idType() {
    if (!sameEngine && !target.idTypes().contains(source.idType())) {
      changes.add(new Change("ids", "of type " + source.idType() + " are mapped and kept beside"));
    }
    return source.idType();
  }

  private List<String> tenants() throws DrillbookException {
    if (target.has(Capability.TENANTS)) {
      return source.tenants();
    }
    if (source.tenants().size() > 1) {
      throw incompatible(
          "it has " + source.tenants().size() + " tenants, and " + target.name() + " has none");
    }
    String only = source.tenants().getFirst();
    if (!only.equals(CollectionSchema.NO_TENANT)) {
      changes.add(new Change("tenant '" + only + "'", "becomes the whole collection"));
    }
    return List.of(CollectionSchema.NO_TENANT);
  }

  private List<String> aliases(CollectionName name) {
    if (target.has(Capability.ALIASES)) {
      return name.equals(source.name()) ? source.aliases() : List.of();
    }
    for (String alias : source.aliases()) {
      losses.add(
          new Loss("alias '" + alias + "'", "is left out", target.name() + " has no aliases"));
    }
    return List.of();
  }

  private List<VectorIndex> indexes(
      List<Integer> vectors, List<VectorField> fields, List<SparseField> sparse) {
    List<VectorIndex> indexes = new ArrayList<>();
    for (VectorIndex index : source.indexes()) {
      for (int i = 0; i < fields.size(); i++) {
        String name = source.layout().vectors().get(vectors.get(i)).name();
        if (index.vector().equals(name)) {
          index(index, fields.get(i)).ifPresent(indexes::add);
        }
      }
      if (sparse.stream().anyMatch(field -> field.name().equals(index.vector()))) {
        if (sameEngine) {
          indexes.add(index);
        } else {
          loseIndex(index, "is left out", "indexes of sparse vectors are each engine's own");
        }
      }
    }
    return indexes;
  }

  private Optional<VectorIndex> index(VectorIndex index, VectorField field) {
    if (sameEngine) {
      return Optional.of(index);
    }
    IndexTerms terms = IndexTerms.of(target.name());
    if (!terms.has(index.metric(), field.elementType())) {
      loseIndex(
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
      loseIndex(
          index,
          "is left out",
          target.name() + " indexes no " + field.elementType().word() + " of " + field.dimension());
      return Optional.empty();
    }
    if (!terms.maxDimension().isEmpty() && field.dimension() == 0) {
      // The metric has to survive: a first record makes the vector searchable by it.
      loseIndex(
          index,
          "is a search without an index",
          target.name() + " indexes no vectors whose dimension is open, as in an empty collection");
      return Optional.of(new VectorIndex(field.name(), "flat", index.metric(), Map.of()));
    }
    if (index.kind().equals("flat")) {
      changes.add(new Change(indexSubject(index), "is a search without an index"));
      return Optional.empty();
    }
    boolean hnsw = index.kind().equals("hnsw");
    if (!hnsw) {
      // Even where both engines have the kind, its parameters are not known to mean the same.
      loseIndex(index, "becomes hnsw", "kind " + index.kind() + " is " + sourceEngine + "'s own");
    }
    Map<String, String> parameters = hnsw ? parameters(index, terms) : Map.of();
    return Optional.of(new VectorIndex(field.name(), "hnsw", index.metric(), parameters));
  }

  private Map<String, String> parameters(VectorIndex index, IndexTerms terms) {
    Map<String, String> parameters = new TreeMap<>();
    index
        .parameters()
        .forEach((name, value) -> {
          String common = IndexTerms.of(sourceEngine).commonName(name);
          String theirs = terms.parameters().getOrDefault(common, "");
          if (theirs.isEmpty() && IndexTerms.of(sourceEngine).operating().contains(name)) {
            changes.add(
                new Change(indexSubject(index), "leaves " + name + " to the target's settings"));
          } else if (theirs.isEmpty()) {
            loseIndex(
                index,
                "has no parameter " + name + " = " + value,
                target.name() + "'s index does not know it");
          } else {
            parameters.put(theirs, value);
            if (!theirs.equals(name)) {
              changes.add(new Change(indexSubject(index), "calls " + name + " " + theirs));
            }
          }
        });
    return parameters;
  }

  private void loseIndex(VectorIndex index, String what, String reason) {
    losses.add(new Loss(indexSubject(index), what, reason));
  }

  private static String indexSubject(VectorIndex index) {
    return "index of " + subject(index.vector());
  }

  private static String subject(String vector) {
    return vector.isEmpty() ? "the vector" : "vector '" + vector + "'";
  }

  private DrillbookException incompatible(String reason) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        source.name() + " cannot be held by " + target.name() + ": " + reason,
        "Restore into another engine, or leave the collection out.");
  }

  private static int[] positions(List<Integer> positions) {
    return positions.stream().mapToInt(Integer::intValue).toArray();
  }
}
