package drillbook.demo.proof;

import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.failure.DrillbookException;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.recovery.ScratchNotes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The records of a live collection, as the engine's adapter reads them.
 *
 * @param engine the live engine
 * @param schema the collection, which has no tenants within
 * @param scratch a folder for notes
 */
public record LiveRecords(Engine engine, CollectionSchema schema, Path scratch) {
  /** Looks a collection up. */
  public static LiveRecords of(Engine engine, CollectionName name, Path scratch)
      throws DrillbookException, InterruptedException {
    return new LiveRecords(engine, engine.control().schema(name), scratch);
  }

  /** Streams all records. */
  public void read(BatchConsumer consumer) throws DrillbookException, InterruptedException {
    try (ScratchNotes notes = new ScratchNotes(scratch);
        Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        engine.records().read(capture.token(), range, "", notes, consumer);
      }
    }
  }

  /**
   * Returns the digest of all records in the form that another collection has them: with its names
   * of vectors, everything else as it was read.
   *
   * @param layout of that collection; as many vectors of the same types
   */
  public MultisetSum digestAs(RecordLayout layout) throws DrillbookException, InterruptedException {
    MultisetSum sum = MultisetSum.empty();
    RecordHasher hasher = new RecordHasher(layout);
    RecordBatch renamed = new RecordBatch(layout);
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    read((batch, cursor) -> {
      renamed.clear();
      for (int i = 0; i < batch.size(); i++) {
        renamed.append(batch, i);
        hasher.hash(renamed, i, idHash, contentHash);
        sum.add(contentHash);
      }
    });
    return sum;
  }

  /** Returns the document of a record; empty where it has none. */
  public String document(byte[] id) throws DrillbookException, InterruptedException {
    StringBuilder document = new StringBuilder();
    engine
        .records()
        .fetch(
            schema,
            CollectionSchema.NO_TENANT,
            List.of(id),
            (batch, cursor) ->
                document.append(new String(batch.documents().get(0), StandardCharsets.UTF_8)));
    return document.toString();
  }
}
