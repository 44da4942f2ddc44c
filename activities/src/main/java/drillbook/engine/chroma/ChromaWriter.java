package drillbook.engine.chroma;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import drillbook.engine.RecordWriter;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.BytesColumn;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.Reserved;
import drillbook.record.VectorColumn;
import drillbook.rest.RestJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Writes records by {@code upsert}, in requests below Chroma's limits.
 *
 * <p>Chroma's upsert merges: metadata keys, document and uri that a record no longer has would stay
 * (source: Chroma 1.5.9, observed). Such records are deleted first.
 */
final class ChromaWriter implements RecordWriter {
  /** What a server takes in one request. */
  record Limits(int rows, boolean base64) {}

  /**
   * A record as it is sent.
   *
   * @param vector to be sent instead of the batch's; empty where that one is
   */
  private record Row(
      int index, String id, Map<String, @Nullable Object> metadata, float[] vector) {}

  /** The server takes 40 MiB (max_payload_size_bytes); a larger body ends as a broken pipe. */
  static final long BODY_BYTES = 36L << 20;

  /** A CBOR byte can be six characters of JSON: an escape, or a number's digits. */
  private static final int JSON_PER_BYTE = 6;

  private final ChromaHttp http;
  private final String what;
  private final HttpUrl collection;
  private final Limits limits;
  private final boolean cosine;
  private final Reserved.Held held;

  /**
   * Creates a writer.
   *
   * @param cosine whether an index alters the vectors, so that they have to be prepared
   * @param held which metadata come back as they go in
   */
  ChromaWriter(
      ChromaHttp http,
      String name,
      HttpUrl collection,
      Limits limits,
      boolean cosine,
      Reserved.Held held) {
    this.http = http;
    this.held = held;
    this.what = "records could not be written to collection " + name;
    this.collection = collection;
    this.limits = limits;
    this.cosine = cosine;
  }

  @Override
  public void write(RecordBatch batch) throws DrillbookException, InterruptedException {
    Map<String, Row> rows = new HashMap<>();
    List<Row> part = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      Row row = row(batch, i);
      long size = bytes(batch, i);
      boolean again = rows.containsKey(row.id());
      if (again) {
        requireSame(batch, row, rows.get(row.id()));
      }
      if (again || part.size() == limits.rows() || (!part.isEmpty() && bytes + size > BODY_BYTES)) {
        send(batch, part);
        part.clear();
        rows.clear();
        bytes = 0;
      }
      part.add(row);
      rows.put(row.id(), row);
      bytes += size;
    }
    if (!part.isEmpty()) {
      send(batch, part);
    }
  }

  private Row row(RecordBatch batch, int index) throws DrillbookException {
    byte[] id = batch.ids().get(index);
    String text = RecordId.print(id);
    boolean single =
        batch.vectors().size() == 1
            && batch.vectors().getFirst().isPresent(index)
            && batch.vectors().getFirst().rows(index) == 1
            && batch.sparse().stream().noneMatch(column -> column.isPresent(index));
    if (!single) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          what + ": chroma holds exactly one dense vector a record, which " + text + " has not");
    }
    try {
      Optional<Map<String, @Nullable Object>> payload =
          batch.payloads().isPresent(index)
              ? Optional.of(Payload.decode(batch.payloads().get(index)))
              : Optional.empty();
      boolean isText = RecordId.parts(id).equals(List.of(text));
      Reserved.Content content =
          new Reserved.Content(
              isText ? Optional.empty() : Optional.of(id),
              payload,
              Optional.empty(),
              Optional.empty());
      Map<String, @Nullable Object> metadata = Reserved.pack(content, held);
      float[] vector = new float[0];
      if (cosine) {
        VectorColumn vectors = batch.vectors().getFirst();
        float[] meant = new float[vectors.dimension(index)];
        vectors.get(index, meant);
        vector = CosineVectors.prepared(meant);
        CosineVectors.correction(vector, meant)
            .ifPresent(correction -> metadata.put(CosineVectors.KEY, correction));
      }
      return new Row(index, text, metadata, vector);
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CORRUPT, what + ": payload of " + text + ": " + e.getMessage(), "", e);
    }
  }

  private void requireSame(RecordBatch batch, Row one, @Nullable Row other)
      throws DrillbookException {
    if (other != null
        && !Arrays.equals(batch.ids().get(one.index()), batch.ids().get(other.index()))) {
      throw new DrillbookException(
          FailureKind.INCOMPATIBLE_TARGET,
          what + ": chroma's ids are texts, and two ids would both be '" + one.id() + "'");
    }
  }

  private static long bytes(RecordBatch batch, int row) {
    long text =
        (long) batch.ids().length(row)
            + batch.payloads().length(row)
            + batch.documents().length(row)
            + batch.uris().length(row);
    return text * JSON_PER_BYTE + batch.vectors().getFirst().bits().length(row) * 2L + 64;
  }

  private void send(RecordBatch batch, List<Row> part)
      throws DrillbookException, InterruptedException {
    deleteWhatWouldStay(batch, part);
    RequestBody body =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return ChromaHttp.JSON_TYPE;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            try (JsonGenerator json = RestJson.FACTORY.createGenerator(sink.outputStream())) {
              json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
              writeBody(json, batch, part);
            }
          }
        };
    http.post(what, below("upsert"), body, ChromaHttp::document);
  }

  private void writeBody(JsonGenerator json, RecordBatch batch, List<Row> part) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("ids");
    for (Row row : part) {
      json.writeString(row.id());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("embeddings");
    VectorColumn vectors = batch.vectors().getFirst();
    for (Row row : part) {
      writeVector(json, vectors, row);
    }
    json.writeEndArray();
    writeTexts(json, "documents", batch.documents(), part);
    writeTexts(json, "uris", batch.uris(), part);
    json.writeArrayFieldStart("metadatas");
    for (Row row : part) {
      if (row.metadata().isEmpty()) {
        json.writeNull();
      } else {
        ChromaMetadata.write(json, row.metadata());
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeVector(JsonGenerator json, VectorColumn vectors, Row row) throws IOException {
    BytesColumn bits = vectors.bits();
    if (limits.base64() && !cosine) {
      json.writeBinary(
          Base64Variants.MIME_NO_LINEFEEDS,
          bits.data(),
          bits.offset(row.index()),
          bits.length(row.index()));
      return;
    }
    float[] floats = row.vector();
    if (!cosine) {
      floats = new float[vectors.dimension(row.index())];
      vectors.get(row.index(), floats);
    }
    if (limits.base64()) {
      ByteBuffer bytes =
          ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(floats);
      json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, bytes.array(), 0, bytes.capacity());
      return;
    }
    json.writeStartArray();
    for (float value : floats) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  private static void writeTexts(
      JsonGenerator json, String field, BytesColumn column, List<Row> part) throws IOException {
    json.writeArrayFieldStart(field);
    for (Row row : part) {
      if (column.isPresent(row.index())) {
        json.writeUTF8String(column.data(), column.offset(row.index()), column.length(row.index()));
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  private void deleteWhatWouldStay(RecordBatch batch, List<Row> part)
      throws DrillbookException, InterruptedException {
    Map<String, Row> rows = new HashMap<>();
    part.forEach(row -> rows.put(row.id(), row));
    Object existing =
        http.send(
            what,
            "POST",
            below("get"),
            Map.of(
                "ids", List.copyOf(rows.keySet()),
                "include", List.of("documents", "metadatas", "uris")));
    List<?> ids = column(existing, "ids");
    List<String> obsolete = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Row row = rows.get(String.valueOf(ids.get(i)));
      boolean stays =
          row != null
              && ((column(existing, "documents").get(i) != null
                      && !batch.documents().isPresent(row.index()))
                  || (column(existing, "uris").get(i) != null
                      && !batch.uris().isPresent(row.index()))
                  || (column(existing, "metadatas").get(i) instanceof Map<?, ?> metadata
                      && !row.metadata().keySet().containsAll(metadata.keySet())));
      if (stays) {
        obsolete.add(String.valueOf(ids.get(i)));
      }
    }
    if (!obsolete.isEmpty()) {
      http.send(what, "POST", below("delete"), Map.of("ids", obsolete));
    }
  }

  private List<?> column(Object answer, String field) throws DrillbookException {
    Object column = answer instanceof Map<?, ?> map ? map.get(field) : null;
    return ChromaHttp.list(what, column == null ? field : column);
  }

  private HttpUrl below(String verb) {
    return collection.newBuilder().addPathSegment(verb).build();
  }

  @Override
  public void close() {
    // Each write was sent whole; connections belong to the engine.
  }
}
