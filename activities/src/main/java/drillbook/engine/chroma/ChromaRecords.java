package drillbook.engine.chroma;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.check.FindingCode;
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
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.chroma.ChromaControl.Described;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.rest.RestJson;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Reads records by id, from a list of ids made once when a capture begins. Paging by offset, which
 * the API offers as well, skips records when others are deleted meanwhile.
 */
final class ChromaRecords implements Records {
  private static final int IDS_PER_NOTE = 50_000;
  private static final int IDS_PER_REQUEST = 500;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int EXAMPLES = 5;
  private static final int FETCHED_AT_ONCE = 1000;

  private final ChromaHttp http;
  private final ChromaControl control;
  private final InstantSource clock;
  private final ChromaServer server;
  private volatile ChromaWriter.@Nullable Limits limits;

  ChromaRecords(ChromaHttp http, ChromaControl control, InstantSource clock, ChromaServer server) {
    this.http = http;
    this.control = control;
    this.clock = clock;
    this.server = server;
  }

  /** A range: a collection by its id, which no rename changes, and a note with some of its ids. */
  private record Position(String collection, String note, long count) {
    static Position of(String text) {
      String[] words = text.split(" ", -1);
      return new Position(words[0], words[1], Long.parseLong(words[2]));
    }

    @Override
    public String toString() {
      return collection + " " + note + " " + count;
    }
  }

  @Override
  public Capture begin(List<CollectionSchema> collections, CaptureNotes notes)
      throws DrillbookException, InterruptedException {
    Instant start = clock.instant();
    // Another attempt may have left notes of other contents.
    String attempt = UUID.randomUUID().toString().substring(0, 8);
    List<Range> ranges = new ArrayList<>();
    for (CollectionSchema schema : collections) {
      Described found = control.describe(schema.name());
      String prefix = "chroma-" + found.id() + "-" + attempt;
      String what = "ids of collection " + schema.name() + " could not be listed";
      HttpUrl get = control.collectionUrl(found.name(), found.id(), "get");
      for (ChromaPages.Note note : listed(what, get, notes, prefix)) {
        Position position = new Position(found.id(), note.name(), note.count());
        ranges.add(new Range(schema, CollectionSchema.NO_TENANT, position.toString()));
      }
    }
    return new ListedCapture(new CaptureToken("", Consistency.FUZZY, start, ranges));
  }

  private List<ChromaPages.Note> listed(String what, HttpUrl get, CaptureNotes notes, String prefix)
      throws DrillbookException, InterruptedException {
    if (server.isCloud()) {
      return new ChromaPages(http, server.rows()).note(what, get, notes, prefix);
    }
    List<Long> counts =
        http.postPatiently(
            what,
            get,
            ChromaHttp.body(Map.of("include", List.of())),
            body -> noteIds(body, notes, prefix));
    List<ChromaPages.Note> noted = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      noted.add(new ChromaPages.Note(prefix + "-" + i, counts.get(i)));
    }
    return noted;
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

  /** Writes the ids of an answer as notes, length before bytes; returns how many each one has. */
  private static List<Long> noteIds(InputStream body, CaptureNotes notes, String prefix)
      throws IOException, DrillbookException, InterruptedException {
    List<Long> counts = new ArrayList<>();
    try (JsonParser json = RestJson.FACTORY.createParser(body)) {
      boolean listed = false;
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean ids = json.currentName().equals("ids") && !listed;
        if (json.nextToken() == JsonToken.START_ARRAY && ids) {
          JsonToken next = json.nextToken();
          do {
            next = noteSome(json, next, notes, prefix + "-" + counts.size(), counts);
          } while (next == JsonToken.VALUE_STRING);
          listed = true;
        } else {
          json.skipChildren();
        }
      }
      if (!listed || json.currentToken() != JsonToken.END_OBJECT) {
        throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the list of ids breaks off");
      }
    }
    return counts;
  }

  private static JsonToken noteSome(
      JsonParser json, JsonToken first, CaptureNotes notes, String note, List<Long> counts)
      throws IOException, DrillbookException, InterruptedException {
    long count = 0;
    JsonToken next = first;
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(notes.write(note), 1 << 16))) {
      while (next == JsonToken.VALUE_STRING && count < IDS_PER_NOTE) {
        byte[] id = json.getText().getBytes(StandardCharsets.UTF_8);
        out.writeInt(id.length);
        out.write(id);
        count++;
        next = json.nextToken();
      }
      if (next != JsonToken.VALUE_STRING && next != JsonToken.END_ARRAY) {
        throw new JsonEOFException(json, JsonToken.NOT_AVAILABLE, "the list of ids breaks off");
      }
    }
    counts.add(count);
    return next;
  }

  @Override
  public void read(
      CaptureToken token, Range range, String cursor, CaptureNotes notes, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    Position position = Position.of(range.position());
    long index = cursor.isEmpty() ? 0 : Long.parseLong(cursor.substring(0, cursor.indexOf(':')));
    long offset = cursor.isEmpty() ? 0 : Long.parseLong(cursor.substring(cursor.indexOf(':') + 1));
    CollectionSchema schema = range.schema();
    Reader reader = new Reader(schema, position.collection());
    int vectorBytes = schema.layout().vectors().getFirst().dimension() * Float.BYTES;
    int wanted = Math.clamp(BATCH_BYTES / (vectorBytes + 256), 1, atOnce());
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(notes.read(position.note(), offset), 1 << 16))) {
      while (index < position.count()) {
        List<String> ids = new ArrayList<>(wanted);
        while (ids.size() < wanted && index < position.count()) {
          byte[] id = new byte[in.readInt()];
          in.readFully(id);
          ids.add(new String(id, StandardCharsets.UTF_8));
          offset += Integer.BYTES + id.length;
          index++;
        }
        RecordBatch batch = reader.take(ids);
        if (batch.size() > 0) {
          long bytes = batch.bytes() / batch.size();
          consumer.accept(batch, index + ":" + offset);
          wanted = Math.clamp(BATCH_BYTES / Math.max(1, bytes), 1, atOnce());
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

  @Override
  public void fetch(
      CollectionSchema schema, String tenant, List<byte[]> ids, BatchConsumer consumer)
      throws DrillbookException, InterruptedException {
    if (ids.size() > FETCHED_AT_ONCE) {
      throw new IllegalArgumentException(ids.size() + " ids are more than " + FETCHED_AT_ONCE);
    }
    Reader reader = new Reader(schema, control.describe(schema.name()).id());
    AskedIds asked = new AskedIds(ids);
    Set<String> texts = new LinkedHashSet<>();
    for (byte[] id : ids) {
      texts.add(RecordId.print(id));
    }
    List<String> list = List.copyOf(texts);
    for (int from = 0; from < list.size(); from += atOnce()) {
      int to = Math.min(list.size(), from + atOnce());
      RecordBatch found = reader.take(list.subList(from, to));
      asked.hand(found, consumer);
    }
  }

  @Override
  public RecordWriter writer(CollectionSchema schema, String tenant)
      throws DrillbookException, InterruptedException {
    Described found = control.describe(schema.name());
    // Chroma Cloud hands out the vector as it was written, beside its index.
    boolean altered =
        !server.isCloud() && ChromaSchema.of(found).indexes().getFirst().metric() == Metric.COSINE;
    return new ChromaWriter(
        http,
        schema.name().path(),
        control.collectionUrl(found.name(), found.id()),
        limits(),
        altered,
        server.isCloud() ? ChromaMetadata::cloudHolds : ChromaMetadata::holds);
  }

  private int atOnce() {
    return Math.min(IDS_PER_REQUEST, server.rows());
  }

  private ChromaWriter.Limits limits() throws DrillbookException, InterruptedException {
    ChromaWriter.Limits known = limits;
    if (known == null) {
      Object answer =
          http.get("chroma's limits could not be asked for", http.url("pre-flight-checks"));
      Map<?, ?> map = answer instanceof Map<?, ?> fields ? fields : Map.of();
      int rows = map.get("max_batch_size") instanceof Number number ? number.intValue() : 1000;
      known =
          new ChromaWriter.Limits(
              Math.clamp(rows, 1, server.writtenAtOnce()),
              Boolean.TRUE.equals(map.get("supports_base64_encoding")));
      limits = known;
    }
    return known;
  }

  /** Reads records of one collection by id. Used by one thread. */
  private final class Reader {
    private final CollectionSchema schema;
    private final String what;
    private final HttpUrl url;
    private final ChromaAnswer answer;
    private final RecordBatch batch;

    Reader(CollectionSchema schema, String collection) throws DrillbookException {
      this.schema = schema;
      this.what = "records of collection " + schema.name() + " could not be read";
      this.url = control.collectionUrl(ChromaControl.placed(schema.name()), collection, "get");
      this.answer = new ChromaAnswer(schema.layout().vectors().getFirst());
      this.batch = new RecordBatch(schema.layout());
    }

    /** Returns those of the records that there are; valid until the next call. */
    RecordBatch take(List<String> ids) throws DrillbookException, InterruptedException {
      batch.clear();
      Set<String> missing = new LinkedHashSet<>(ids);
      ask(ids, missing);
      if (!missing.isEmpty()) {
        // Deleted meanwhile, or kept back: what is still counted must be handed out.
        Set<String> counted = new LinkedHashSet<>(idsOf(missing));
        counted.retainAll(missing);
        if (!counted.isEmpty()) {
          ask(List.copyOf(counted), counted);
        }
        if (!counted.isEmpty()) {
          throw lost(counted, "they are left out of the answer");
        }
      }
      return batch;
    }

    private void ask(List<String> ids, Set<String> missing)
        throws DrillbookException, InterruptedException {
      try {
        request(ids);
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.CORRUPT) {
          throw e;
        }
        List<String> lost = new ArrayList<>();
        bisect(ids, lost);
        if (!lost.isEmpty()) {
          throw lost(lost, String.valueOf(e.getMessage()));
        }
        // Every half could be read, so a deletion had come between: what is there now counts.
        request(ids);
      }
      List<String> withoutVector = new ArrayList<>();
      for (int row = 0; row < answer.ids().size(); row++) {
        String id = answer.ids().get(row);
        if (!missing.remove(id)) {
          throw new DrillbookException(
              FailureKind.CORRUPT, what + ": the answer has id '" + id + "', which was not asked");
        }
        if (answer.hasVector(row)) {
          answer.appendTo(batch, row);
        } else {
          withoutVector.add(id);
        }
      }
      if (!withoutVector.isEmpty()) {
        throw lost(withoutVector, "they are handed out without their vectors");
      }
    }

    private void request(List<String> ids) throws DrillbookException, InterruptedException {
      http.post(
          what,
          url,
          ChromaHttp.body(
              Map.of(
                  "ids", ids, "include", List.of("embeddings", "documents", "metadatas", "uris"))),
          body -> {
            answer.read(body);
            return answer;
          });
    }

    private Collection<String> idsOf(Collection<String> ids)
        throws DrillbookException, InterruptedException {
      Object document = http.send(what, "POST", url, Map.of("ids", ids, "include", List.of()));
      Object found = document instanceof Map<?, ?> map ? map.get("ids") : null;
      return ChromaHttp.list(what, found == null ? document : found).stream()
          .map(String::valueOf)
          .toList();
    }

    /** Names some of the ids that cannot be read, each one asked for alone. */
    private void bisect(List<String> ids, List<String> lost)
        throws DrillbookException, InterruptedException {
      if (lost.size() == EXAMPLES) {
        return;
      }
      try {
        request(ids);
      } catch (DrillbookException e) {
        if (e.kind() != FailureKind.CORRUPT) {
          throw e;
        }
        if (ids.size() == 1) {
          lost.add(ids.getFirst());
          return;
        }
        bisect(ids.subList(0, ids.size() / 2), lost);
        bisect(ids.subList(ids.size() / 2, ids.size()), lost);
      }
    }

    private DrillbookException lost(Collection<String> ids, String words) {
      List<String> examples = ids.stream().limit(EXAMPLES).toList();
      return new DrillbookException(
          FailureKind.CORRUPT,
          FindingCode.ENGINE_READ_FAILED
              + ": collection "
              + schema.name()
              + " counts records that it cannot hand out, such as "
              + examples
              + ": "
              + words,
          "Its vector index has lost them; restore the collection from a backup.");
    }
  }
}
