package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonGenerator;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.SparseColumn;
import drillbook.record.VectorColumn;
import drillbook.rest.Quote;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Writes records by {@code upsert}, which replaces whole records, in requests of at most 1000
 * records and 2 MB (source: Pinecone's operation limits).
 *
 * <p>Closing a writer waits until reads show what it wrote, so that whoever counts afterwards finds
 * it there, in another process too. A wait that fails is no failure of the closing: the next count
 * or capture of this process waits on.
 */
final class PineconeWriter implements RecordWriter {
  /** Waits until reads of a namespace show what was written. */
  @FunctionalInterface
  interface Wait {
    void forReads(String what) throws DrillbookException, InterruptedException;
  }

  private static final int RECORDS = 1000;

  /** 2 MB as the smaller of its readings, and room for the frame of a request. */
  private static final int BODY_BYTES = 1_990_000;

  private static final byte[] START = "{\"vectors\":[".getBytes(StandardCharsets.US_ASCII);

  private final PineconeHttp http;
  private final String what;
  private final PineconeIndex index;
  private final HttpUrl host;
  private final String tenant;
  private final Wait wait;
  private final byte[] end;
  private final Map<String, byte[]> idsOfRequest = new HashMap<>();
  private final Body body = new Body();
  private String lastId = "";
  private boolean waits;

  PineconeWriter(PineconeHttp http, PineconeIndex index, HttpUrl host, String tenant, Wait wait) {
    this.http = http;
    this.what = "records could not be written to index " + index.name();
    this.index = index;
    this.host = host;
    this.tenant = tenant;
    this.wait = wait;
    String namespace = PineconeHttp.json(PineconeListing.namespace(tenant));
    this.end = ("],\"namespace\":" + namespace + "}").getBytes(StandardCharsets.UTF_8);
  }

  /** A growing request, of which a record can be taken back. */
  private static final class Body extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }

    void cutTo(int length) {
      count = length;
    }
  }

  @Override
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    waits = false;
    begin();
    for (int row = 0; row < batch.size(); row++) {
      byte[] id = batch.ids().get(row);
      String text = PineconeId.text(id);
      byte[] other = idsOfRequest.get(text);
      if (other != null && !Arrays.equals(id, other)) {
        throw refused(id, "two ids would both be '" + text + "', as pinecone's ids are texts");
      }
      if (other != null || idsOfRequest.size() == RECORDS) {
        send();
      }
      int before = body.size();
      append(batch, row, id, text);
      if (body.size() + end.length > BODY_BYTES && !idsOfRequest.isEmpty()) {
        byte[] record = Arrays.copyOfRange(body.bytes(), before, body.size());
        body.cutTo(before);
        send();
        // Without the comma that parted it from its predecessor.
        body.write(record, 1, record.length - 1);
      }
      if (body.size() + end.length > BODY_BYTES) {
        throw refused(id, "it is larger than the 2 MB of a request");
      }
      idsOfRequest.put(text, id);
      lastId = text;
    }
    if (!idsOfRequest.isEmpty()) {
      send();
    }
    waits = true;
  }

  private void begin() {
    body.reset();
    body.writeBytes(START);
    idsOfRequest.clear();
  }

  private void send() throws DrillbookException, InterruptedException {
    body.writeBytes(end);
    long count = idsOfRequest.size();
    Pace.UPSERT.await(PineconeRecords.key(host) + "/" + tenant, body.size());
    Long written =
        http.post(
            what,
            PineconeHttp.below(host, "vectors", "upsert"),
            body.bytes(),
            body.size(),
            (answer, headers) -> {
              note(headers.get("x-pinecone-request-lsn"));
              Object document = PineconeHttp.document(answer);
              Object upserted = document instanceof Map<?, ?> map ? map.get("upsertedCount") : null;
              return upserted instanceof Number number ? number.longValue() : Long.valueOf(-1);
            });
    if (written != count) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": of " + count + " records, the answer says, " + written + " were taken");
    }
    begin();
  }

  private void note(@Nullable String number) {
    if (number != null && number.matches("\\d{1,18}")) {
      Freshness.wrote(PineconeRecords.key(host), tenant, Long.parseLong(number), lastId);
    }
  }

  private void append(RecordBatch batch, int row, byte[] id, String text)
      throws DrillbookException {
    byte[] metadata = metadata(batch, row, id, text);
    if (!idsOfRequest.isEmpty()) {
      body.write(',');
    }
    try (JsonGenerator json = PineconeHttp.JSON.createGenerator(body)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("id", text);
      writeVector(json, batch, row, id);
      writeSparse(json, batch, row, id);
      if (metadata.length > 0) {
        json.writeFieldName("metadata");
        json.flush();
        json.writeRawValue(new String(metadata, StandardCharsets.UTF_8));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot be written", e);
    }
  }

  private byte[] metadata(RecordBatch batch, int row, byte[] id, String text)
      throws DrillbookException {
    try {
      Reserved.Content content =
          new Reserved.Content(
              PineconeId.isWhole(id, text) ? Optional.empty() : Optional.of(id),
              batch.payloads().isPresent(row)
                  ? Optional.of(Payload.decode(batch.payloads().get(row)))
                  : Optional.empty(),
              part(batch.documents(), row),
              part(batch.uris(), row));
      byte[] metadata = PineconeMetadata.pack(content);
      if (metadata.length > PineconeMetadata.LARGEST) {
        throw refused(
            id,
            "its payload and document take "
                + metadata.length
                + " bytes of metadata, and pinecone holds 40 KB");
      }
      return metadata;
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT,
          what + ": payload of " + RecordId.print(id) + ": " + e.getMessage(),
          "",
          e);
    }
  }

  private static Optional<byte[]> part(BytesColumn column, int row) {
    return column.isPresent(row) ? Optional.of(column.get(row)) : Optional.empty();
  }

  private void writeVector(JsonGenerator json, RecordBatch batch, int row, byte[] id)
      throws IOException, DrillbookException {
    boolean single =
        batch.vectors().size() == 1
            && batch.vectors().getFirst().isPresent(row)
            && batch.vectors().getFirst().rows(row) == 1;
    boolean any = batch.vectors().stream().anyMatch(column -> column.isPresent(row));
    if (index.sparse() ? any : !single) {
      throw refused(
          id,
          index.sparse()
              ? "it has a dense vector, and the index holds sparse ones alone"
              : "it has not exactly one dense vector");
    }
    if (index.sparse()) {
      return;
    }
    VectorColumn column = batch.vectors().getFirst();
    if (column.dimension(row) != index.dimension()) {
      throw refused(
          id, "it has " + column.dimension(row) + " elements in an index of " + index.dimension());
    }
    ByteBuffer bits = column.bits().view(row);
    boolean zero = true;
    json.writeArrayFieldStart("values");
    while (bits.hasRemaining()) {
      float value = bits.getFloat();
      requireFinite(value, id);
      zero &= value == 0;
      json.writeNumber(value);
    }
    json.writeEndArray();
    if (zero) {
      throw refused(id, "all elements of its vector are zero, which pinecone refuses");
    }
  }

  private void writeSparse(JsonGenerator json, RecordBatch batch, int row, byte[] id)
      throws IOException, DrillbookException {
    boolean any = batch.sparse().stream().anyMatch(column -> column.isPresent(row));
    if (!any && !index.sparse()) {
      return;
    }
    if (!any || batch.sparse().size() != 1 || batch.sparse().getFirst().count(row) == 0) {
      throw refused(id, "it has not exactly one sparse vector, with at least one value");
    }
    if (!index.mayHaveSparse()) {
      throw refused(id, "it has a sparse vector, and the index's metric is not dotproduct");
    }
    SparseColumn column = batch.sparse().getFirst();
    ByteBuffer positions = column.positions().view(row);
    ByteBuffer values = column.values().view(row);
    json.writeObjectFieldStart("sparseValues");
    json.writeArrayFieldStart("indices");
    while (positions.hasRemaining()) {
      json.writeNumber(Integer.toUnsignedLong(positions.getInt()));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("values");
    while (values.hasRemaining()) {
      float value = values.getFloat();
      requireFinite(value, id);
      json.writeNumber(value);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void requireFinite(float value, byte[] id) throws DrillbookException {
    if (!Float.isFinite(value)) {
      throw refused(id, "its vector has the element " + value + ", which JSON cannot say");
    }
  }

  private DrillbookException refused(byte[] id, String why) {
    String shown = Quote.of(RecordId.print(id));
    return new DrillbookException(
        FailureKind.INCOMPATIBLE_TARGET, what + ": pinecone cannot hold " + shown + ": " + why);
  }

  @Override
  public void close() {
    if (!waits) {
      return;
    }
    waits = false;
    try {
      wait.forReads(what);
    } catch (DrillbookException e) {
      // Whoever reads next waits on, and says what is missing.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
