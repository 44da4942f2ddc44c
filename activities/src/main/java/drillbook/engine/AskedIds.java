package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ids that were asked for. An engine's answer can be another record: where ids are texts, the text
 * "7" stands for itself or for the number 7, whichever the record was.
 */
public final class AskedIds {
  private final Set<ByteBuffer> ids = new HashSet<>();

  /** Takes ids as records have them; they must not change afterwards. */
  public AskedIds(List<byte[]> ids) {
    ids.forEach(id -> this.ids.add(ByteBuffer.wrap(id)));
  }

  /** Tells whether an id, as a record has it, was asked for. */
  public boolean contains(byte[] id) {
    return ids.contains(ByteBuffer.wrap(id));
  }

  /** Hands on those records of an answer that were asked for, in one batch, none in none. */
  public void hand(RecordBatch found, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    RecordBatch batch = new RecordBatch(found.layout());
    for (int row = 0; row < found.size(); row++) {
      if (contains(found.ids().get(row))) {
        batch.append(found, row);
      }
    }
    if (batch.size() > 0) {
      consumer.accept(batch, "");
    }
  }
}
