package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.record.BytesColumn;
import drillbook.record.RecordBatch;
import java.util.HexFormat;
import java.util.List;

/**
 * The changes face of {@link MemoryEngine}: a mark is the oldest transaction that was open, and
 * what later ones wrote is changed.
 */
final class MemoryChanges implements Changes {
  private static final int BATCH_BYTES = 16 << 10;
  private static final String SINCE = " since=";

  private final MemoryServer server;
  private final MemoryRecords records;
  private final MemoryEngine.Line line;

  MemoryChanges(MemoryServer server, MemoryRecords records, MemoryEngine.Line line) {
    this.server = server;
    this.records = records;
    this.line = line;
  }

  static Mark mark(MemoryServer server, MemoryServer.Stored stored) {
    return new Mark(stored.schema.name(), history(server, stored) + server.mark());
  }

  /** Returns what the position of a range says of a mark that fits; empty where none does. */
  static String since(MemoryServer server, MemoryServer.Stored stored, List<Mark> marks) {
    String history = history(server, stored);
    return marks.stream()
        .filter(mark -> mark.collection().equals(stored.schema.name()))
        .filter(mark -> mark.text().startsWith(history))
        .map(mark -> SINCE + mark.text().substring(history.length()))
        .findFirst()
        .orElse("");
  }

  private static String history(MemoryServer server, MemoryServer.Stored stored) {
    return server.history + " " + stored.number + " ";
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, List<Mark> since, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    return records.begin(collections, since, notes);
  }

  @Override
  public void read(
      CaptureToken token,
      CaptureToken.Range range,
      String cursor,
      CaptureNotes notes,
      ChangeConsumer consumer)
      throws DrillbookException, InterruptedException {
    line.request();
    String position = range.position();
    long since = Long.parseLong(position.substring(position.indexOf(SINCE) + SINCE.length()));
    List<String> ids = MemoryRecords.ids(notes, range);
    RecordBatch changed = new RecordBatch(range.schema().layout());
    BytesColumn unchanged = new BytesColumn();
    for (int i = cursor.isEmpty() ? 0 : Integer.parseInt(cursor); i < ids.size(); i++) {
      synchronized (server) {
        MemoryServer.Stored stored = records.collection(token, range);
        RecordBatch record = MemoryEngine.tenant(stored, range.tenant()).get(ids.get(i));
        if (record != null && stored.writer(range.tenant(), ids.get(i)) < since) {
          unchanged.add(HexFormat.of().parseHex(ids.get(i)));
        } else if (record != null) {
          changed.append(record, 0);
        }
      }
      if (changed.bytes() >= BATCH_BYTES || unchanged.bytes() >= BATCH_BYTES / 32) {
        hand(consumer, changed, unchanged, String.valueOf(i + 1));
      }
    }
    hand(consumer, changed, unchanged, String.valueOf(ids.size()));
  }

  private static void hand(
      ChangeConsumer consumer, RecordBatch changed, BytesColumn unchanged, String cursor)
      throws DrillbookException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted between batches");
    }
    if (changed.size() > 0 || unchanged.size() > 0) {
      consumer.accept(changed, unchanged, cursor);
      changed.clear();
      unchanged.clear();
    }
  }
}
