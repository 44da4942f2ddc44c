package drillbook.translate;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.OwnTrait;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
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
  /** What the records outside of all tenants become where each record has a tenant. */
  private static final String TENANT_NAME = "default";

  private final CollectionSchema source;
  private final EngineProfile from;
  private final EngineProfile target;
  private final boolean sameEngine;
  private final Map<String, Integer> dimensions;
  private final List<Change> changes = new ArrayList<>();
  private final List<Loss> losses = new ArrayList<>();

  Planner(
      CollectionSchema source,
      EngineProfile from,
      EngineProfile target,
      Map<String, Integer> dimensions) {
    this.source = source;
    this.from = from;
    this.target = target;
    this.dimensions = Map.copyOf(dimensions);
    this.sameEngine = from.name().equals(target.name());
  }

  Translation plan(CollectionName as) throws DrillbookException {
    CollectionName name = name(as);
    VectorPlanner planner = new VectorPlanner(source, target, sameEngine, changes, losses);
    List<Integer> vectors = planner.dense();
    requireDimensions(vectors);
    List<Integer> sparse = planner.sparse(vectors);
    List<VectorField> fields =
        vectors.stream()
            .map(source.layout().vectors()::get)
            .map(this::known)
            .map(planner::dense)
            .toList();
    boolean noneHeld = fields.isEmpty() && sparse.isEmpty();
    boolean mayHaveNone = target.vectors().many() && !hasVectors();
    if ((noneHeld && !mayHaveNone) || (fields.isEmpty() && !mayLackDense())) {
      throw incompatible("none of its vectors can be held");
    }
    List<SparseField> sparseFields =
        sparse.stream().map(source.layout().sparse()::get).map(planner::sparse).toList();
    tellOwnTraits();
    Map<String, String> tenants = tenants();
    RecordLayout layout = new RecordLayout(fields, sparseFields);
    CollectionSchema schema =
        new CollectionSchema(
            name,
            layout,
            idType(),
            indexes(vectors, fields, sparse, sparseFields),
            List.copyOf(tenants.values()),
            aliases(as),
            source.attributes());
    // A layout has an order of its own, which new names may change.
    int[] dense = new int[fields.size()];
    for (int i = 0; i < dense.length; i++) {
      dense[layout.vector(fields.get(i).name())] = vectors.get(i);
    }
    int[] thin = new int[sparseFields.size()];
    for (int i = 0; i < thin.length; i++) {
      thin[layout.sparse(sparseFields.get(i).name())] = sparse.get(i);
    }
    return new Translation(source, schema, dense, thin, tenants, changes, losses);
  }

  private void tellOwnTraits() {
    for (OwnTrait trait : from.own().of(source)) {
      if (sameEngine && !trait.home().isEmpty()) {
        changes.add(new Change(trait.subject(), trait.home()));
      } else if (!sameEngine && trait.missed()) {
        losses.add(new Loss(trait.subject(), trait.abroad(), "it is " + from.name() + "'s own"));
      } else if (!sameEngine) {
        changes.add(new Change(trait.subject(), trait.abroad()));
      }
    }
  }

  /** A sparse vector may stand alone wherever there are sparse vectors. */
  private boolean mayLackDense() {
    return target.vectors().many() || target.vectors().sparse().most() > 0;
  }

  private void requireDimensions(List<Integer> vectors) throws DrillbookException {
    for (int i : vectors) {
      VectorField field = known(source.layout().vectors().get(i));
      int largest = target.vectors().maxDimension();
      if (field.dimension() > largest) {
        throw incompatible(
            "dimension " + field.dimension() + " is more than " + largest + ", its largest");
      }
      if (field.dimension() == 0 && !target.vectors().openDimension()) {
        throw incompatible(
            VectorPlanner.subject(field.name())
                + " has no dimension that is the same in all records, and it wants one");
      }
    }
  }

  /** Returns a vector with the dimension that its records have, where the target wants one. */
  private VectorField known(VectorField field) {
    boolean open = field.dimension() == 0 && !target.vectors().openDimension();
    return open
        ? new VectorField(
            field.name(),
            field.elementType(),
            dimensions.getOrDefault(field.name(), 0),
            field.multi())
        : field;
  }

  private CollectionName name(CollectionName as) throws DrillbookException {
    if (as.scope().size() != target.scopeLevels().size()) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          as + " cannot be a collection of " + target.name() + ": it has other scopes",
          "Name the collection by " + String.join("/", target.scopeLevels()) + "/name.");
    }
    Optional<String> name = TargetName.in(target.names().grammar(), as.name());
    if (name.isEmpty()) {
      throw incompatible("no name like '" + as.name() + "' matches " + target.names().grammar());
    }
    if (!name.get().equals(as.name())) {
      changes.add(new Change("collection '" + as.name() + "'", "is named '" + name.get() + "'"));
    }
    return as.named(name.get());
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

  /** Returns the tenants by what they are called in the source. */
  private Map<String, String> tenants() throws DrillbookException {
    Map<String, String> names = new TreeMap<>();
    boolean several = source.tenants().size() > 1;
    if (!target.has(Capability.TENANTS) && several) {
      throw incompatible(
          "it has " + source.tenants().size() + " tenants, and " + target.name() + " has none");
    }
    for (String tenant : source.tenants()) {
      String theirs = tenant;
      if (!target.has(Capability.TENANTS)) {
        theirs = CollectionSchema.NO_TENANT;
      } else if (!sameEngine && !target.tenants().holds(tenant) && (several || !tenant.isEmpty())) {
        String words = tenant.isEmpty() ? TENANT_NAME : tenant;
        theirs =
            TargetName.in(target.tenants().grammar(), words)
                .orElseThrow(() -> incompatible("no tenant can be called like '" + tenant + "'"));
      }
      if (names.containsValue(theirs)) {
        throw incompatible("two of its tenants would be called '" + theirs + "'");
      }
      names.put(tenant, theirs);
      if (!theirs.equals(tenant)) {
        changes.add(
            new Change(
                "tenant '" + tenant + "'",
                theirs.isEmpty() ? "becomes the whole collection" : "is named '" + theirs + "'"));
      }
    }
    return names;
  }

  /**
   * Aliases come along with a collection that keeps its name, as far as the target's grammar lets
   * it; others stay with the live one.
   */
  private List<String> aliases(CollectionName as) {
    if (!target.has(Capability.ALIASES)) {
      for (String alias : source.aliases()) {
        losses.add(
            new Loss("alias '" + alias + "'", "is left out", target.name() + " has no aliases"));
      }
      return List.of();
    }
    String own = source.name().name();
    boolean keepsName =
        as.name().equals(own)
            || TargetName.in(target.names().grammar(), own).filter(as.name()::equals).isPresent();
    if (!keepsName) {
      return List.of();
    }
    List<String> aliases = new ArrayList<>();
    for (String alias : source.aliases()) {
      String theirs = TargetName.in(target.names().grammar(), alias).orElse(alias);
      aliases.add(theirs);
      if (!theirs.equals(alias)) {
        changes.add(new Change("alias '" + alias + "'", "is named '" + theirs + "'"));
      }
    }
    return aliases;
  }

  private List<VectorIndex> indexes(
      List<Integer> vectors,
      List<VectorField> fields,
      List<Integer> sparse,
      List<SparseField> sparseFields) {
    IndexPlanner planner = new IndexPlanner(from, target, changes, losses);
    List<VectorIndex> indexes = new ArrayList<>();
    for (VectorIndex index : source.indexes()) {
      for (int i = 0; i < fields.size(); i++) {
        String name = source.layout().vectors().get(vectors.get(i)).name();
        if (index.vector().equals(name)) {
          (sameEngine ? Optional.of(index) : planner.dense(index, fields.get(i)))
              .ifPresent(indexes::add);
        }
      }
      for (int i = 0; i < sparseFields.size(); i++) {
        String name = source.layout().sparse().get(sparse.get(i)).name();
        if (index.vector().equals(name)) {
          if (sameEngine) {
            indexes.add(index);
          } else {
            planner.sparse(index);
          }
        }
      }
    }
    return indexes;
  }

  private DrillbookException incompatible(String reason) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        source.name() + " cannot be held by " + target.name() + ": " + reason,
        "Restore into another engine, or leave the collection out.");
  }
}
