package drillbook.engine;

import drillbook.failure.DrillbookException;
import java.util.List;

/** The records face of an engine: portable reading and writing; any reader feeds any writer. */
public interface Records {
  /**
   * Opens a capture of collections: fixes what will be read, takes the snapshot where the engine
   * has one. Where {@link Capability#HELD_SNAPSHOT} is declared the snapshot dies with the returned
   * object or its connection.
   *
   * <p>Where the capture sees tenants that have come since the schemas were read, it has ranges of
   * these too, whose schema names them. Who means some tenants leaves out the ranges of others.
   *
   * @param collections existing collections, as {@link Control#schema} returned them
   * @param notes where the adapter may leave what ranges need later (lists of ids)
   */
  Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException;

  /**
   * Reads a range from a cursor on, in the engine's order, as batches of about 1 MiB; each record
   * exactly once. May run in another process than {@link #begin}.
   *
   * @param token what {@code begin} gave
   * @param range one of the token's ranges
   * @param cursor empty for the start, or a cursor that this range's reader handed out
   * @param notes the notes that {@code begin} wrote
   * @param consumer takes each batch with the cursor after it; batches are never empty
   * @throws DrillbookException SNAPSHOT_LOST when the token's snapshot is gone; CORRUPT when the
   *     engine counts records that it cannot hand out ({@code ENGINE_READ_FAILED})
   */
  void read(
      CaptureToken token,
      CaptureToken.Range range,
      String cursor,
      CaptureNotes notes,
      BatchConsumer consumer)
      throws DrillbookException, InterruptedException;

  /**
   * Reads records by id, in any order; ids that do not exist are left out.
   *
   * @param ids at most 1000, encoded
   */
  void fetch(CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException;

  /**
   * Opens a writer. Writing is an upsert by id, so that writing the same records again changes
   * nothing.
   *
   * @param schema the live collection's schema in this engine
   * @param tenant one of its tenants
   */
  RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException;
}
