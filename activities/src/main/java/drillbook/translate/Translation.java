package drillbook.translate;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a collection in a target: its schema there, what changes, what is lost, and each
 * record in the form that it takes. A restored collection is compared with records that went
 * through the same translation, since a renamed vector or a wider element type changes a record's
 * hash.
 *
 * <p>Ids and payload parts that an engine cannot hold are no matter of translation: adapters carry
 * them under the reserved payload key. Immutable; the same input always gives the same plan.
 */
public final class Translation {
  private final CollectionSchema source;
  private final CollectionSchema schema;
  private final int[] vectors;
  private final int[] sparse;
  private final Map<String, String> tenants;
  private final List<Change> changes;
  private final List<Loss> losses;

  /**
   * Creates a translation.
   *
   * @param vectors for each dense vector of the target, its position in the source
   * @param sparse the same for sparse vectors
   * @param tenants for each tenant of the source, what the target calls it
   */
  Translation(
      CollectionSchema source,
      CollectionSchema schema,
      int[] vectors,
      int[] sparse,
      Map<String, String> tenants,
      List<Change> changes,
      List<Loss> losses) {
    this.source = source;
    this.schema = schema;
    this.vectors = vectors.clone();
    this.sparse = sparse.clone();
    this.tenants = Map.copyOf(tenants);
    this.changes = List.copyOf(changes);
    this.losses = List.copyOf(losses);
  }

  /**
   * Plans how a collection is held by a target. Writes nothing and asks no engine.
   *
   * @param source the collection as it was captured
   * @param from the engine that it was captured from
   * @param as where it is to be in the target; a name that is none in the target's grammar becomes
   *     one
   * @param dimensions of vectors whose dimension the schema leaves open, by name, as far as known
   * @throws DrillbookException INCOMPATIBLE_TARGET when the target cannot hold what makes the
   *     collection: none of its vectors, too large a dimension, several tenants; CONFIGURATION when
   *     {@code as} has not the target's scopes
   */
  public static Translation plan(
      CollectionSchema source,
      EngineProfile from,
      EngineProfile target,
      CollectionName as,
      Map<String, Integer> dimensions)
      throws DrillbookException {
    return new Planner(source, from, target, dimensions).plan(as);
  }

  /** Plans how a collection is held whose dimensions are all in its schema. */
  public static Translation plan(
      CollectionSchema source, EngineProfile from, EngineProfile target, CollectionName as)
      throws DrillbookException {
    return plan(source, from, target, as, Map.of());
  }

  /** Returns what a collection is called in a target; empty where it cannot be called so. */
  public static Optional<CollectionName> name(EngineProfile target, CollectionName as) {
    return TargetName.in(target.names().grammar(), as.name()).map(as::named);
  }

  /** Returns the collection's schema in the target. */
  public CollectionSchema schema() {
    return schema;
  }

  /** Returns what is held in another form, exactly. */
  public List<Change> changes() {
    return changes;
  }

  /** Returns what the target cannot hold; empty where nothing is lost. */
  public List<Loss> losses() {
    return losses;
  }

  /** Tells whether records stay as they are, so that {@link #apply} is not needed. */
  public boolean identity() {
    return schema.layout().equals(source.layout());
  }

  /**
   * Returns the name that a source's dense vector has in the target; empty where it is left out.
   */
  public Optional<String> vector(String sourceVector) {
    for (int i = 0; i < vectors.length; i++) {
      if (source.layout().vectors().get(vectors[i]).name().equals(sourceVector)) {
        return Optional.of(schema.layout().vectors().get(i).name());
      }
    }
    return Optional.empty();
  }

  /** Returns the tenant of the target that holds a source tenant's records. */
  public String tenant(String sourceTenant) {
    String theirs = tenants.get(sourceTenant);
    if (theirs == null) {
      throw new IllegalArgumentException("no tenant of " + source.name() + ": " + sourceTenant);
    }
    return theirs;
  }

  /**
   * Appends every record of a batch in the target's form.
   *
   * @param from records of the source's layout
   * @param into a batch of {@code schema().layout()}
   */
  public void apply(RecordBatch from, RecordBatch into) {
    requireLayout(from.layout(), source.layout());
    requireLayout(into.layout(), schema.layout());
    for (int record = 0; record < from.size(); record++) {
      copy(from.ids(), record, into.ids());
      for (int i = 0; i < vectors.length; i++) {
        if (from.vectors().get(vectors[i]).isPresent(record)) {
          Widening.copy(from.vectors().get(vectors[i]), record, into.vectors().get(i));
        }
      }
      for (int i = 0; i < sparse.length; i++) {
        SparseColumn column = from.sparse().get(sparse[i]);
        if (column.isPresent(record)) {
          into.sparse().get(i).add(column.positions().get(record), column.values().get(record));
        }
      }
      copy(from.payloads(), record, into.payloads());
      copy(from.documents(), record, into.documents());
      copy(from.uris(), record, into.uris());
      into.endRecord();
    }
  }

  private static void copy(BytesColumn from, int record, BytesColumn into) {
    if (from.isPresent(record)) {
      into.add(from.data(), from.offset(record), from.length(record));
    }
  }

  private static void requireLayout(RecordLayout layout, RecordLayout expected) {
    if (!layout.equals(expected)) {
      throw new IllegalArgumentException("records of " + layout + " instead of " + expected);
    }
  }
}
