package drillbook.export;

import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import java.util.List;

/** Where an export reads: a backup, or a live engine. */
public interface ExportRecords {
  /**
   * Returns the collections that are meant, with the tenants that are.
   *
   * @param names names or paths; empty for all
   * @throws DrillbookException NOT_FOUND when nothing is meant
   */
  List<CollectionSchema> collections(List<String> names)
      throws DrillbookException, InterruptedException;

  /** Writes all records of one of these collections into an export, and finishes it. */
  ExportFolder write(CollectionSchema schema, Sink sink)
      throws DrillbookException, InterruptedException;

  /** Opens the export that is written to, once it is known what the records show. */
  @FunctionalInterface
  interface Sink {
    /** Opens it. Does no I/O. */
    CollectionExport open(ExportSource source);
  }
}
