package drillbook.intake;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.util.List;
import java.util.Map;

/** How records of one layout become records of a live collection that has another. */
final class LayoutMatch {
  private final CollectionSchema records;
  private final CollectionSchema live;
  private final int[] vectors;
  private final int[] sparse;

  private LayoutMatch(
      CollectionSchema records, CollectionSchema live, int[] vectors, int[] sparse) {
    this.records = records;
    this.live = live;
    this.vectors = vectors;
    this.sparse = sparse;
  }

  /**
   * Finds each vector's place in a live collection: the one of its name, or the only one.
   *
   * @throws DrillbookException INCOMPATIBLE_TARGET when one has no place, or another type or
   *     dimension there, or ids are of another type
   */
  static LayoutMatch of(CollectionSchema records, CollectionSchema live) throws DrillbookException {
    if (!records.idType().equals(live.idType())) {
      throw refused(live, "its ids are " + live.idType() + ", not " + records.idType());
    }
    RecordLayout theirs = live.layout();
    int[] vectors = new int[records.layout().vectors().size()];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = dense(records.layout().vectors(), i, theirs, live);
    }
    int[] sparse = new int[records.layout().sparse().size()];
    for (int i = 0; i < sparse.length; i++) {
      sparse[i] = sparse(records.layout().sparse(), i, theirs, live);
    }
    return new LayoutMatch(records, live, vectors, sparse);
  }

  private static int dense(
      List<VectorField> fields, int i, RecordLayout theirs, CollectionSchema live)
      throws DrillbookException {
    VectorField field = fields.get(i);
    int place = fields.size() == 1 && theirs.vectors().size() == 1 ? 0 : -1;
    for (int j = 0; j < theirs.vectors().size(); j++) {
      if (theirs.vectors().get(j).name().equals(field.name())) {
        place = j;
      }
    }
    if (place < 0) {
      throw refused(live, "it has no vector '" + field.name() + "'");
    }
    VectorField there = theirs.vectors().get(place);
    if (there.elementType() != field.elementType() || there.multi() != field.multi()) {
      throw refused(
          live,
          "its vector '"
              + there.name()
              + "' is "
              + there.elementType().word()
              + ", not "
              + field.elementType().word()
              + (field.multi() == there.multi() ? "" : ", and one of them holds lists of vectors"));
    }
    boolean open = there.dimension() == 0 || field.dimension() == 0;
    if (!open && there.dimension() != field.dimension()) {
      throw refused(live, "its dimension is " + there.dimension() + ", not " + field.dimension());
    }
    return place;
  }

  private static int sparse(
      List<SparseField> fields, int i, RecordLayout theirs, CollectionSchema live)
      throws DrillbookException {
    int place = fields.size() == 1 && theirs.sparse().size() == 1 ? 0 : -1;
    for (int j = 0; j < theirs.sparse().size(); j++) {
      if (theirs.sparse().get(j).name().equals(fields.get(i).name())) {
        place = j;
      }
    }
    if (place < 0 || theirs.sparse().get(place).elementType() != fields.get(i).elementType()) {
      throw refused(live, "it has no sparse vector '" + fields.get(i).name() + "' of that type");
    }
    return place;
  }

  /**
   * Compares what the schemas leave open with what the records have.
   *
   * @param found dimensions of the records' vectors by name, 0 where there are several
   * @throws DrillbookException INCOMPATIBLE_TARGET when the live collection has another
   */
  void requireDimensions(Map<String, Integer> found) throws DrillbookException {
    for (int i = 0; i < vectors.length; i++) {
      int dimension = live.layout().vectors().get(vectors[i]).dimension();
      Integer theirs = found.get(records.layout().vectors().get(i).name());
      if (dimension != 0 && theirs != null && theirs != dimension) {
        throw refused(
            live, "its dimension is " + dimension + ", not " + (theirs == 0 ? "several" : theirs));
      }
    }
  }

  /** Appends every record in the live collection's layout. */
  void apply(RecordBatch from, RecordBatch into) {
    for (int record = 0; record < from.size(); record++) {
      into.ids().add(from.ids().get(record));
      for (int i = 0; i < vectors.length; i++) {
        VectorColumn column = from.vectors().get(i);
        if (column.isPresent(record)) {
          into.vectors()
              .get(vectors[i])
              .add(
                  column.bits().data(),
                  column.bits().offset(record),
                  column.dimension(record),
                  column.rows(record));
        }
      }
      for (int i = 0; i < sparse.length; i++) {
        if (from.sparse().get(i).isPresent(record)) {
          into.sparse()
              .get(sparse[i])
              .add(
                  from.sparse().get(i).positions().get(record),
                  from.sparse().get(i).values().get(record));
        }
      }
      if (from.payloads().isPresent(record)) {
        into.payloads().add(from.payloads().get(record));
      }
      if (from.documents().isPresent(record)) {
        into.documents().add(from.documents().get(record));
      }
      if (from.uris().isPresent(record)) {
        into.uris().add(from.uris().get(record));
      }
      into.endRecord();
    }
  }

  private static DrillbookException refused(CollectionSchema live, String why) {
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET,
        "records cannot be merged into " + live.name() + ": " + why,
        "Nothing was written. Import into another collection: --collection NAME.");
  }
}
