package drillbook.engine;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The records face of {@link MemoryEngine}: two ranges a tenant, batches of 256 KiB. */
final class MemoryRecords implements Records {
  private static final int RANGES = 2;
  private static final int BATCH_BYTES = 256 << 10;

  private final MemoryServer server;
  private final EngineProfile profile;
  private final MemoryEngine.Line line;

  MemoryRecords(MemoryServer server, EngineProfile profile, MemoryEngine.Line line) {
    this.server = server;
    this.profile = profile;
    this.line = line;
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    return begin(collections, List.of(), notes);
  }

  /** Begins a capture whose ranges tell what changed since the marks that fit. */
  Capture begin(List<CollectionSchema> collections, List<Mark> since, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    line.request();
    List<CaptureToken.Range> ranges = new ArrayList<>();
    List<Mark> marks = new ArrayList<>();
    synchronized (server) {
      boolean tells = profile.has(Capability.CHANGES_BY_WATERMARK);
      for (CollectionSchema schema : collections) {
        MemoryServer.Stored live = MemoryEngine.find(server, schema.name());
        if (tells) {
          marks.add(MemoryChanges.mark(server, live));
        }
        String known = MemoryChanges.since(server, live, since);
        for (String tenant : schema.tenants()) {
          var ids = List.copyOf(MemoryEngine.tenant(live, tenant).keySet());
          for (int part = 0; part < RANGES; part++) {
            String note = "ids-" + ranges.size();
            int from = ids.size() * part / RANGES;
            write(notes, note, ids.subList(from, ids.size() * (part + 1) / RANGES));
            ranges.add(new CaptureToken.Range(schema, tenant, note + known, !known.isEmpty()));
          }
        }
      }
      boolean whole = profile.has(Capability.SNAPSHOT_READ);
      String snapshot = whole ? server.snapshot() : "";
      CaptureToken.Consistency consistency =
          whole ? CaptureToken.Consistency.SNAPSHOT : CaptureToken.Consistency.FUZZY;
      return new Held(new CaptureToken(snapshot, consistency, Instant.EPOCH, ranges, marks));
    }
  }

  @Override
  public void read(
      CaptureToken token,
      CaptureToken.Range range,
      String cursor,
      CaptureNotes notes,
      BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    line.request();
    List<String> ids = ids(notes, range);
    RecordBatch batch = new RecordBatch(range.schema().layout());
    for (int i = cursor.isEmpty() ? 0 : Integer.parseInt(cursor); i < ids.size(); i++) {
      add(batch, records(token, range), ids.get(i));
      if (batch.bytes() >= BATCH_BYTES) {
        hand(consumer, batch, String.valueOf(i + 1));
      }
    }
    hand(consumer, batch, String.valueOf(ids.size()));
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    line.request();
    RecordBatch batch = new RecordBatch(schema.layout());
    synchronized (server) {
      var records = MemoryEngine.tenant(MemoryEngine.find(server, schema.name()), tenant);
      ids.forEach(id -> add(batch, records, HexFormat.of().formatHex(id)));
    }
    hand(consumer, batch, "");
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    line.request();
    synchronized (server) {
      MemoryEngine.requireNoAlias(server, schema.name());
      MemoryEngine.tenant(MemoryEngine.find(server, schema.name()), tenant);
    }
    return new Writer(schema.name(), tenant);
  }

  private static void hand(BatchConsumer consumer, RecordBatch batch, String cursor)
      throws DrillbookException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted between batches");
    }
    if (batch.size() > 0) {
      consumer.accept(batch, cursor);
      batch.clear();
    }
  }

  private void add(RecordBatch batch, Map<String, RecordBatch> records, String id) {
    synchronized (server) {
      RecordBatch record = records.get(id);
      if (record != null) {
        batch.append(record, 0);
      }
    }
  }

  /** Returns the ids of a range. */
  static List<String> ids(CaptureNotes notes, CaptureToken.Range range)
      throws DrillbookException, InterruptedException {
    return read(notes, range.position().replaceAll(" .*", ""));
  }

  private Map<String, RecordBatch> records(CaptureToken token, CaptureToken.Range range)
      throws DrillbookException {
    return MemoryEngine.tenant(collection(token, range), range.tenant());
  }

  /** Returns the collection as the capture sees it. */
  MemoryServer.Stored collection(CaptureToken token, CaptureToken.Range range)
      throws DrillbookException {
    synchronized (server) {
      Map<CollectionName, MemoryServer.Stored> collections =
          token.snapshot().isEmpty() ? server.collections : server.snapshots.get(token.snapshot());
      if (collections == null) {
        throw lost(token);
      }
      MemoryServer.Stored stored = collections.get(range.schema().name());
      if (stored == null) {
        throw MemoryEngine.failure(
            FailureKind.NOT_FOUND, range.schema().name() + " could not be read: it is gone");
      }
      return stored;
    }
  }

  private static DrillbookException lost(CaptureToken token) {
    return MemoryEngine.failure(
        FailureKind.SNAPSHOT_LOST, "the capture could not go on: no " + token.snapshot());
  }

  private static void write(CaptureNotes notes, String name, List<String> ids)
      throws DrillbookException, InterruptedException {
    try (OutputStream out = notes.write(name)) {
      out.write(String.join("\n", ids).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new DrillbookException(FailureKind.UNAVAILABLE, "note: " + e.getMessage(), "", e);
    }
  }

  private static List<String> read(CaptureNotes notes, String name)
      throws DrillbookException, InterruptedException {
    try (InputStream in = notes.read(name, 0)) {
      String ids = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return ids.lines().toList();
    } catch (IOException e) {
      throw new DrillbookException(FailureKind.UNAVAILABLE, "note: " + e.getMessage(), "", e);
    }
  }

  private final class Held implements Capture {
    private final CaptureToken token;

    Held(CaptureToken token) {
      this.token = token;
    }

    @Override
    public CaptureToken token() {
      return token;
    }

    @Override
    public void touch() throws DrillbookException {
      synchronized (server) {
        if (!token.snapshot().isEmpty() && !server.snapshots.containsKey(token.snapshot())) {
          throw lost(token);
        }
      }
    }

    @Override
    public void close() {
      synchronized (server) {
        server.snapshots.remove(token.snapshot());
      }
    }
  }

  private final class Writer implements RecordWriter {
    private final CollectionName name;
    private final String tenant;

    Writer(CollectionName name, String tenant) {
      this.name = name;
      this.tenant = tenant;
    }

    @Override
    public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
      line.request();
      synchronized (server) {
        MemoryServer.Stored stored = MemoryEngine.find(server, name);
        RecordLayout layout = stored.schema.layout();
        if (!batch.layout().equals(layout)) {
          throw MemoryEngine.failure(
              FailureKind.CONFIGURATION,
              name + " could not be written: holds " + layout + ", not " + batch.layout());
        }
        MemoryEngine.tenant(stored, tenant);
        server.write(stored, tenant, batch);
      }
    }

    @Override
    public void close() {}
  }
}
