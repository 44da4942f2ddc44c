package drillbook.export;

import drillbook.engine.CollectionSchema;
import java.time.Instant;
import java.util.Objects;

/**
 * Where the records of an export come from.
 *
 * @param engine the word of the engine that holds or held them
 * @param backupId the backup; empty for the live engine
 * @param asOf the time whose state they show
 * @param schema the collection
 */
public record ExportSource(String engine, String backupId, Instant asOf, CollectionSchema schema) {
  /** Rejects nulls. */
  public ExportSource {
    Objects.requireNonNull(engine, "engine == null");
    Objects.requireNonNull(backupId, "backupId == null");
    Objects.requireNonNull(asOf, "asOf == null");
    Objects.requireNonNull(schema, "schema == null");
  }
}
