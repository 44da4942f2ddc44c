package drillbook.engine.pinecone;

import drillbook.check.FindingCode;
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
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import okhttp3.HttpUrl;

/**
 * Reads records by id, from lists of ids made once when a capture begins: a listing by pages while
 * records come and go is in order, and a fetch by id hands out what is still there.
 */
final class PineconeRecords implements Records {
  private static final int IDS_PER_NOTE = 50_000;
  private static final int IDS_PER_REQUEST = 1000;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int EXAMPLES = 5;
  private static final int FETCHED_AT_ONCE = 1000;

  /** What servers take as a request's first line, mostly; fetch has no other form than a GET. */
  private static final int LONGEST_URL = 8_000;

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
  private record Position(String note, long count) {
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
    int parts = 0;
    for (CollectionSchema schema : collections) {
      String what = "ids of index " + schema.name() + " could not be listed";
      PineconeIndex index = control.describe(schema.name());
      HttpUrl host = index.host(what, http);
      for (String tenant : control.tenants(what, host)) {
        control.awaitReads(what, index, host, tenant);
        Noting noting = new Noting(notes, "pinecone-" + attempt + "-" + parts++);
        try {
          new PineconeListing(http, host).ids(what, tenant, noting::take);
        } finally {
          noting.close();
        }
        CollectionSchema own = schema.tenants().contains(tenant) ? schema : with(schema, tenant);
        noting
            .positions()
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

  /** Writes ids as notes, length before bytes. */
  private static final class Noting {
    private final CaptureNotes notes;
    private final String prefix;
    private final List<Position> positions = new ArrayList<>();
    private java.util.Optional<DataOutputStream> out = java.util.Optional.empty();
    private long count;

    Noting(CaptureNotes notes, String prefix) {
      this.notes = notes;
      this.prefix = prefix;
    }

    boolean take(List<String> ids) throws DrillbookException, InterruptedException {
      try {
        for (String id : ids) {
          if (out.isEmpty()) {
            out =
                java.util.Optional.of(
                    new DataOutputStream(
                        new BufferedOutputStream(
                            notes.write(prefix + "-" + positions.size()), 1 << 16)));
            count = 0;
          }
          byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
          out.get().writeInt(bytes.length);
          out.get().write(bytes);
          if (++count == IDS_PER_NOTE) {
            close();
          }
        }
      } catch (IOException e) {
        throw unwritten(e);
      }
      return true;
    }

    void close() throws DrillbookException {
      if (out.isEmpty()) {
        return;
      }
      try {
        out.get().close();
      } catch (IOException e) {
        throw unwritten(e);
      } finally {
        out = java.util.Optional.empty();
      }
      positions.add(new Position(prefix + "-" + positions.size(), count));
    }

    List<Position> positions() {
      return positions;
    }

    private DrillbookException unwritten(IOException e) {
      return e.getCause() instanceof DrillbookException failure
          ? failure
          : new DrillbookException(
              FailureKind.UNAVAILABLE,
              "note " + prefix + " could not be written: " + e.getMessage(),
              "",
              e);
    }
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    Position position = Position.of(range.position());
    long at = cursor.isEmpty() ? 0 : Long.parseLong(cursor.substring(0, cursor.indexOf(':')));
    long offset = cursor.isEmpty() ? 0 : Long.parseLong(cursor.substring(cursor.indexOf(':') + 1));
    Reader reader = reader(range.schema(), range.tenant());
    int wanted = firstBatch(range.schema().layout());
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(notes.read(position.note(), offset), 1 << 16))) {
      while (at < position.count()) {
        List<String> ids = new ArrayList<>(wanted);
        while (ids.size() < wanted && at < position.count()) {
          byte[] id = new byte[in.readInt()];
          in.readFully(id);
          ids.add(new String(id, StandardCharsets.UTF_8));
          offset += Integer.BYTES + id.length;
          at++;
        }
        RecordBatch batch = reader.take(ids);
        if (batch.size() > 0) {
          long bytes = batch.bytes() / batch.size();
          consumer.accept(batch, at + ":" + offset);
          wanted = Math.clamp(BATCH_BYTES / Math.max(1, bytes), 1, IDS_PER_REQUEST);
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

  private static int firstBatch(RecordLayout layout) {
    int bytes = 1024;
    for (drillbook.record.VectorField field : layout.vectors()) {
      bytes += field.dimension() * Float.BYTES;
    }
    return Math.clamp(BATCH_BYTES / bytes, 1, IDS_PER_REQUEST);
  }

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > FETCHED_AT_ONCE) {
      throw new IllegalArgumentException(ids.size() + " ids are more than " + FETCHED_AT_ONCE);
    }
    String what = "records of index " + schema.name() + " could not be read";
    Reader reader = reader(schema, tenant);
    control.awaitReads(what, reader.index, reader.host, tenant);
    Set<ByteBuffer> asked = new HashSet<>();
    Set<String> texts = new LinkedHashSet<>();
    for (byte[] id : ids) {
      asked.add(ByteBuffer.wrap(id));
      texts.add(PineconeId.text(id));
    }
    List<String> list = List.copyOf(texts);
    int wanted = firstBatch(schema.layout());
    for (int from = 0; from < list.size(); from += wanted) {
      int to = Math.min(list.size(), from + wanted);
      RecordBatch found = reader.take(list.subList(from, to));
      // The text "7" stands for itself or for the number 7, whichever the record was.
      RecordBatch batch = new RecordBatch(found.layout());
      for (int row = 0; row < found.size(); row++) {
        if (asked.contains(ByteBuffer.wrap(found.ids().get(row)))) {
          batch.append(found, row);
        }
      }
      if (batch.size() > 0) {
        consumer.accept(batch, "");
      }
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

  private Reader reader(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    PineconeIndex index = control.describe(schema.name());
    String what = "records of index " + schema.name() + " could not be read";
    return new Reader(what, index, index.host(what, http), tenant, schema.layout());
  }

  /** Reads records of one namespace by id. Used by one thread. */
  private final class Reader {
    private final String what;
    private final PineconeIndex index;
    private final HttpUrl host;
    private final String tenant;
    private final HttpUrl url;
    private final PineconeAnswer answer;

    Reader(String what, PineconeIndex index, HttpUrl host, String tenant, RecordLayout layout)
        throws DrillbookException {
      this.what = what;
      this.index = index;
      this.host = host;
      this.tenant = tenant;
      this.url =
          PineconeHttp.below(host, "vectors", "fetch")
              .newBuilder()
              .addQueryParameter("namespace", PineconeListing.namespace(tenant))
              .build();
      this.answer = new PineconeAnswer(layout);
    }

    /** Returns those of the records that there are; valid until the next call. */
    RecordBatch take(List<String> ids) throws DrillbookException, InterruptedException {
      answer.clear();
      ask(ids);
      List<String> missing = ids.stream().filter(id -> !answer.ids().contains(id)).toList();
      if (!missing.isEmpty()) {
        // Deleted meanwhile, or kept back: what is still listed must be handed out.
        List<String> listed = new ArrayList<>();
        for (String id : missing) {
          if (isListed(id)) {
            listed.add(id);
          }
        }
        ask(listed);
        List<String> lost = listed.stream().filter(id -> !answer.ids().contains(id)).toList();
        if (!lost.isEmpty()) {
          throw lost(
              "it lists records that it cannot hand out, such as "
                  + lost.subList(0, Math.min(EXAMPLES, lost.size())));
        }
      }
      if (!new HashSet<>(ids).containsAll(answer.ids())) {
        throw PineconeIndex.malformed(what, "it has records that were not asked for");
      }
      return answer.batch();
    }

    private void ask(List<String> ids) throws DrillbookException, InterruptedException {
      int from = 0;
      while (from < ids.size()) {
        HttpUrl.Builder request = url.newBuilder();
        int length = url.toString().length();
        int to = from;
        while (to < ids.size() && to - from < IDS_PER_REQUEST) {
          length += "&ids=".length() + encodedLength(ids.get(to));
          if (to > from && length > LONGEST_URL) {
            break;
          }
          request.addQueryParameter("ids", ids.get(to++));
        }
        fetch(request.build());
        from = to;
      }
    }

    /** An upper bound: letters, digits and a few more stay as they are. */
    private static int encodedLength(String id) {
      int length = 0;
      for (int i = 0; i < id.length(); i++) {
        char c = id.charAt(i);
        boolean plain = Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
        length += plain ? 1 : 3;
      }
      return length;
    }

    private void fetch(HttpUrl request) throws DrillbookException, InterruptedException {
      Pace.FETCH.await(key(host));
      try {
        http.get(
            what,
            request,
            (body, headers) -> {
              try {
                answer.read(body);
                return answer;
              } catch (PineconeAnswer.IncompleteRecordException e) {
                throw new IOException(lost(String.valueOf(e.getMessage())));
              }
            });
      } catch (DrillbookException e) {
        // The index was described just now, so it is the namespace that is gone.
        if (e.kind() != FailureKind.NOT_FOUND) {
          throw e;
        }
      }
    }

    /** In the order of a listing, an id comes before all others that it begins. */
    private boolean isListed(String id) throws DrillbookException, InterruptedException {
      List<String> found = new ArrayList<>();
      new PineconeListing(http, host)
          .ids(
              what,
              tenant,
              id,
              1,
              ids -> {
                found.addAll(ids);
                return false;
              });
      return found.contains(id);
    }

    private DrillbookException lost(String words) {
      return new DrillbookException(
          FailureKind.CORRUPT,
          FindingCode.ENGINE_READ_FAILED + ": index " + index.name() + ": " + words,
          "Report it to Pinecone; restore the index from a backup if it stays.");
    }
  }
}
