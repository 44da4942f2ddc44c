package drillbook.engine.pinecone;

import com.fasterxml.jackson.core.JsonGenerator;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeId;
import drillbook.pinecone.PineconeMetadata;
import drillbook.pinecone.PineconeVectors;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.SparseColumn;
import drillbook.rest.Quote;
import drillbook.rest.RestJson;
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
  private final PineconeVectors vectors;
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
    this.vectors =
        new PineconeVectors(index.sparse() ? 0 : index.dimension(), index.mayHaveSparse());
    this.host = host;
    this.tenant = tenant;
    this.wait = wait;
    String namespace = RestJson.text(PineconeListing.namespace(tenant));
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
    Optional<String> refusal = vectors.refusal(batch, row);
    if (refusal.isPresent()) {
      throw refused(id, refusal.get());
    }
    byte[] metadata = metadata(batch, row, id, text);
    if (!idsOfRequest.isEmpty()) {
      body.write(',');
    }
    try (JsonGenerator json = PineconeHttp.JSON.createGenerator(body)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("id", text);
      writeVector(json, batch, row);
      writeSparse(json, batch, row);
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
      byte[] metadata = PineconeMetadata.pack(batch, row, text);
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

  private static void writeVector(JsonGenerator json, RecordBatch batch, int row)
      throws IOException {
    if (batch.vectors().isEmpty() || !batch.vectors().getFirst().isPresent(row)) {
      return;
    }
    json.writeArrayFieldStart("values");
    writeFloats(json, batch.vectors().getFirst().bits().view(row));
    json.writeEndArray();
  }

  private static void writeSparse(JsonGenerator json, RecordBatch batch, int row)
      throws IOException {
    if (batch.sparse().isEmpty() || !batch.sparse().getFirst().isPresent(row)) {
      return;
    }
    SparseColumn column = batch.sparse().getFirst();
    ByteBuffer positions = column.positions().view(row);
    json.writeObjectFieldStart("sparseValues");
    json.writeArrayFieldStart("indices");
    while (positions.hasRemaining()) {
      json.writeNumber(Integer.toUnsignedLong(positions.getInt()));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("values");
    writeFloats(json, column.values().view(row));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeFloats(JsonGenerator json, ByteBuffer floats) throws IOException {
    while (floats.hasRemaining()) {
      json.writeNumber(floats.getFloat());
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
