package drillbook.engine.pinecone;

import drillbook.engine.AskedIds;
import drillbook.engine.BatchConsumer;
import drillbook.engine.Capture;
import drillbook.engine.CaptureNotes;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.engine.CaptureToken.Range;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeId;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import okhttp3.HttpUrl;

/**
 * Reads records by id, from lists of ids made once when a capture begins: a listing by pages while
 * records come and go is in order, and a fetch by id hands out what is still there. Some fetches of
 * a range are on their way at a time; their records are handed out in the order of the list.
 */
final class PineconeRecords implements Records {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int FETCHED_AT_ONCE = 1000;
  private static final int LARGEST_METADATA = 40_960;
  private static final int GROWTH = 8;

  private final PineconeHttp http;
  private final PineconeControl control;
  private final InstantSource clock;

  PineconeRecords(PineconeHttp http, PineconeControl control, InstantSource clock) {
    this.http = http;
    this.control = control;
    this.clock = clock;
  }

  /** Returns how {@link Freshness} knows an index: by host and port. */
  static String key(HttpUrl host) {
    return host.host() + ":" + host.port();
  }

  /** A range: a note with some of a namespace's ids. */
  record Position(String note, long count) {
    static Position of(String text) {
      int space = text.indexOf(' ');
      return new Position(text.substring(0, space), Long.parseLong(text.substring(space + 1)));
    }

    @Override
    public String toString() {
      return note + " " + count;
    }
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    Instant start = clock.instant();
    // Another attempt may have left notes of other contents.
    String attempt = UUID.randomUUID().toString().substring(0, 8);
    List<Range> ranges = new ArrayList<>();
    int indexes = 0;
    for (CollectionSchema schema : collections) {
      String what = "ids of index " + schema.name() + " could not be listed";
      PineconeIndex index = control.describe(schema.name());
      HttpUrl host = index.host(what, http);
      List<String> tenants = control.tenants(what, host);
      PineconeListing listing = new PineconeListing(http, host);
      List<List<Position>> positions =
          new IdLists(notes, "pinecone-" + attempt + "-" + indexes++)
              .of(
                  tenants,
                  (tenant, page) -> {
                    control.awaitReads(what, index, host, tenant);
                    listing.ids(what, tenant, page);
                  });
      for (int i = 0; i < tenants.size(); i++) {
        String tenant = tenants.get(i);
        CollectionSchema own = schema.tenants().contains(tenant) ? schema : with(schema, tenant);
        positions
            .get(i)
            .forEach(position -> ranges.add(new Range(own, tenant, position.toString())));
      }
    }
    return new ListedCapture(new CaptureToken("", Consistency.FUZZY, start, ranges));
  }

  /** A namespace that has come since the schema was read. */
  private static CollectionSchema with(CollectionSchema schema, String tenant) {
    List<String> tenants = new ArrayList<>(schema.tenants());
    tenants.add(tenant);
    return new CollectionSchema(
        schema.name(),
        schema.layout(),
        schema.idType(),
        schema.indexes(),
        tenants,
        schema.aliases(),
        schema.attributes());
  }

  private record ListedCapture(CaptureToken token) implements Capture {
    @Override
    public void touch() {
      // There is no snapshot that could be lost.
    }

    @Override
    public void close() {
      // Nothing is held: the notes belong to whoever keeps them.
    }
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    Position position = Position.of(range.position());
    long at = cursor.isEmpty() ? 0 : Long.parseLong(cursor.substring(0, cursor.indexOf(':')));
    long offset = cursor.isEmpty() ? 0 : Long.parseLong(cursor.substring(cursor.indexOf(':') + 1));
    PineconeReader reader = reader(range.schema(), range.tenant());
    int wanted = firstBatch(range.schema().layout());
    try (DataInputStream in =
            new DataInputStream(
                new BufferedInputStream(notes.read(position.note(), offset), 1 << 16));
        FetchWindow window = new FetchWindow(reader::another, FetchWindow.WIDTH)) {
      while (at < position.count() || !window.isEmpty()) {
        while (at < position.count() && window.hasRoom()) {
          List<String> ids = new ArrayList<>(wanted);
          while (ids.size() < wanted && at < position.count()) {
            byte[] id = new byte[in.readInt()];
            in.readFully(id);
            ids.add(new String(id, StandardCharsets.UTF_8));
            offset += Integer.BYTES + id.length;
            at++;
          }
          window.ask(ids, at + ":" + offset);
        }
        FetchWindow.Fetched fetched = window.next();
        RecordBatch batch = fetched.batch();
        if (batch.size() > 0) {
          long bytes = batch.bytes() / batch.size();
          consumer.accept(batch, fetched.cursor());
          int fitting = Math.clamp(BATCH_BYTES / Math.max(1, bytes), 1, PineconeReader.MOST_IDS);
          wanted = Math.min(fitting, wanted * GROWTH);
        }
      }
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.UNAVAILABLE,
          "note " + position.note() + " could not be read: " + e.getMessage(),
          "",
          e);
    }
  }

  /** How large records are is known from the first ones: metadata may have up to 40 KB each. */
  private static int firstBatch(RecordLayout layout) {
    int bytes = LARGEST_METADATA;
    for (drillbook.record.VectorField field : layout.vectors()) {
      bytes += field.dimension() * Float.BYTES;
    }
    return Math.clamp(BATCH_BYTES / bytes, 1, PineconeReader.MOST_IDS);
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > FETCHED_AT_ONCE) {
      throw new IllegalArgumentException(ids.size() + " ids are more than " + FETCHED_AT_ONCE);
    }
    String what = "records of index " + schema.name() + " could not be read";
    PineconeReader reader = reader(schema, tenant);
    control.awaitReads(what, reader.index(), reader.host(), tenant);
    AskedIds asked = new AskedIds(ids);
    Set<String> texts = new LinkedHashSet<>();
    for (byte[] id : ids) {
      texts.add(PineconeId.text(id));
    }
    List<String> list = List.copyOf(texts);
    int wanted = firstBatch(schema.layout());
    for (int from = 0; from < list.size(); from += wanted) {
      int to = Math.min(list.size(), from + wanted);
      RecordBatch found = reader.take(list.subList(from, to));
      asked.hand(found, consumer);
    }
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    String what = "records could not be written to index " + schema.name();
    PineconeIndex index = control.describe(schema.name());
    HttpUrl host = index.host(what, http);
    return new PineconeWriter(
        http, index, host, tenant, words -> control.awaitReads(words, index, host, tenant));
  }

  private PineconeReader reader(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    PineconeIndex index = control.describe(schema.name());
    String what = "records of index " + schema.name() + " could not be read";
    return new PineconeReader(http, what, index, index.host(what, http), tenant, schema.layout());
  }
}
